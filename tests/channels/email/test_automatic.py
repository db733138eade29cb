"""Mail that no person wrote; and mail that only looks so."""

import pytest

from fairline.channels.email.automatic import MAX_RECEIVED
from fairline.channels.email.compose import LOOP_FIELD
from tests.channels.email.letters import SUPPORT, ignored, letter, said


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-generated; owner=x"},
        {"x_autoreply": "yes"},
        {"x_autorespond": "Vacation"},
        {"precedence": "auto_reply"},
        {"precedence": "junk", "in_reply_to": "<o1@acme.example>"},
        {"precedence": "bulk", "subject": "Out of office: Broken lamp"},
        {"return_path": "<>"},
        {"return_path": "<MAILER-DAEMON>", "subject": "Abwesenheitsnotiz"},
        {"subject": "Automatische Antwort: Lampe", "x_auto_response_suppress": "All"},
        {"subject": "Réponse automatique : Lampe", "x_auto_response_suppress": "All"},
        {"subject": "自動応答: ランプ", "x_auto_response_suppress": "All"},
    ],
)
def test_an_automatic_answer_is_shown_quietly(fields: dict[str, str]) -> None:
    found = ignored(letter(**fields))
    assert found.outcome == "auto_reply"
    assert found.inbound is not None
    assert found.inbound.is_automatic
    assert found.inbound.author.address == "cleo@customer.example"


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_submitted": "no"},
        {"x_auto_response_suppress": "All"},
        {"x_auto_response_suppress": "OOF, AutoReply"},
        {"precedence": "list", "list_id": "<lamps.x.example>", "list_post": "<mailto:lamps@x.example>"},
        {"precedence": "bulk", "list_id": "<lamps.x.example>", "list_post": "<mailto:lamps@x.example>",
         "list_unsubscribe": "<mailto:leave@x.example>"},
        {"list_unsubscribe": "<https://x.example/leave>"},
        {"precedence": "bulk"},
        {"subject": "Out of office chairs?"},
        {"subject": "Fwd: Newsletter", "list_unsubscribe": "<https://x.example/leave>"},
        {"return_path": "<cleo@customer.example>"},
        {"x_autoreply": "no"},
        {"sender": "mailer@customer.example"},
    ],
)  # fmt: skip
def test_a_person_is_never_called_a_machine(fields: dict[str, str]) -> None:
    assert not said(letter(**fields)).is_automatic


def test_a_newsletter_is_chatter() -> None:
    mail = letter(precedence="bulk", list_unsubscribe="<https://shop.example/leave>")
    assert ignored(mail).outcome == "chatter"


def test_our_own_mail_that_comes_back_is_a_loop() -> None:
    field = LOOP_FIELD.lower().replace("-", "_")
    assert ignored(letter(**{field: "install-1"}), install_id="install-1").outcome == "loop"
    assert said(letter(**{field: "install-2"})).text == "My lamp is broken."


def test_help_desks_that_pass_a_mail_round_are_stopped() -> None:
    mail = b"".join(f"{LOOP_FIELD}: desk-{number}\n".encode() for number in range(5)) + letter()
    assert ignored(mail, install_id="desk-x").outcome == "loop"


def test_a_mail_that_went_round_too_many_servers_is_a_loop() -> None:
    hop = b"Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0100\n"
    assert ignored(hop * (MAX_RECEIVED + 1) + letter()).outcome == "loop"
    assert said(hop * 20 + letter()).text


def test_mail_from_ourselves_is_ours() -> None:
    assert ignored(letter(**{"from": SUPPORT})).outcome == "own"
    keyed = "support+c-abcdefgh234567@acme.example"
    assert ignored(letter(**{"from": keyed, "reply_to": SUPPORT})).outcome == "own"
    assert ignored(letter(**{"from": "no-reply@acme.example"}),
                   from_address="no-reply@acme.example").outcome == "own"  # fmt: skip


def test_the_web_form_on_our_own_site_speaks_for_its_user() -> None:
    inbound = said(
        letter(**{"from": f"Acme web form <{SUPPORT}>", "reply_to": "Dov <dov@x.example>"})
    )
    assert (inbound.author.address, inbound.author.name) == ("dov@x.example", "Dov")
    assert not inbound.author.verified


@pytest.mark.parametrize(
    "sender", ["no-reply@forms.example", "noreply@x.example", "do_not_reply@x.example"]
)
def test_a_form_service_that_reads_nothing_speaks_for_its_user(sender: str) -> None:
    inbound = said(letter(**{"from": f"Forms <{sender}>", "reply_to": "dov@x.example"}))
    assert (inbound.author.address, inbound.author.verified) == ("dov@x.example", False)
    assert said(letter(**{"from": sender})).author.address == sender


def test_a_group_s_address_is_not_the_author() -> None:
    fields = {"from": "'Dov Levi' via Lamps <lamps@groups.example>",
              "x_original_sender": "dov@x.example", "reply_to": "lamps@groups.example"}  # fmt: skip
    author = said(letter(**fields)).author
    assert (author.address, author.name, author.verified) == ("dov@x.example", "'Dov Levi'", False)
