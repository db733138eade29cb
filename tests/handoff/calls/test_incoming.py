"""Calls that came in: written down by an agent, in the same line with the same fields."""

from typing import Any

import pytest

from fairline.cases import store as cases
from fairline.cases import store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.channels import store_deliveries
from fairline.channels.ledger import Ledger
from fairline.db.unit import Unit
from fairline.handoff.calls.calling import Ending, finish_call, start_call
from fairline.line.place import place_of
from fairline.people import store_contacts
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser
from tests.handoff.calls.conftest import E164, NUMBER


def place_at(unit: Unit, case: Case) -> int | None:
    """Its place in line."""
    found = place_of(unit, case)
    return found.position if found else None


@pytest.fixture(autouse=True)
def _hours(always: None) -> None:
    """Whatever the time of day."""


def newest(office: Office) -> Case:
    with office.database.read() as unit:
        found = unit.connection.exec_driver_sql("SELECT id FROM cases ORDER BY id DESC LIMIT 1")
        return get_case(unit, str(found.scalar_one()))


def test_a_call_becomes_a_case_in_the_line_with_the_same_fields(
    office: Office, cast: Cast, ben: Browser
) -> None:
    page = ben.press(
        "/desk/log-call",
        number=NUMBER,
        name="Cleo",
        text="My heating is off and I have a small child",
        kind="problem",
        severity="safety",
        key="k1",
    )
    case = newest(office)
    assert case.reference in page
    assert (case.channel, case.kind, case.severity, case.owner_id) == (
        "phone",
        "problem",
        "safety",
        None,
    )
    with office.database.read() as unit:
        assert place_at(unit, case) == 1
        identity = store_contacts.identity_at(unit, case.brand_id, "phone", E164)
    assert identity
    assert identity.contact_id == case.contact_id


def test_the_same_form_sent_twice_is_one_call(office: Office, cast: Cast, ben: Browser) -> None:
    fields: dict[str, Any] = {"number": NUMBER, "text": "Hello", "key": "same"}
    ben.press("/desk/log-call", **fields)
    ben.press("/desk/log-call", **fields)
    with office.database.read() as unit:
        many = unit.connection.exec_driver_sql("SELECT COUNT(*) FROM cases").scalar_one()
    assert many == 1


def test_who_called_before_is_known_and_their_cases_are_offered(
    office: Office, cast: Cast, ben: Browser
) -> None:
    ben.press("/desk/log-call", number=NUMBER, name="Cleo", text="Where is my parcel", key="a")
    first = newest(office)
    page = ben.client.get("/desk/log-call", params={"number": "030901820"}).text
    assert "Begin with +" in page  # the brand's clock says UTC: no country can be guessed
    page = ben.client.get("/desk/log-call", params={"number": "+49 30 90 18 20"}).text
    assert "That is Cleo" in page
    assert f'value="{first.id}"' in page

    ben.press("/desk/log-call", number=NUMBER, text="It has come now", case=first.id, key="b")

    with office.database.read() as unit:
        thread = store_messages.thread(unit, first.id)
    assert [m.text for m in thread] == ["Where is my parcel", "It has come now"]


def test_a_caller_joins_a_case_that_began_elsewhere_and_keeps_one_record(
    office: Office, cast: Cast, case: Case, ben: Browser
) -> None:
    ben.press(
        "/desk/log-call", number=NUMBER, text="It is about the blue one",
        reference=case.reference.lower(), key="c",
    )  # fmt: skip
    with office.database.read() as unit:
        thread = store_messages.thread(unit, case.id)
        identity = store_contacts.identity_at(unit, case.brand_id, "phone", E164)
        people = cases.participants_of(unit, case.id)
    assert [m.channel for m in thread] == ["web", "phone"]
    assert identity
    assert identity.contact_id == case.contact_id
    assert identity.confirmed_at is None
    assert {p.role for p in people} == {"customer"}


def test_an_answer_given_on_the_phone_counts_and_nothing_waits_to_be_said(
    office: Office, cast: Cast, ben: Browser
) -> None:
    ben.press(
        "/desk/log-call", number=NUMBER, text="When do you open", answered="At nine.",
        status="solved", key="d",
    )  # fmt: skip
    case = newest(office)
    assert (case.status, case.owner_id) == ("solved", cast.ben.id)
    assert case.first_answered_at is not None
    with office.database.read() as unit:
        assert not store_deliveries.by_hand_of(unit, case.id, "phone")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": ""}, "Write down what the caller wants"),
        ({"text": "x", "number": "0900"}, "number"),
        ({"text": "x", "reference": "FL-ZZZZZZ"}, "no case with that reference"),
        ({"text": "x", "severity": "loud"}, "loud"),
        ({"text": "x", "mail": "nonsense"}, "address"),
        ({"text": "x", "recording": "javascript:1"}, "web address"),
    ],
)
def test_what_cannot_be_taken_is_kept_and_said(
    office: Office, cast: Cast, ben: Browser, fields: dict[str, str], says: str
) -> None:
    page = ben.press("/desk/log-call", expect=422, name="Kept name", **fields)
    assert says in page
    assert "Kept name" in page
    with office.database.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT COUNT(*) FROM cases").scalar_one() == 0


def test_a_withheld_number_makes_a_contact_of_its_own(
    office: Office, cast: Cast, ben: Browser
) -> None:
    ben.press("/desk/log-call", text="I stay nameless", key="e1")
    first = newest(office)
    ben.press("/desk/log-call", text="Me too", key="e2")
    assert newest(office).contact_id != first.contact_id


def test_the_caller_s_mail_gets_the_way_to_the_thread(
    office: Office, cast: Cast, ben: Browser
) -> None:
    ben.press("/desk/log-call", number=NUMBER, text="Hello", mail="Cleo@Mail.test", key="f")
    case = newest(office)
    with office.database.read() as unit:
        sent = [m for m in store_messages.thread(unit, case.id) if m.direction == "outbound"]
        deliveries = store_deliveries.of_messages(unit, [m.id for m in sent])
    assert "You have called us" in sent[-1].text
    taken = [d for each in deliveries.values() for d in each if d.message_id == sent[-1].id]
    assert [(d.channel, d.recipient) for d in taken] == [("email", "cleo@mail.test")]


def test_a_written_answer_to_somebody_with_a_phone_only_waits_to_be_said(
    office: Office, cast: Cast, ben: Browser
) -> None:
    """No wire can send it, and nothing pretends so: it waits, and is said with the next call."""
    ben.press("/desk/log-call", number=NUMBER, name="Cleo", text="Where is it", key="g")
    case = newest(office)
    with office.database.write() as unit:
        reply(unit, case.id, cast.ben, "It comes tomorrow")
    ledger = Ledger(office.database, office.channels)
    assert ledger.step("w")
    assert not ledger.step("w")  # and is not tried again
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "to be said on the phone to +4930901820" in page
    assert "only by phone" in page

    ben.press(f"/desk/cases/{case.reference}/call/start", number=NUMBER)
    with office.database.write() as unit:
        tried = start_call(unit, case, cast.ben)
        finish_call(unit, case, cast.ben, tried.id, Ending(outcome="talked"))
        assert not store_deliveries.by_hand_of(unit, case.id, "phone")


def test_nobody_reached_who_has_only_a_phone_stays_in_the_line(
    office: Office, cast: Cast, ben: Browser
) -> None:
    ben.press("/desk/log-call", number=NUMBER, text="Call me back please", key="h")
    case = newest(office)
    ben.press(f"/desk/cases/{case.reference}/call/start", number=NUMBER)
    with office.database.write() as unit:
        tried = start_call(unit, case, cast.ben)
        finish_call(unit, case, cast.ben, tried.id, Ending(outcome="wrong_number"))
    with office.database.read() as unit:
        now = get_case(unit, case.id)
        assert not [m for m in store_messages.thread(unit, case.id) if m.direction == "outbound"]
    assert now.status == "open"
    assert now.due_at is not None
