"""Changed hours and targets reach those who wait: by a job, once, and never mend what is broken."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fairline.cases import changes, recount, store, store_events
from fairline.cases.actions import actor_of, reply
from fairline.cases.clocks import promises_of
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case, Event
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs import store as jobs
from fairline.line import store as line
from fairline.people import brands, calendars, store_calendars
from fairline.people.setup import create_brand, get_brand
from fairline.promises.due import first_due, resolution_due
from fairline.promises.hours import ALWAYS_OPEN, WEEKDAYS, Calendar, open_daily
from fairline.promises.targets import Severity, Target, Targets
from tests.conftest import Cast, said

# An hour a day at a time of day long from now would make tests depend on the time of day.
SLOW = Targets(
    **{
        severity.value: Target(first_minutes=9000, next_minutes=9000, resolution_minutes=20_000)
        for severity in Severity
    }
)
HALF = open_daily("00:00-12:00")


@pytest.fixture(autouse=True)
def _day_and_night(database: Database, cast: Cast) -> None:
    set_hours(database, cast, ALWAYS_OPEN)
    run_jobs(database)


def calendar_id(unit: Unit, cast: Cast) -> str:
    found = get_brand(unit, cast.brand.id).calendar_id
    assert found
    return found


def set_hours(database: Database, cast: Cast, hours: Calendar) -> None:
    with database.write() as unit:
        calendars.change_calendar(unit, calendar_id(unit, cast), "Hours", hours)


def set_targets(database: Database, cast: Cast, targets: Targets) -> None:
    with database.write() as unit:
        brands.set_promises(unit, cast.brand.id, calendar_id(unit, cast), targets)


def waiting(database: Database) -> list[dict[str, Any]]:
    """What the jobs that wait are about."""
    with database.read() as unit:
        return [j.payload for j in jobs.page(unit, state=None) if j.kind == calendars.RECOUNT]


def run_jobs(database: Database) -> int:
    """Work the queue empty as a worker does; how many jobs of ours that took."""
    many = 0
    while True:
        with database.write() as unit:
            job = jobs.claim(unit, "w")
        if job is None:
            return many
        if job.kind == calendars.RECOUNT:
            recount.recount(database, job.payload)
            many += 1
        with database.write() as unit:
            jobs.finish(unit, job.id, "w")


def ask(database: Database, cast: Cast, ago: timedelta = timedelta(0), by: str = "cleo") -> Case:
    with database.write() as unit:
        mail = said(by=f"{by}@mail.test", native_id=f"{by}@mail.test")
        found = receive(unit, cast.mailbox_ref, mail, arrived_at=unit.now - ago)
        unit.settle()
        return changes.get_case(unit, found.case_id)


def now(database: Database, case: Case) -> Case:
    with database.read() as unit:
        return changes.get_case(unit, case.id)


def told(database: Database, case: Case) -> list[Event]:
    with database.read() as unit:
        events = store_events.of_case(unit, case.id)
    return [event for event in events if event.kind.startswith("promise_")]


def test_changed_hours_move_what_is_due_and_say_so(database: Database, cast: Cast) -> None:
    case = ask(database, cast, timedelta(hours=1))
    assert case.due_at == case.entered_at + timedelta(hours=4)  # type: ignore[operator]

    set_hours(database, cast, HALF)
    assert now(database, case).due_at == case.due_at, "the page does not wait for all cases"
    run_jobs(database)

    moved = now(database, case)
    assert case.entered_at
    assert moved.entered_at == case.entered_at
    assert moved.due_at == first_due(case.entered_at, "annoyance", HALF, Targets())
    assert moved.first_due_at == moved.due_at
    assert moved.resolve_due_at == resolution_due(case.entered_at, "annoyance", HALF, Targets())
    (event,) = told(database, case)
    assert case.due_at
    assert case.resolve_due_at
    wanted = {
        "solution_from": case.resolve_due_at.isoformat(),
        "solution_to": moved.resolve_due_at.isoformat(),
        "reason": "hours_changed",
    }
    if moved.due_at != case.due_at:  # between midnight and eight they come to the same
        assert moved.due_at
        wanted |= {"from": case.due_at.isoformat(), "to": moved.due_at.isoformat()}
    assert event.kind == "promise_moved"
    assert event.data == wanted
    with database.read() as unit:
        standing = line.standing(unit, case.id)
    assert standing
    assert standing.due_at == moved.due_at, "the place follows"


def test_changed_targets_do_too_and_twice_is_once(database: Database, cast: Cast) -> None:
    case = ask(database, cast, timedelta(hours=1))
    set_targets(database, cast, SLOW)
    assert [job["reason"] for job in waiting(database)] == ["targets_changed"]
    run_jobs(database)
    moved = now(database, case)
    assert case.entered_at
    assert moved.due_at == case.entered_at + timedelta(minutes=9000)
    assert len(told(database, case)) == 1

    set_targets(database, cast, SLOW)
    assert waiting(database) == [], "nothing changed, nothing to do"
    payload = {"brand_id": cast.brand.id, "reason": "targets_changed", "after": ""}
    recount.recount(database, payload)
    assert now(database, case) == moved
    assert len(told(database, case)) == 1


def test_a_broken_promise_stays_broken_whatever_happens_next(
    database: Database, cast: Cast
) -> None:
    # Given a promise that was broken an hour ago,
    case = ask(database, cast, timedelta(hours=5))
    assert case.due_at
    # when targets change so that it would be far from broken,
    set_targets(database, cast, SLOW)
    run_jobs(database)
    # then it stays, and says so once,
    held = now(database, case)
    assert held.due_at == case.due_at
    assert held.first_due_at == case.due_at
    assert held.resolve_due_at != case.resolve_due_at, "the solution was not due yet"
    assert [e.kind for e in told(database, case)] == ["promise_moved", "promise_held"]
    # also when the customer writes again, and after a pause,
    with database.write() as unit:
        again = said("Hello?", case_token=case.mail_token, native_id="again@mail.test")
        receive(unit, cast.mailbox_ref, again)
    assert now(database, case).due_at == case.due_at
    with database.write() as unit:
        changes.set_status(unit, changes.get_case(unit, case.id), "waiting", by=SYSTEM)
    with database.write() as unit:
        changes.set_status(unit, changes.get_case(unit, case.id), "open", by=SYSTEM)
    assert now(database, case).due_at == case.due_at
    run_jobs(database)
    assert [e.kind for e in told(database, case)] == ["promise_moved", "promise_held"]
    # until it is answered: the next promise is a new one.
    with database.write() as unit:
        reply(unit, case.id, cast.ben, "Sorry.", status=None)
    with database.write() as unit:
        receive(
            unit,
            cast.mailbox_ref,
            said("And?", case_token=case.mail_token, native_id="and@mail.test"),
        )
    after = now(database, case)
    assert after.due_at
    assert after.entered_at
    assert after.due_at == after.entered_at + timedelta(minutes=9000)


def test_it_stays_broken_also_when_the_customer_is_quicker_than_the_job(
    database: Database, cast: Cast
) -> None:
    case = ask(database, cast, timedelta(hours=5))
    set_targets(database, cast, SLOW)
    with database.write() as unit:
        receive(
            unit,
            cast.mailbox_ref,
            said("Hello?", case_token=case.mail_token, native_id="again@mail.test"),
        )
    assert now(database, case).due_at == case.due_at
    run_jobs(database)
    assert now(database, case).due_at == case.due_at


def test_another_need_makes_another_promise(database: Database, cast: Cast) -> None:
    case = ask(database, cast, timedelta(hours=5))
    set_targets(database, cast, SLOW)
    run_jobs(database)
    with database.write() as unit:
        by = actor_of(cast.ben)
        found = changes.get_case(unit, case.id)
        changes.set_severity(unit, found, "idea", by=by, reason="it can wait")
    after = now(database, case)
    assert case.entered_at
    assert after.due_at == case.entered_at + timedelta(minutes=9000)


def test_sooner_is_sooner_also_for_a_broken_one(database: Database, cast: Cast) -> None:
    set_targets(database, cast, SLOW)
    run_jobs(database)
    case = ask(database, cast, timedelta(hours=5))
    set_targets(database, cast, Targets())
    run_jobs(database)
    moved = now(database, case)
    assert case.entered_at
    assert moved.due_at == case.entered_at + timedelta(hours=4), "late by the new promise"
    assert [e.kind for e in told(database, case)] == ["promise_moved"]


def test_it_goes_in_batches_and_on_after_a_kill(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "BATCH", 3)
    found = [ask(database, cast, by=f"c{number}") for number in range(8)]
    run_jobs(database)
    set_targets(database, cast, SLOW)
    # Given a worker that dies in the middle of the second batch,
    with database.write() as unit:
        job = jobs.claim(unit, "w")
    assert job
    recount.recount(database, job.payload)
    (following,) = [payload for payload in waiting(database) if payload["after"]]
    seen: list[str] = []

    def dies(unit: Unit, case_id: str, reason: str) -> None:
        seen.append(case_id)
        if len(seen) == 2:
            raise KeyboardInterrupt
        real(unit, case_id, reason)

    real = recount.recount_case
    monkeypatch.setattr(recount, "recount_case", dies)
    with pytest.raises(KeyboardInterrupt):
        recount.recount(database, following)
    monkeypatch.setattr(recount, "recount_case", real)
    # when the first job is done again, since it was never finished, and all others,
    recount.recount(database, job.payload)
    assert len([p for p in waiting(database) if p["after"] == following["after"]]) == 1
    run_jobs(database)
    # then every case was moved, each once.
    for case in found:
        assert case.entered_at
        assert now(database, case).due_at == case.entered_at + timedelta(minutes=9000)
        assert len(told(database, case)) == 1


def test_who_does_not_wait_is_left_alone(database: Database, cast: Cast) -> None:
    case = ask(database, cast)
    with database.write() as unit:
        reply(unit, case.id, cast.ben, "Done.", status="solved")
    solved = now(database, case)
    set_targets(database, cast, SLOW)
    run_jobs(database)
    assert now(database, case) == solved
    assert told(database, case) == []


def test_only_the_brands_concerned_are_counted(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        other = create_brand(unit, name="Second Shop")
        shared = calendar_id(unit, cast)
        brands.set_promises(unit, other.id, shared, Targets())
    assert {job["brand_id"] for job in waiting(database)} == {other.id}
    run_jobs(database)
    set_hours(database, cast, HALF)
    assert {job["brand_id"] for job in waiting(database)} == {other.id, cast.brand.id}


def test_an_inbox_with_hours_of_its_own(database: Database, cast: Cast) -> None:
    case = ask(database, cast, timedelta(hours=1))
    with database.write() as unit:
        own = calendars.create_calendar(unit, "Mornings", HALF)
        brand = get_brand(unit, cast.brand.id)
        targets = msgspec.convert(brand.targets, Targets)
        chosen: dict[str, str | None] = {cast.mailbox.id: own.id}
        brands.set_promises(unit, brand.id, calendar_id(unit, cast), targets, inboxes=chosen)
        assert store_calendars.hours_of_inboxes(unit, brand.id) == chosen
    run_jobs(database)
    with database.read() as unit:
        assert promises_of(unit, cast.brand.id, cast.mailbox.id)[0] == HALF
        assert promises_of(unit, cast.brand.id, cast.board.id)[0] == ALWAYS_OPEN
    assert case.entered_at
    assert now(database, case).resolve_due_at == resolution_due(
        case.entered_at, "annoyance", HALF, Targets()
    )


def test_promises_out_of_reach_are_refused(database: Database, cast: Cast) -> None:
    """Or the next message with such a need would be refused at the door."""
    with database.write() as unit:
        weekly = {day: ["09:00-09:01"] if day == "monday" else [] for day in WEEKDAYS}
        hours = msgspec.convert(weekly, Calendar)
        tiny = calendars.create_calendar(unit, "Tiny", hours)
    with pytest.raises(Invalid) as refused, database.write() as unit:
        brands.set_promises(unit, cast.brand.id, tiny.id, Targets())
    assert refused.value.code == "bad_targets"
    with database.read() as unit:
        assert promises_of(unit, cast.brand.id)[0] == ALWAYS_OPEN


def test_the_walk_uses_its_index(database: Database, cast: Cast) -> None:
    case = ask(database, cast)
    with database.read() as unit:
        assert store.owed_after(unit, cast.brand.id, "", limit=10) == [case.id]
        assert store.owed_after(unit, cast.brand.id, case.id, limit=10) == []
