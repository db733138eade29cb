"""What a unit holds it reads once, and what it knows is what the database says."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from fairline.cases import changes, needs, override, store, upkeep
from fairline.cases.actions import actor_of, reply
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.store_events import of_case
from fairline.cases.tables import cases
from fairline.core.clock import now
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import joining, store_repeats
from fairline.line.claim import next_case
from tests.conftest import Cast, said
from tests.line.crew import make_team, teach

CLEO = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)
PARCEL = "My parcel 4711 has not come"


def check_held(unit: Unit) -> int:
    """Compare each row that the unit knows with the row as it is. Returns how many."""
    known = {what: row for (_, what), row in unit.held.items() if isinstance(row, Case)}
    read = store.cases_by_id(unit, list(known))
    for case_id, case in known.items():
        # As text: an hour in another zone is another text.
        assert msgspec.json.encode(case) == msgspec.json.encode(read[case_id])
    for (_, what), row in unit.held.items():
        if row == ():
            leader_id = what.removeprefix("repeats of ")
            assert unit.execute(store_repeats.REPEATS_OF, {"leader_id": leader_id}).all() == []
    return len(known)


def is_awaited(database: Database) -> bool:
    """Whether somebody waits for a row that a unit holds (on SQLite: for its end)."""
    if database.is_sqlite:
        return True
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with database.read() as unit:
        return bool(unit.connection.exec_driver_sql(query).scalar_one())


def test_a_unit_knows_what_it_changed(database: Database, cast: Cast) -> None:
    """Through all verbs of a long day in one unit, and its end."""
    with database.write() as unit:
        first = receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id
        team = make_team(unit, cast.ben, name="Vans")
        (german,) = teach(unit, cast.ben, "German")
    by = actor_of(cast.ada)
    with database.write() as unit:
        case = changes.get_case(unit, first, lock=True)
        case = changes.set_severity(unit, case, "money", by=by, reason="no money left")
        case = changes.set_subject(unit, case, "Where is it?", by=by)
        case = changes.set_kind(unit, case, "problem", by=by)
        changes.add_tag(unit, case, "late", by=by)
        case = changes.set_team(unit, case, team.id, by=by)
        case = needs.set_needs(unit, case, [german], by=by)
        case = override.bring_forward(unit, case, cast.ada, "an old man")
        assert check_held(unit) == 1
        claimed = next_case(unit, cast.ben)
        assert claimed is not None
        assert claimed.id == first
        until = (unit.now + timedelta(days=1)).astimezone(ZoneInfo("Asia/Kathmandu"))
        case = changes.snooze(unit, claimed, until, by=by)
        assert case.snoozed_until == until
        case = changes.wake(unit, case, by=by, reason="agent")
        again = receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id
        unit.settle()
        repeat = changes.get_case(unit, again)
        assert repeat.repeat_of_id == first
        assert check_held(unit) == 2
        joining.split(unit, repeat, by=by)
        unit.settle()
        assert check_held(unit) == 2
        joining.join(unit, changes.get_case(unit, again), changes.get_case(unit, first), by=by)
        reply(unit, first, cast.ben, "It comes", status="solved")
        unit.settle()
        assert changes.get_case(unit, again).repeat_of_id is None, "it leads itself now"
        changes.reopen(unit, changes.get_case(unit, first), by=SYSTEM, reason="customer_replied")
        unit.settle()
        assert check_held(unit) == 2


def test_whoever_writes_past_the_store_makes_it_read_again(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        ids = [
            receive(unit, cast.mailbox_ref, said(by=f"{who}@mail.test")).case_id for who in "abc"
        ]
    with database.write() as unit:
        first, second, third = (changes.get_case(unit, one, lock=True) for one in ids)
        assert store_repeats.repeats_of(unit, first.id) == []
        unit.execute(
            sa.update(cases).where(cases.c.id != first.id).values(repeat_of_id=first.id, subject="")
        )
        assert [changes.get_case(unit, one.id).subject for one in (first, second)] == [
            first.subject,
            "",
        ]
        assert {one.id for one in store_repeats.repeats_of(unit, first.id)} == {second.id, third.id}
        assert check_held(unit) == 2


def test_what_was_only_read_is_read_again(database: Database, cast: Cast) -> None:
    """On PostgreSQL somebody else may have changed it; who only reads never knows."""
    if database.is_sqlite:
        pytest.skip("nobody else writes on SQLite while a unit does")
    with database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said()).case_id
    with database.write() as unit:
        assert changes.get_case(unit, case_id).subject != "Changed"
        with database.write() as other:
            case = changes.get_case(other, case_id, lock=True)
            changes.set_subject(other, case, "Changed", by=SYSTEM)
        assert changes.get_case(unit, case_id).subject == "Changed"
        assert unit.held == {}


def test_who_holds_a_repeat_holds_its_head(database: Database, cast: Cast) -> None:
    """Somebody else who wants the head waits until the unit has ended."""
    if database.is_sqlite:
        pytest.skip("a unit holds everything on SQLite")
    with database.write() as unit:
        head, repeat = (
            receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id for _ in range(2)
        )
    with database.write() as unit:
        case = changes.get_case(unit, repeat, lock=True)
        assert case.repeat_of_id == head
        with database.write() as other:
            assert store_repeats.claim(other, head) is None, "it is held"
    with database.write() as other:
        assert store_repeats.claim(other, head) is not None


def test_a_head_that_changes_while_one_waits_is_found(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        head, second, third = (
            receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id for _ in range(3)
        )
    found: list[Case] = []

    def want() -> None:
        with database.write() as unit:
            found.append(changes.get_case(unit, third, lock=True))

    other = threading.Thread(target=want)
    with database.write() as unit:
        reply(unit, head, cast.ben, "The first is answered", status="waiting")
        other.start()
        while not is_awaited(database):
            pass
    other.join()
    assert [(case.id, case.repeat_of_id) for case in found] == [(third, second)]


def test_clock_work_is_done_once_however_many_do_it(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        asleep, solved = (
            receive(unit, cast.mailbox_ref, said(by=f"{who}@mail.test")).case_id for who in "ab"
        )
        case = changes.get_case(unit, asleep)
        changes.snooze(unit, case, unit.now + timedelta(hours=1), by=SYSTEM)
        store.update_case(unit, asleep, {"snoozed_until": now() - timedelta(hours=1)})
        changes.set_status(unit, changes.get_case(unit, solved), "solved", by=SYSTEM)
        store.update_case(unit, solved, {"solved_at": now() - timedelta(days=8)})
    done: list[tuple[int, int]] = []
    threads = [
        threading.Thread(
            target=lambda: done.append((upkeep.wake_due(database), upkeep.close_solved(database)))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sum(each) for each in zip(*done, strict=True)] == [1, 1]
    with database.read() as unit:
        assert changes.get_case(unit, asleep).snoozed_until is None
        assert changes.get_case(unit, solved).status == "closed"
        woken = [event for event in of_case(unit, asleep) if event.kind == "woken"]
    assert len(woken) == 1
