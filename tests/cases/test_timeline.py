"""Events: a reader that resumes never skips one, also when a transaction commits late."""

import threading

import pytest

from fairline.cases import timeline
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from tests.conftest import Cast, said


def test_a_reader_goes_on_from_its_cursor(database: Database, cast: Cast) -> None:
    with database.read() as unit:
        start = timeline.newest_cursor(unit)
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said())
    with database.read() as unit:
        events = timeline.follow(unit, start)
        rest = timeline.follow(unit, events[0].cursor)
    assert [event.kind for event in events] == ["case_opened", "message_received"]
    assert [event.kind for event in rest] == ["message_received"]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "1-2-3", "9" * 40 + "-1", "¹-²"])
def test_a_made_up_cursor_is_refused(database: Database, cast: Cast, cursor: str) -> None:
    with database.read() as unit, pytest.raises(Invalid):
        timeline.follow(unit, cursor)


def test_an_unknown_kind_cannot_be_recorded(database: Database, cast: Cast) -> None:
    with database.write() as unit, pytest.raises(LookupError):
        timeline.record(unit, "something_else", by=SYSTEM)


def test_nothing_is_skipped_while_many_write(database: Database, cast: Cast) -> None:
    """Writers that hold their transaction open for different times, and one reader following."""
    with database.read() as unit:
        cursor = timeline.newest_cursor(unit)
    held = threading.Semaphore(0)
    writers = 6

    def write(number: int) -> None:
        for turn in range(10):
            with database.write() as unit:
                data = {"what": "test", "id": f"{number}.{turn}"}
                timeline.record(unit, "settings_changed", by=SYSTEM, data=data)
                held.acquire(timeout=0.002 * (number % 3))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    while any(thread.is_alive() for thread in threads) or len(seen) < writers * 10:
        with database.read() as unit:
            events = timeline.follow(unit, cursor, limit=7)
        for event in events:
            seen.append(event.data["id"])
            cursor = event.cursor
    expected = sorted(f"{number}.{turn}" for number in range(writers) for turn in range(10))
    assert sorted(seen) == expected
