"""Cleo fills in a secure form: drawn, checked, sent, receipted. And all who are not Cleo."""

import logging
import re
from uuid import uuid4

import pytest

from fairline.board.rates import RATES
from fairline.cases import links, store
from fairline.cases.actions import actor_of
from fairline.cases.rows import SYSTEM, Case
from fairline.core.ids import new_token
from fairline.handoff.forms import asking, reading, sets, wiping
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import SecureForm
from fairline.people.contacts import resolve
from fairline.wiring import Office
from tests.board.visitor import Visitor
from tests.conftest import Cast

IBAN = "DE89 3704 0044 0532 0130 00"
FIELDS = (
    Field(key="holder", label="Account holder", kind="text", help="As the bank knows it"),
    Field(key="iban", label="Account number", kind="iban"),
    Field(key="card", label="Card", kind="card_last4", required=False),
    Field(key="since", label="Since", kind="date", required=False),
    Field(key="home", label="Home", kind="address", required=False),
    Field(key="way", label="Way", kind="choice", choices=("Bank", "Voucher"), required=False),
    Field(key="proof", label="Proof", kind="file", required=False),
)


def case_of(office: Office, cleo: Visitor) -> Case:
    with office.database.read() as unit:
        return links.open_link(unit, cleo.token)[1]


@pytest.fixture
def form(cleo: Visitor, office: Office, cast: Cast) -> SecureForm:
    """Cleo has asked on the board, and Ben asks her for her account."""
    cleo.ask("Where is my refund?")
    with office.database.write() as unit:
        bank = sets.make_set(
            unit, name="Bank details", intro="", fields=FIELDS, kept_days=30, wiped_on_close=False
        )
        case = links.open_link(unit, cleo.token)[1]
        return asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="To refund you.")


def path(cleo: Visitor, form: SecureForm) -> str:
    return f"/t/{cleo.token}/forms/{form.id}"


def answers(office: Office, cast: Cast, form: SecureForm) -> dict[str, str]:
    found = reading.read_answers(office.database, office.keyring, form.case_id, form.id, cast.ada)
    return {key: one.text or one.name for key, one in found.items()}


def test_the_thread_leads_to_the_form_and_the_form_to_its_receipt(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    thread = cleo.page()
    assert "asks you for: Bank details" in thread.text
    assert path(cleo, form) in thread.links()

    page = cleo.page(path(cleo, form))
    assert "Ben asks: To refund you." in page.text
    assert "only 2 people at Acme can read it" in page.text
    paper = page.form(form.id)
    assert paper.controls >= {"a-holder", "a-iban", "a-card", "a-since", "a-home", "a-proof"}

    sent = cleo.post(
        path(cleo, form),
        {**paper.values, "a-holder": "Cleo P.", "a-iban": "de89370400440532013000"},
        files={"a-proof": ("pass.png", b"scan", "image/png")},
    )
    assert sent.status_code == 303
    assert "Cleo" not in sent.headers["location"]

    receipt = cleo.page(sent.headers["location"])
    assert "Thank you. Sent on" in receipt.text
    assert "Only 2 people at Acme can read them, and each look is noted." in receipt.text
    assert "Wiped on" in receipt.text
    assert IBAN not in receipt.html
    assert "Cleo P." not in receipt.html
    assert answers(office, cast, form) == {"holder": "Cleo P.", "iban": IBAN, "proof": "pass.png"}
    assert "Form “Bank details” sent: 3 answers, sealed." in cleo.page().text


def test_a_mistake_shows_all_that_was_typed_and_stores_nothing(
    cleo: Visitor, form: SecureForm, office: Office
) -> None:
    answer = cleo.post(
        path(cleo, form),
        {
            "a-holder": "Cleo P.",
            "a-iban": "DE00 wrong",
            "a-card": "4111 1111 1111 1111",
            "a-home": "1 Nile Street\r\nAlexandria",
            "a-way": "Voucher",
        },
    )

    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    for typed in ('value="Cleo P."', 'value="DE00 wrong"', "1 Nile Street\nAlexandria"):
        assert typed in answer.text
    assert re.search(r'<option value="Voucher" selected>', answer.text)
    assert answer.text.count('class="field-error"') == 3  # and the file is to be chosen again
    assert 'href="#a-iban"' in answer.text
    assert "whole card number" in answer.text
    with office.database.read() as unit:
        assert asking.form_of(unit, case_of(office, cleo), form.id).state == "open"


def test_the_page_is_kept_nowhere(cleo: Visitor, form: SecureForm) -> None:
    answer = cleo.get(path(cleo, form))

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    page = cleo.page(path(cleo, form))
    # No drafts, no fill-in by the browser of what is secret, nothing by GET.
    assert "data-keep" not in page.html
    assert page.form(form.id).method == "post"
    for tag, attrs in page.elements:
        if tag == "input" and attrs.get("name") in {"a-iban", "a-holder", "a-card"}:
            assert attrs["autocomplete"] == "off"
    assert page.scripts == [] or not any(page.scripts)


def test_nothing_typed_gets_into_the_log(
    cleo: Visitor, form: SecureForm, caplog: pytest.LogCaptureFixture, capfd: object
) -> None:
    caplog.set_level(logging.DEBUG)
    cleo.post(path(cleo, form), {"a-holder": "Cleo Secret", "a-iban": "DE00 planted"})
    cleo.post(path(cleo, form), {"a-holder": "Cleo Secret", "a-iban": IBAN})

    out, err = capfd.readouterr()  # type: ignore[attr-defined]
    for text in (caplog.text, out, err):
        assert "planted" not in text
        assert "Secret" not in text
        assert "3704" not in text


def test_sending_again_replaces_until_it_is_closed_or_wiped(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    given = {"a-holder": "Cleo", "a-iban": IBAN}
    cleo.post(path(cleo, form), given)
    page = cleo.page(path(cleo, form))
    assert "Send it again, in place of what you sent" in page.text
    assert "Cleo" not in page.form(form.id).values.values()
    assert cleo.post(path(cleo, form), {**given, "a-holder": "Ptolemy"}).status_code == 303
    assert answers(office, cast, form)["holder"] == "Ptolemy"

    with office.database.write() as unit:
        asking.close_form(unit, case_of(office, cleo), form.id, by=actor_of(cast.ben))
    late = cleo.post(path(cleo, form), {**given, "a-holder": "Too late"})
    assert late.status_code == 409
    assert "closed" in late.text
    assert answers(office, cast, form)["holder"] == "Ptolemy"

    with office.database.write() as unit:
        by = actor_of(cast.ada)
        wiping.wipe(unit, case_of(office, cleo), form.id, by=by, reason="by_hand")
    gone = cleo.page(path(cleo, form))
    assert "was wiped on" in gone.text
    assert not [paper for paper in gone.forms if paper.action.endswith(form.id)]


def test_a_form_nobody_needs_any_more_says_so(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    with office.database.write() as unit:
        asking.close_form(unit, case_of(office, cleo), form.id, by=actor_of(cast.ben))

    assert "Nothing is asked of you here any more" in cleo.page(path(cleo, form)).text
    assert "asks you for" not in cleo.page().text


def test_only_the_customer_sees_it_not_who_was_copied_in(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    with office.database.write() as unit:
        dov = resolve(unit, cast.brand.id, "email", "dov@mail.test", name="Dov", confirmed=True)
        store.add_participant(unit, form.case_id, dov.id, "copied", confirmed=True)
        dovs = links.issue(unit, case_of(office, cleo), dov.id)

    assert "Fill it in" not in cleo.get(f"/t/{dovs}").text
    assert cleo.get(f"/t/{dovs}/forms/{form.id}").status_code == 403
    tried = cleo.post(f"/t/{dovs}/forms/{form.id}", {"a-holder": "Dov", "a-iban": IBAN})
    assert tried.status_code == 403


def test_an_address_that_is_only_claimed_sees_no_form(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    """A browser that was let in by somebody's word, and has proven nothing."""
    with office.database.write() as unit:
        from fairline.people.contacts import unite

        other = resolve(unit, cast.brand.id, "web", new_token(), name="Claims to be Cleo")
        unite(unit, other, case_of(office, cleo).contact_id)
        store.add_participant(unit, form.case_id, other.id, "customer", confirmed=False)
        claimed = links.issue(unit, case_of(office, cleo), other.id)

    assert cleo.get(f"/t/{claimed}").status_code == 200
    assert "Fill it in" not in cleo.get(f"/t/{claimed}").text
    assert cleo.get(f"/t/{claimed}/forms/{form.id}").status_code == 403


def test_forms_cannot_be_found_by_trying(cleo: Visitor, form: SecureForm, office: Office) -> None:
    """Another form's id on one's own link, one's own form on another link, and a guessed link."""
    mine = cleo.token
    cleo.ask("Another question of somebody else")
    for wrong in (
        f"/t/{cleo.token}/forms/{form.id}",
        f"/t/{mine}/forms/{uuid4()}",
        f"/t/{new_token()}/forms/{form.id}",
    ):
        assert cleo.get(wrong).status_code == 404
        assert cleo.post(wrong, {"a-holder": "Dov", "a-iban": IBAN}).status_code == 404
    with office.database.write() as unit:
        links.revoke_all(unit, links.open_link(unit, mine)[1], by=SYSTEM)
    assert cleo.get(f"/t/{mine}/forms/{form.id}").status_code == 404


def test_one_network_cannot_send_without_end(
    cleo: Visitor, form: SecureForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "form", (2, 600))
    given = {"a-holder": "Cleo", "a-iban": IBAN}
    answered = [cleo.post(path(cleo, form), given).status_code for _ in range(3)]

    assert answered == [303, 303, 429]


def test_nothing_of_it_is_public(
    cleo: Visitor, form: SecureForm, office: Office, cast: Cast
) -> None:
    """The thread is made public afterwards: the board, its feed and the preview say nothing."""
    cleo.post(path(cleo, form), {"a-holder": "Cleo Secret", "a-iban": IBAN})
    cleo.post(f"/t/{cleo.token}/visibility", {"to": "public"})
    reference = case_of(office, cleo).reference

    for page in (
        f"/q/{reference}",
        "/questions",
        f"/q/{reference}/feed.atom",
        f"/q/{reference}/embed",
    ):
        text = cleo.get(page).text
        for secret in ("Secret", "3704", "Bank details", "sealed"):
            assert secret not in text, (page, secret)


def test_a_thread_without_forms_costs_no_statement(cleo: Visitor, office: Office) -> None:
    cleo.ask("No form here")
    seen: list[str] = []
    import sqlalchemy as sa

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(office.database.engine, "before_cursor_execute", note)
    cleo.page()
    sa.event.remove(office.database.engine, "before_cursor_execute", note)

    assert seen
    assert not [one for one in seen if "secure_forms" in one or "field_set" in one]
