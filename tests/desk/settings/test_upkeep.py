"""What went wrong and what to do about it: undelivered, set aside, health."""

import re

import pytest

from fairline.cases import store
from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.channels import raw, store_deliveries, store_inboxes, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.rows import Delivery
from fairline.db.migrate import known_revisions
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit

UNDELIVERED = "/desk/undelivered"
ASIDE = "/desk/set-aside"
EVIL = b'From: dov@mail.test\r\nSubject: <script>alert(1)</script>\r\n\r\n<img src=x onerror="alert(1)">'


@pytest.fixture
def stuck(office: Office, cast: Cast) -> Delivery:
    """An answer of Ben's that the other side refused."""
    with office.database.write() as unit:
        asked = receive(unit, cast.mailbox_ref, said())
        message = reply(unit, asked.case_id, cast.ben, "It left this morning")
        delivery = store_deliveries.of_messages(unit, [message.id])[message.id][0]
        changes = {
            "state": "failed",
            "failed_at": unit.now,
            "next_try_at": None,
            "error": "550 no such user",
        }
        store_deliveries.update(unit, delivery.id, changes)
        return store_deliveries.by_id(unit, delivery.id) or delivery


@pytest.fixture
def item(office: Office, cast: Cast) -> str:
    """Something that could not be understood."""
    with office.database.write() as unit:
        raw_id = raw.keep(unit, cast.mailbox.id, RawItem(native_id="x1", payload=EVIL))
        assert raw_id
        row = store_raw.by_id(unit, raw_id)
        assert row
        reason = 'Traceback\n  File "x.py"\nfairline.core.errors.Invalid: A part is not closed.'
        raw.set_aside(unit, row, cast.brand.id, reason)
        return raw_id


def state_of(office: Office, delivery: Delivery) -> str:
    with office.database.read() as unit:
        found = store_deliveries.by_id(unit, delivery.id)
    assert found
    return found.state


def test_nothing_is_stuck_says_so(ben: Browser) -> None:
    assert "Everything has arrived" in ben.see(UNDELIVERED)


def test_a_stuck_answer_says_why_and_leads_to_its_case(
    office: Office, ben: Browser, stuck: Delivery
) -> None:
    page = ben.see(UNDELIVERED)

    with office.database.read() as unit:
        case = store.case_by_id(unit, stuck.case_id)
    assert case
    assert "550 no such user" in page
    assert "Refused or bounced: 1" in page
    assert f"/desk/cases/{case.reference}" in page
    assert "cleo@mail.test" in page


def test_trying_again_queues_it_once(office: Office, ben: Browser, stuck: Delivery) -> None:
    assert "on its way again" in ben.press(f"{UNDELIVERED}/{stuck.id}/again")
    assert state_of(office, stuck) == "queued"

    assert "not stuck" in ben.press(f"{UNDELIVERED}/{stuck.id}/again", expect=409)


def test_it_is_sent_another_way(office: Office, ben: Browser, stuck: Delivery, cast: Cast) -> None:
    with office.database.write() as unit:
        case = store.case_by_id(unit, stuck.case_id)
        assert case
        other = {
            "id": "0198c0de-0000-7000-8000-0000000000aa",
            "contact_id": case.contact_id,
            "brand_id": case.brand_id,
            "channel": "email",
            "address": "cleo@home.test",
            "name": "Cleo",
            "confirmed_at": unit.now,
        }
        assert store_contacts.insert_identity(unit, other)
    assert "cleo@home.test" in ben.see(UNDELIVERED)
    ben.press(f"{UNDELIVERED}/{stuck.id}/another", expect=422, identity_id="")

    ben.press(f"{UNDELIVERED}/{stuck.id}/another", identity_id=other["id"])

    assert state_of(office, stuck) == "replaced"
    with office.database.read() as unit:
        sent = store_deliveries.of_messages(unit, [stuck.message_id])[stuck.message_id]
    assert [(d.recipient, d.state) for d in sent if d.id != stuck.id] == [
        ("cleo@home.test", "queued")
    ]


def test_it_is_fine_takes_it_off_the_list(office: Office, ben: Browser, stuck: Delivery) -> None:
    assert "Everything has arrived" in ben.press(f"{UNDELIVERED}/{stuck.id}/fine")
    assert state_of(office, stuck) == "replaced"


def test_another_brands_deliveries_are_not_there(
    office: Office, ben: Browser, stuck: Delivery, cast: Cast
) -> None:
    with office.database.write() as unit:
        other = create_brand(unit, name="Other")
        people.update_agent(unit, cast.ben.id, {"brand_ids": [other.id]})

    assert "Everything has arrived" in ben.see(UNDELIVERED)
    ben.press(f"{UNDELIVERED}/{stuck.id}/again", expect=404)
    assert state_of(office, stuck) == "failed"


def test_what_is_set_aside_shows_the_reason_not_the_class(sit: Sit, cast: Cast, item: str) -> None:
    page = sit(cast.ada).see(ASIDE)

    assert "A part is not closed." in page
    assert "core.errors" not in page


def test_the_source_is_text_and_never_rendered(sit: Sit, cast: Cast, item: str) -> None:
    ada = sit(cast.ada)
    page = ada.see(f"{ASIDE}/{item}")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page

    answer = ada.client.get(f"{ASIDE}/{item}/source")
    assert answer.content == EVIL
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("which", ["one", "all"])
def test_replaying_lets_it_be_read_again(
    office: Office, sit: Sit, cast: Cast, item: str, which: str
) -> None:
    ada = sit(cast.ada)
    path = f"{ASIDE}/{item}/replay" if which == "one" else f"{ASIDE}/replay"

    assert "Nothing is set aside" in ada.press(path)

    with office.database.read() as unit:
        row = store_raw.by_id(unit, item)
    assert row
    assert row.state == "stored"
    ada.see(f"{ASIDE}/{item}", status=404)


def test_another_brands_items_are_not_there(
    office: Office, sit: Sit, cast: Cast, item: str
) -> None:
    with office.database.write() as unit:
        other = create_brand(unit, name="Other")
        people.update_agent(unit, cast.ada.id, {"brand_ids": [other.id]})
    ada = sit(cast.ada)

    assert "Nothing is set aside" in ada.see(ASIDE)
    ada.see(f"{ASIDE}/{item}/source", status=404)
    ada.press(f"{ASIDE}/replay")

    with office.database.read() as unit:
        row = store_raw.by_id(unit, item)
    assert row
    assert row.state == "set_aside"


def test_health_names_what_to_look_at(
    office: Office, sit: Sit, cast: Cast, stuck: Delivery, item: str
) -> None:
    with office.database.write() as unit:
        changes = {"error": "The password was refused.", "error_since": unit.now}
        store_inboxes.update(unit, cast.mailbox.id, changes)

    page = re.sub(r"\s+", " ", sit(cast.admin).see("/desk/settings/health"))

    assert "1 did not arrive." in page
    assert "1 could not be understood." in page
    assert "The password was refused." in page
    assert f'href="/desk/settings/inboxes/{cast.mailbox.id}"' in page
    assert f"schema {known_revisions()[-1]}" in page
    assert " free of " in page
