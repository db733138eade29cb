"""What became of each promised answer: written with the answer, counted by inbox and need."""

from datetime import datetime, timedelta

import pytest

from fairline.cases import changes, store
from fairline.cases.actions import actor_of, reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import kept
from fairline.people import calendars
from fairline.people.setup import get_brand
from fairline.promises.hours import ALWAYS_OPEN
from fairline.promises.share import Share
from tests.conftest import Cast, said


@pytest.fixture(autouse=True)
def _day_and_night(database: Database, cast: Cast) -> None:
    """So that the time of day of the test changes nothing."""
    with database.write() as unit:
        brand = get_brand(unit, cast.brand.id)
        assert brand.calendar_id
        calendars.change_calendar(unit, brand.calendar_id, "Always", ALWAYS_OPEN)


def asked(unit: Unit, cast: Cast, ago: timedelta, **more: object) -> Case:
    """Somebody asked so long ago and waits."""
    found = receive(unit, cast.mailbox_ref, said(**more), arrived_at=unit.now - ago)  # type: ignore[arg-type]
    unit.settle()
    return changes.get_case(unit, found.case_id)


def answer(database: Database, cast: Cast, case: Case) -> None:
    with database.write() as unit:
        reply(unit, case.id, cast.ben, "Here it is.", status=None)


def counted(database: Database, days: int = 7, brands: tuple[str, ...] = ()) -> kept.Kept:
    with database.read() as unit:
        return kept.kept_in(unit, days, brands)


def test_an_answer_in_time_is_kept_and_a_late_one_broken(database: Database, cast: Cast) -> None:
    # Given one who came a minute ago, and one who waits five hours on a promise of four,
    with database.write() as unit:
        fresh = asked(unit, cast, timedelta(minutes=1))
        stale = asked(unit, cast, timedelta(hours=5), by="dov@mail.test")
    assert counted(database).late == 1
    # when both are answered,
    answer(database, cast, fresh)
    answer(database, cast, stale)
    # then one was kept, and nobody is late any more.
    found = counted(database)
    assert found.whole == Share(answers=2, kept=1)
    assert found.late == 0
    assert [(row.key, row.share.answers) for row in found.by_inbox] == [(cast.mailbox.id, 2)]
    needs = {row.key: row.share for row in found.by_need}
    assert needs["annoyance"] == Share(answers=2, kept=1)
    assert needs["safety"].answers == 0


def test_words_that_nobody_waited_for_are_no_answer_to_a_promise(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        case = asked(unit, cast, timedelta(minutes=1))
    answer(database, cast, case)
    answer(database, cast, case)
    assert counted(database).whole == Share(answers=1, kept=1)


def test_a_further_answer_counts_by_its_own_promise(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = asked(unit, cast, timedelta(hours=9), native_id="a@mail.test")
    answer(database, cast, case)
    with database.write() as unit:
        again = said("And then?", in_reply_to=("a@mail.test",))
        assert receive(unit, cast.mailbox_ref, again).case_id == case.id
    answer(database, cast, case)
    assert counted(database).whole == Share(answers=2, kept=1)


def test_the_need_is_that_of_the_moment(database: Database, cast: Cast) -> None:
    """A later change of the need changes nothing that was counted."""
    with database.write() as unit:
        case = asked(unit, cast, timedelta(minutes=30))
        by = actor_of(cast.ben)
        changes.set_severity(unit, case, "safety", by=by, reason="the stove burns")
    answer(database, cast, case)
    with database.write() as unit:
        case = changes.get_case(unit, case.id)
        changes.set_severity(unit, case, "idea", by=SYSTEM, reason="it did not")
    needs = {row.key: row.share for row in counted(database).by_need}
    assert needs["safety"] == Share(answers=1, kept=0)
    assert needs["idea"].answers == 0


def test_other_days_and_other_brands_are_left_out(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = asked(unit, cast, timedelta(minutes=1))
    answer(database, cast, case)
    assert counted(database, brands=(cast.brand.id,)).whole.answers == 1
    nobody = "0198c0de-0000-7000-8000-000000000000"
    assert counted(database, brands=(nobody,)).whole.answers == 0
    with database.read() as unit:
        unit.now += timedelta(days=8)
        assert kept.kept_in(unit, 7).whole.answers == 0
        assert kept.kept_in(unit, 28).whole.answers == 1


def test_a_case_brought_forward_is_not_late_for_it(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = asked(unit, cast, timedelta(minutes=1))
        moment: datetime = unit.now
        store.update_case(unit, case.id, {"brought_forward_at": moment})
        changes.set_severity(unit, case, "blocked", by=SYSTEM, reason="so that it moves")
    assert counted(database).late == 0
