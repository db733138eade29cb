"""What is written down of the wait: the range that was told, and without one what was expected."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fairline.cases import clocks
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store_told, told
from fairline.line.place import Place, place_of
from fairline.people.calendars import change_calendar
from fairline.promises.calibration import UNLEARNED, Outcome
from fairline.promises.hours import ALWAYS_OPEN
from tests.conftest import Cast, said


@pytest.fixture
def slow(database: Database, cast: Cast) -> None:
    """One answer in ten hours, day and night: whoever has three before them is told nothing."""
    with database.write() as unit:
        began = unit.now
        assert cast.brand.calendar_id is not None
        change_calendar(unit, cast.brand.calendar_id, "Always", ALWAYS_OPEN)
    for number in range(6):
        with database.write() as unit:
            unit.now = began - timedelta(hours=10 * (6 - number))
            reply(unit, came(unit, cast, f"c{number}"), cast.ben, "Here")


def came(unit: Unit, cast: Cast, who: str) -> str:
    return receive(unit, cast.mailbox_ref, said(by=f"{who}@mail.test")).case_id


def place(unit: Unit, case_id: str) -> Place:
    found = place_of(unit, get_case(unit, case_id))
    assert found is not None
    return found


def wait_behind_three(database: Database, cast: Cast) -> str:
    with database.write() as unit:
        for number in range(3):
            came(unit, cast, f"d{number}")
        return came(unit, cast, "dov")


def tell(database: Database, cast: Cast, case_id: str) -> bool:
    with database.write() as unit:
        found = place(unit, case_id)
        return told.tell(unit, case_id, cast.brand.id, found.ahead, found.low, found.high)


def learned(database: Database, cast: Cast) -> tuple[Outcome, ...]:
    """As a node learns it that has just started."""
    told._kept.clear()
    with database.read() as unit:
        calendar, _ = clocks.promises_of(unit, cast.brand.id)
        return told.learned_of(unit, cast.brand.id, calendar).outcomes


@pytest.mark.usefixtures("slow")
def test_who_could_be_told_nothing_teaches_all_the_same(database: Database, cast: Cast) -> None:
    case_id = wait_behind_three(database, cast)
    with database.read() as unit:
        asked = unit.now
        assert place(unit, case_id).low is None
    assert tell(database, cast, case_id)
    assert not tell(database, cast, case_id)
    (waits,) = learned(database, cast)
    assert (waits.ahead, waits.is_over) == (3, False)
    with database.write() as unit:
        unit.now = asked + timedelta(hours=3)
        reply(unit, case_id, cast.ben, "Here you are")
    (over,) = learned(database, cast)
    assert over.is_over
    assert over.took == pytest.approx(180, abs=1)
    assert over.factor < -2, "three hours where about forty were expected"
    with database.read() as unit:
        assert store_told.fates(unit, cast.brand.id, asked, most=10) == []
        assert store_told.tails(unit, cast.brand.id) == UNLEARNED, "no range, so no end was passed"


@pytest.mark.usefixtures("slow")
def test_a_range_that_can_be_told_later_is_the_one_that_counts(
    database: Database, cast: Cast
) -> None:
    case_id = wait_behind_three(database, cast)
    assert tell(database, cast, case_id)
    with database.write() as unit:
        low, high = unit.now + timedelta(hours=1), unit.now + timedelta(hours=5)
        assert told.tell(unit, case_id, cast.brand.id, 0, low, high)
        later = high + timedelta(hours=1)
        assert not told.tell(unit, case_id, cast.brand.id, 0, later, later)
    (waits,) = learned(database, cast)
    assert waits.ahead == 0
    with database.write() as unit:
        unit.now = low + timedelta(hours=1)
        reply(unit, case_id, cast.ben, "Here you are")
        unit.settle()
        assert not told.tell(unit, case_id, cast.brand.id, 0, low, high)
        assert store_told.fates(unit, cast.brand.id, low, most=10) == [0]


@pytest.mark.usefixtures("slow")
def test_a_page_writes_once_without_a_range_and_once_with_it(
    database: Database, cast: Cast
) -> None:
    case_id = wait_behind_three(database, cast)
    written = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if "told_waits" in statement and not statement.startswith("SELECT"):
            written.append(statement.split(maxsplit=1)[0])

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as unit:
        low, high = unit.now, unit.now + timedelta(hours=5)
    for _ in range(2):
        told.tell_once(database, case_id, cast.brand.id, 3, None, None)
    for _ in range(2):
        told.tell_once(database, case_id, cast.brand.id, 0, low, high)
    assert written == ["INSERT", "UPDATE"]


def test_without_any_answer_yet_there_is_nothing_to_learn(database: Database, cast: Cast) -> None:
    case_id = wait_behind_three(database, cast)
    assert not tell(database, cast, case_id)
    assert learned(database, cast) == ()


@pytest.mark.usefixtures("slow")
def test_the_latest_of_those_who_wait_are_read_by_their_index(
    database: Database, cast: Cast
) -> None:
    ids = [wait_behind_three(database, cast) for _ in range(3)]
    for number, case_id in enumerate(ids):
        with database.write() as unit:
            unit.now += timedelta(minutes=number)
            low = unit.now
            told.tell(unit, case_id, cast.brand.id, number, low, low + timedelta(hours=1))
    with database.write() as unit:
        since = unit.now - timedelta(days=28)
        assert [row.ahead for row in store_told.waiting(unit, cast.brand.id, since, most=2)] == [
            2,
            1,
        ]
        reply(unit, ids[2], cast.ben, "Here you are")
        unit.settle()
        assert [row.ahead for row in store_told.waiting(unit, cast.brand.id, since, most=2)] == [
            1,
            0,
        ]
        if not database.is_sqlite:
            return
        query = store_told._WAITING.compile(database.engine).string
        plan = unit.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", (cast.brand.id, 0, 2, 0)
        )
        steps = [row[3] for row in plan]
    assert "SEARCH told_waits USING INDEX ix_told_waits_open" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps)
