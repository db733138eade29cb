"""What a mail means for us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import Ignored, Inbound, Receipt
from fairline.channels.email.incomplete import stand_in
from fairline.channels.email.stored import describe
from fairline.channels.email.subjects import is_forward, reference_in
from fairline.channels.email.translate import translate
from fairline.core.errors import Invalid
from tests.channels.email.letters import AT, letter, said, support

TOKEN = "abcdefgh234567"


def test_a_mail_is_something_said() -> None:
    inbound = said(letter("My lamp is broken.\n\n-- \nCleo\n"))
    assert inbound.native_id == "m1@customer.example"
    assert (inbound.author.channel, inbound.author.address) == ("email", "cleo@customer.example")
    assert inbound.author.name == "Cleo Stone"
    assert inbound.subject == "Broken lamp"
    assert inbound.text == "My lamp is broken."
    assert inbound.full_text == "My lamp is broken.\n\n-- \nCleo"
    assert inbound.sent_at
    assert inbound.sent_at.isoformat() == "2026-11-21T09:00:00+00:00"
    assert [(c.role, c.address) for c in inbound.copied] == [("to", "support@acme.example")]
    assert not inbound.is_automatic


def test_a_mail_without_an_id_is_known_by_its_content() -> None:
    one, two = said(letter(message_id="")), said(letter("Other words", message_id="<>"))
    assert one.native_id.startswith("sha256:")
    assert one.native_id != two.native_id
    assert one.native_id == said(letter(message_id="").replace(b"\n", b"\r\n")).native_id


@pytest.mark.parametrize(
    "fields",
    [
        {"to": f"support+c-{TOKEN}@acme.example"},
        {"cc": f"Acme <SUPPORT+C-{TOKEN.upper()}@ACME.EXAMPLE>"},
        {"delivered_to": f"support+c-{TOKEN}@acme.example"},
        {"x_original_to": f"c-{TOKEN}@reply.acme.example"},
        {"x_envelope_to": f"support+c-{TOKEN}@acme.example"},
        {"to": f"a@x.example, c-{TOKEN}@reply.acme.example"},
    ],
)
def test_the_case_s_own_address_is_read_wherever_it_stands(fields: dict[str, str]) -> None:
    inbound = said(letter(**fields))
    assert inbound.case_token == TOKEN
    assert not any(TOKEN in one.address for one in inbound.copied)


def test_a_reference_is_seen_in_subject_or_text() -> None:
    assert said(letter(subject="Re: [fl-7kx2qd] lamp")).reference == "FL-7KX2QD"
    assert said(letter("About FL-7KX2QD: still dark")).reference == "FL-7KX2QD"
    assert said(letter("About XFL-7KX2QD and FL-7KX2QDX and FL-UUUUUU")).reference == ""
    assert reference_in("", "FL-000000") == "FL-000000"


def test_whoever_is_to_be_answered_is_recorded() -> None:
    inbound = said(letter(reply_to="Dov <dov@x.example>"))
    assert inbound.author.address == "cleo@customer.example"
    assert ("reply_to", "dov@x.example") in [(one.role, one.address) for one in inbound.copied]


@pytest.mark.parametrize("field", ["sender", "reply_to", "return_path"])
def test_a_mail_without_from_has_an_author_all_the_same(field: str) -> None:
    inbound = said(letter(**{"from": "", field: "<dov@x.example>"}))
    assert inbound.author.address == "dov@x.example"
    assert not inbound.author.verified


def test_a_mail_that_names_nobody_is_set_aside() -> None:
    with pytest.raises(Invalid) as refusal:
        translate(letter(**{"from": ""}), support(), received_at=AT)
    assert refusal.value.code == "no_sender"


@pytest.mark.parametrize("payload", [b"", b"\0", b"\n\n\n", b"\xff" * 100, b"From: \n\nhi"])
def test_what_is_no_mail_is_set_aside(payload: bytes) -> None:
    with pytest.raises(Invalid):
        translate(payload, support(), received_at=AT)


def test_a_stand_in_says_that_it_is_incomplete() -> None:
    head = letter("").split(b"\n\n", maxsplit=1)[0]
    inbound = said(stand_in(head, reason="It is too large.", original="It is in the mailbox."))
    assert inbound.is_cut
    assert inbound.text == "It is too large. It is in the mailbox."


def test_html_is_cleaned_and_read() -> None:
    html = "<p>My <b>lamp</b><script>alert(1)</script></p><img src='http://t.example/x.png'>"
    inbound = said(letter(html, content_type="text/html"))
    assert inbound.text == "My lamp"
    assert inbound.full_text == "My lamp"
    assert "<script" not in inbound.html
    assert " src=" not in inbound.html


def test_a_forward_is_kept_whole_and_an_answer_to_one_is_not() -> None:
    body = (
        "See below.\n\nFrom: Dov\nSent: Monday, 3 February 2026 10:00\nTo: Cleo\nSubject: x\n\nOld"
    )
    assert said(letter(body, subject="Fwd: x")).text == body
    assert said(letter(body, subject="WG: x")).text == body
    assert said(letter(body, subject="Re: Fwd: x")).text == "See below."
    assert is_forward("Fwd: Re: x")
    assert not is_forward("Re: Fwd: x")


def test_nothing_said_is_still_a_mail() -> None:
    assert said(letter("", subject="")).text == ""


def test_it_is_described_for_an_operator() -> None:
    shown = describe(letter("Hi\n\n-- \nCleo", cc="Dov <dov@x.example>"))
    assert shown == {
        "from": "Cleo Stone <cleo@customer.example>",
        "to": ("Acme <support@acme.example>",),
        "cc": ("Dov <dov@x.example>",),
        "subject": "Broken lamp",
        "text": "Hi",
        "html_kept": False,
        "attachments": (),
        "auth": {"spf": "", "dkim": "", "dmarc": ""},
    }


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"From: cleo@x.example\n", b"Return-Path: <>\n"])
)
def test_no_bytes_make_it_crash(payload: bytes, head: bytes) -> None:
    try:
        translate(head + payload, support(), received_at=AT)
    except Invalid:
        return


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["from", "to", "subject", "date", "references", "content-type",
                             "content-transfer-encoding", "return-path", "auto-submitted",
                             "authentication-results", "x-failed-recipients", "dkim-signature"]),
            st.text(alphabet=st.characters(blacklist_characters="\n\r"), max_size=60),
        ),
        max_size=8,
    ),
    st.text(max_size=100),
)  # fmt: skip
def test_no_fields_make_it_crash(fields: list[tuple[str, str]], body: str) -> None:
    lines = [f"{name}: {value}" for name, value in fields]
    payload = ("\n".join(lines) + "\n\n" + body).encode("utf-8", "surrogatepass")
    try:
        found = translate(payload, support(authserv_id="mx"), received_at=AT)
    except Invalid:
        return
    assert isinstance(found, Inbound | Receipt | Ignored)
    if isinstance(found, Inbound):
        assert "\0" not in found.text + found.subject + found.html + found.author.name
