"""Raw first: stored verbatim, understood once, set aside when not, replayed when mended."""

import pytest

from fairline.cases import store_messages
from fairline.channels import doors, store_inboxes, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.ingest import Ingest
from fairline.channels.raw import keep, payload_of, replay
from fairline.channels.registry import Channels
from fairline.channels.web import WebChannel
from fairline.wiring import Office
from tests.conftest import Cast
from tests.fakes.channel import Loft, PigeonMail, PigeonWire

MAIL = b"""From: Cleo <cleo@mail.test>
To: support@acme.test
Subject: My parcel
Message-ID: <one@mail.test>
Date: Mon, 02 Nov 2026 10:00:00 +0000

It has not come.
"""


@pytest.fixture
def loft() -> Loft:
    return Loft()


@pytest.fixture
def channels(office: Office, loft: Loft) -> Channels:
    return Channels(
        [WebChannel(), PigeonMail(loft)],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )


@pytest.fixture
def ingest(office: Office, channels: Channels) -> Ingest:
    return Ingest(office.database, channels)


def store(office: Office, cast: Cast, payload: bytes, native_id: str) -> str | None:
    with office.database.write() as unit:
        return keep(unit, cast.mailbox.id, RawItem(native_id=native_id, payload=payload))


def test_a_mail_becomes_a_message_with_its_raw_source(
    office: Office, cast: Cast, ingest: Ingest
) -> None:
    raw_id = store(office, cast, MAIL, "one@mail.test")
    assert ingest.step("w") is True
    with office.database.read() as unit:
        row = store_raw.by_id(unit, raw_id or "")
        assert row
        assert (row.state, row.outcome) == ("taken", "new_case")
        (message,) = store_messages.thread(unit, row.case_id or "")
        assert message.text == "It has not come."
        assert message.raw_sha256 == row.payload_sha256
        assert payload_of(unit, row) == MAIL
    assert ingest.step("w") is False


def test_the_same_item_is_stored_once(office: Office, cast: Cast) -> None:
    assert store(office, cast, MAIL, "one@mail.test") is not None
    assert store(office, cast, MAIL, "one@mail.test") is None


def test_one_that_cannot_be_understood_is_set_aside_and_stops_nothing(
    office: Office, cast: Cast, ingest: Ingest
) -> None:
    broken = store(office, cast, b"BROKEN", "broken@mail.test")
    store(office, cast, MAIL, "one@mail.test")
    ingest.step("w")
    with office.database.read() as unit:
        (aside,) = store_raw.set_aside(unit)
        taken = store_raw.by_native_id(unit, cast.mailbox.id, "one@mail.test")
    assert aside.id == broken
    assert "this cannot be understood" in aside.reason
    assert taken
    assert taken.outcome == "new_case"


def test_replaying_what_was_taken_changes_nothing(
    office: Office, cast: Cast, ingest: Ingest
) -> None:
    raw_id = store(office, cast, MAIL, "one@mail.test") or ""
    first = ingest.take(raw_id)
    with office.database.write() as unit:
        replay(unit, raw_id)
    second = ingest.take(raw_id)
    assert (second.outcome, second.case_id) == ("duplicate", first.case_id)


def test_the_cursor_moves_with_what_was_stored(office: Office, cast: Cast, loft: Loft) -> None:
    loft.waiting = [
        RawItem(native_id=f"{n}@mail.test", payload=MAIL, cursor=str(n + 1)) for n in range(60)
    ]
    count = doors.fetch_once(office.database, cast.mailbox, PigeonWire(loft))
    with office.database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, cast.mailbox.id)
    assert inbox
    assert (count, inbox.cursor) == (60, "60")
    assert inbox.checked_at is not None
    again = doors.fetch_once(office.database, inbox, PigeonWire(loft))
    assert again == 0
