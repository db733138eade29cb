"""Alarms come when they should, once, and go when their cause goes."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.cases import actions, changes, clocks, store, store_events
from fairline.cases.actions import actor_of
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.tables import cases, events
from fairline.channels import receipts, store_deliveries, store_inboxes
from fairline.core.errors import Conflict, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import alarm_watch, alarms, store_alarms
from fairline.line import store as line
from fairline.line.tables_alarms import alarm_timers
from fairline.promises.hours import ALWAYS_OPEN
from fairline.promises.risk import Thresholds
from fairline.promises.targets import Targets
from tests.conftest import Cast, said


def asked(database: Database, cast: Cast, text: str = "Where is it?", **more: Any) -> str:
    ref = cast.board_ref if more.get("channel") == "web" else cast.mailbox_ref
    with database.write() as unit:
        return receive(unit, ref, said(text, **more)).case_id


def let_pass(database: Database, case_id: str, due_in: timedelta, **more: Any) -> None:
    """As if the case had been asked so long ago that its answer is due in `due_in`."""
    with database.write() as unit:
        due_at = unit.now + due_in
        values = {
            "due_at": due_at,
            "first_due_at": due_at,
            "entered_at": due_at - timedelta(hours=9),
        }
        store.update_case(unit, case_id, {**values, **more})
        store_alarms.set_timer(unit, case_id, unit.now)


def asked_long_ago(unit: Unit, case_id: str) -> None:
    """Let all that was said have been said thirty days ago, and the clocks know it."""
    then = unit.now - timedelta(days=30)
    said_then = sa.update(events).where(events.c.case_id == case_id)
    unit.execute(said_then.values(at=then, data={"arrived_at": then.isoformat()}))
    clocks.sync(unit, case_id)


def standing(database: Database, case_id: str) -> set[str]:
    with database.read() as unit:
        return set(store_alarms.of_case(unit, case_id))


def history(database: Database, case_id: str) -> list[tuple[str, str]]:
    with database.read() as unit:
        found = store_events.of_case(unit, case_id)
    return [(e.kind, e.data["alarm"]) for e in found if e.kind.startswith("alarm_")]


def test_a_new_case_is_no_alarm(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    alarm_watch.turn(database)
    assert standing(database, case_id) == set()


def test_risk_then_broken_then_over(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    let_pass(database, case_id, timedelta(minutes=1))
    alarm_watch.turn(database)
    assert standing(database, case_id) == {"promise_at_risk"}

    let_pass(database, case_id, timedelta(minutes=-1))
    alarm_watch.turn(database)
    alarm_watch.turn(database)  # nothing is raised twice
    assert standing(database, case_id) == {"promise_broken"}

    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "It is on its way.")
    assert standing(database, case_id) == set()
    assert history(database, case_id) == [
        ("alarm_raised", "promise_at_risk"),
        ("alarm_cleared", "promise_at_risk"),
        ("alarm_raised", "promise_broken"),
        ("alarm_cleared", "promise_broken"),
    ]
    with database.read() as unit:
        assert not unit.execute(sa.select(alarm_timers)).all()


@pytest.mark.parametrize("aside", ["snoozed", "on_hold"])
def test_who_is_put_aside_still_waits_for_us(database: Database, cast: Cast, aside: str) -> None:
    """Such a case stands in no line, and its promise runs on all the same."""
    case_id = asked(database, cast)
    with database.write() as unit:
        case = changes.get_case(unit, case_id)
        if aside == "snoozed":
            changes.snooze(unit, case, unit.now + timedelta(days=1), by=actor_of(cast.ben))
        else:
            changes.set_status(unit, case, "on_hold", by=actor_of(cast.ben))
    let_pass(database, case_id, timedelta(minutes=-1))
    alarm_watch.turn(database)
    assert standing(database, case_id) == {"promise_broken"}


def test_a_case_reopened_late_rings_at_once(database: Database, cast: Cast) -> None:
    """What comes in behind any watermark: its promise is in the past when it comes back."""
    case_id = asked(database, cast)
    with database.write() as unit:
        asked_long_ago(unit, case_id)
        changes.set_status(unit, changes.get_case(unit, case_id), "solved", by=SYSTEM)
    alarm_watch.turn(database)
    assert standing(database, case_id) == set()

    with database.write() as unit:
        changes.reopen(unit, changes.get_case(unit, case_id), by=SYSTEM, reason="agent")
    assert standing(database, case_id) == {"promise_broken"}


def test_after_hours_of_standstill_all_are_caught_up(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_watch, "BATCH", 3)
    many = [asked(database, cast, by=f"c{n}@mail.test") for n in range(8)]
    for case_id in many:
        let_pass(database, case_id, timedelta(hours=-5))
    assert alarm_watch.turn(database) == 8
    assert all(standing(database, case_id) == {"promise_broken"} for case_id in many)
    assert alarm_watch.turn(database) == 0


def test_many_nodes_raise_each_once(database: Database, cast: Cast) -> None:
    """And somebody answers in between: whoever holds a case looks by themselves."""
    many = [asked(database, cast, by=f"c{n}@mail.test") for n in range(24)]
    for case_id in many:
        let_pass(database, case_id, timedelta(hours=-5))

    def answer(case_id: str) -> None:
        with database.write() as unit:
            actions.reply(unit, case_id, cast.ben, "Here.")

    with ThreadPoolExecutor(6) as nodes:
        done: list[Future[Any]] = [nodes.submit(alarm_watch.turn, database) for _ in range(4)]
        done += [nodes.submit(answer, case_id) for case_id in many[:4]]
    assert all(one.exception() is None for one in done)
    alarm_watch.turn(database)

    assert all(standing(database, case_id) == set() for case_id in many[:4])
    for case_id in many[4:]:
        assert standing(database, case_id) == {"promise_broken"}
        assert history(database, case_id) == [("alarm_raised", "promise_broken")]


def test_public_silence(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast, channel="web", by="cleo-browser", is_public=True)
    let_pass(database, case_id, timedelta(hours=30))
    with database.write() as unit:
        ago = unit.now - timedelta(days=7)
        store.update_case(unit, case_id, {"entered_at": ago})
        alarms.look(unit, case_id)
    assert standing(database, case_id) == {"public_unacknowledged"}

    with database.write() as unit:
        actions.note(unit, case_id, cast.ben, "Who knows?")
        alarms.look(unit, case_id)
    assert standing(database, case_id) == {"public_unacknowledged"}, "a note is no word to them"

    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "We are on it.", status=None)
    assert standing(database, case_id) == set()


def test_a_private_case_is_no_public_silence(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    with database.write() as unit:
        ago = unit.now - timedelta(days=7)
        store.update_case(
            unit, case_id, {"entered_at": ago, "due_at": unit.now + timedelta(days=9)}
        )
        alarms.look(unit, case_id)
    assert standing(database, case_id) == set()


def test_the_second_answer_that_comes_back(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    for number in (1, 2):
        with database.write() as unit:
            message = actions.reply(unit, case_id, cast.ben, f"Answer {number}")
        bounce(database, message.id, "failed")
        assert ("second_bounce" in standing(database, case_id)) == (number == 2)

    bounce(database, message.id, "replaced")
    assert standing(database, case_id) == set()


def test_answers_that_no_mailbox_can_carry(database: Database, cast: Cast) -> None:
    """Dead from the start, which is news all the same."""
    case_id = asked(database, cast)
    with database.write() as unit:
        store_inboxes.update(unit, cast.mailbox.id, {"archived_at": unit.now})
        for number in (1, 2):
            actions.reply(unit, case_id, cast.ben, f"Answer {number}")
    assert standing(database, case_id) == {"second_bounce"}


def bounce(database: Database, message_id: str, state: str) -> None:
    with database.write() as unit:
        for delivery in store_deliveries.of_messages(unit, [message_id])[message_id]:
            receipts.move(unit, delivery, state, error="550 no such user")


def lose_place(unit: Unit, case_id: str) -> None:
    line.remove(unit, case_id)
    long_ago = unit.now - timedelta(hours=2)
    unit.execute(sa.update(cases).where(cases.c.id == case_id).values(updated_at=long_ago))


def test_a_case_in_nobodys_line(database: Database, cast: Cast) -> None:
    fine, lost = asked(database, cast), asked(database, cast, by="dov@mail.test")
    check = alarm_watch.PlaceCheck(database)
    assert check.turn() == 0
    with database.write() as unit:
        lose_place(unit, lost)

    assert check.turn() == 1
    assert (standing(database, fine), standing(database, lost)) == (set(), {"no_place"})
    assert check.turn() == 0

    with database.write() as unit:
        changes.assign(unit, changes.get_case(unit, lost), cast.ben.id, by=SYSTEM)
    assert standing(database, lost) == set()


def test_a_round_of_the_check_goes_on_where_it_stopped(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_watch, "CHECKED", 2)
    many = [asked(database, cast, by=f"c{n}@mail.test") for n in range(5)]
    with database.write() as unit:
        for case_id in many:
            lose_place(unit, case_id)
    check = alarm_watch.PlaceCheck(database)
    assert [check.turn() for _ in range(4)] == [2, 2, 1, 0]


def test_i_have_it(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    let_pass(database, case_id, timedelta(minutes=-1))
    alarm_watch.turn(database)
    with database.write() as unit:
        alarm = store_alarms.of_case(unit, case_id)["promise_broken"]
        alarms.acknowledge(unit, alarm, cast.ben)

    with pytest.raises(Conflict, match="Ben has it already"), database.write() as unit:
        alarms.acknowledge(unit, alarm, cast.bea)
    with database.read() as unit:
        found = store_alarms.of_case(unit, case_id)["promise_broken"]
    assert found.acknowledged_by == cast.ben.id
    assert history(database, case_id)[-1] == ("alarm_acknowledged", "promise_broken")

    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "Here.")
    with pytest.raises(NotFound), database.write() as unit:
        alarms.acknowledge(unit, alarm, cast.bea)


def test_an_alarm_goes_with_the_case_to_its_new_owner(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    with database.write() as unit:
        asked_long_ago(unit, case_id)
        changes.assign(unit, changes.get_case(unit, case_id), cast.ben.id, by=SYSTEM)
    with database.write() as unit:
        changes.assign(unit, changes.get_case(unit, case_id), cast.bea.id, by=SYSTEM)
    with database.read() as unit:
        assert store_alarms.of_case(unit, case_id)["promise_broken"].owner_id == cast.bea.id


def test_new_thresholds_reach_who_waits_already(database: Database, cast: Cast) -> None:
    case_id = asked(database, cast)
    let_pass(database, case_id, timedelta(hours=2))
    alarm_watch.turn(database)
    with database.write() as unit:
        store_alarms.set_timer(unit, case_id, unit.now + timedelta(hours=1))
        store_alarms.set_thresholds(unit, cast.brand.id, {"risk_percent": 99, "risk_minutes": 9999})
    alarm_watch.look_again(database, {"brand_id": cast.brand.id})
    alarm_watch.turn(database)
    assert standing(database, case_id) == {"promise_at_risk"}


NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def waiting(**more: Any) -> Case:
    """A case of which only the clocks matter."""
    fields: dict[str, Any] = dict.fromkeys(Case.__struct_fields__)
    fields |= {"severity": "annoyance", "status": "open", "is_public": False}
    return Case(**{**fields, "entered_at": NOON, "due_at": NOON + timedelta(hours=4), **more})


@pytest.mark.parametrize(
    ("passed", "rings", "again"),
    [
        (timedelta(0), set(), timedelta(minutes=210)),
        (timedelta(minutes=209), set(), timedelta(minutes=210)),
        (timedelta(minutes=210), {"promise_at_risk"}, timedelta(hours=4)),
        (timedelta(hours=4), {"promise_broken"}, None),
        (timedelta(hours=400), {"promise_broken"}, None),
    ],
)
def test_what_rings_when(passed: timedelta, rings: set[str], again: timedelta | None) -> None:
    found, at = alarms.what_rings(waiting(), ALWAYS_OPEN, Targets(), Thresholds(), NOON + passed)
    assert set(found) == rings
    assert at == (NOON + again if again is not None else None)
