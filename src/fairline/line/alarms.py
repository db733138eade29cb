"""Alarms: raised once per case and kind, gone by themselves when their cause goes.

`hear` looks at a case in the transaction that changes it; `alarm_watch.py` when time passes. Both
call `look`, which compares what stands with what should: so it may be called at any time, by
several nodes, and after hours of standstill.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec

from fairline.cases import clocks, store
from fairline.cases.actions import actor_of
from fairline.cases.rows import SYSTEM, Actor, Case, Event
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.line import store as line
from fairline.line import store_alarms
from fairline.line.alarm_rows import Alarm
from fairline.line.place import MOVERS
from fairline.line.standing import is_waiting
from fairline.people import store as people
from fairline.people.tables import Agent
from fairline.promises.hours import Calendar, add_working_time
from fairline.promises.risk import Thresholds, risk_from
from fairline.promises.targets import Targets

LOOKS = MOVERS | {"visibility_changed"}
CLOCK = frozenset({"promise_broken", "promise_at_risk", "public_unacknowledged", "window_closing"})
BROUGHT_BACK = frozenset({"failed", "dead"})
EVER = datetime.min.replace(tzinfo=UTC)
# Kind of alarm -> the moment it is about.
Wanted = dict[str, datetime]


def hear(unit: Unit, event: Event) -> None:
    """Inline listener, after the clocks' and the line's."""
    if (case_id := event.case_id) is None:
        return
    if event.kind in LOOKS:
        unit.settle_later(("alarms", case_id), lambda later: look(later, case_id), last=True)
    elif event.kind == "delivery_changed":
        came_back = event.data.get("state") in BROUGHT_BACK
        action = partial(look_at_deliveries, case_id=case_id, came_back=came_back)
        unit.settle_later(("bounces", case_id), action, last=True)


def look(unit: Unit, case_id: str) -> None:
    """Raise and clear what the case's clocks ask for, and set the timer for the next look.

    Cost: five statements, all by a key; one more while a public question has no word from us.
    """
    case = store.case_by_id(unit, case_id)
    if case is None:
        return
    standing = store_alarms.of_case(unit, case_id)
    wanted: Wanted = {}
    at = None
    if is_owed(case):
        calendar, targets = clocks.promises_of(unit, case.brand_id, case.inbox_id)
        thresholds = thresholds_of(unit, case.brand_id)
        wanted, at = what_rings(case, calendar, targets, thresholds, unit.now)
        since = wanted.get("public_unacknowledged")
        if since and store_alarms.has_said_since(unit, case_id, case.entered_at or since):
            del wanted["public_unacknowledged"]
    settle(unit, case, wanted, standing, of=CLOCK)
    if "no_place" in standing and not is_lost(unit, case):
        clear(unit, case, standing["no_place"])
    around = standing.get("handed_around")
    if around and (not is_owed(case) or (case.last_answered_at or EVER) > around.raised_at):
        clear(unit, case, around)
    mine = (case.owner_id, case.team_id)
    if any((alarm.owner_id, alarm.team_id) != mine for alarm in standing.values()):
        store_alarms.belongs(unit, case_id, *mine)
    store_alarms.set_timer(unit, case_id, at)


def is_owed(case: Case) -> bool:
    """Whether an answer is owed: also while we put it aside, or wait for somebody else."""
    return case.due_at is not None and case.entered_at is not None and not case.is_ended


def is_lost(unit: Unit, case: Case) -> bool:
    """Whether somebody waits who stands in no line and is nobody's."""
    return (
        is_waiting(case)
        and case.owner_id is None
        and (line.standing(unit, case.repeat_of_id or case.id) is None)
    )


def what_rings(
    case: Case, calendar: Calendar, targets: Targets, thresholds: Thresholds, now: datetime
) -> tuple[Wanted, datetime | None]:
    """What the clocks ask for at `now`, and when to look again (None: never). Pure.

    Whether a public question was acknowledged is not known here: it rings once it would.
    """
    if case.due_at is None or case.entered_at is None:
        return {}, None
    target = targets.of(case.severity)
    minutes = target.first_minutes if case.first_answered_at is None else target.next_minutes
    steps = {"promise_broken": case.due_at}
    if case.due_at > now:
        steps["promise_at_risk"] = risk_from(case.due_at, minutes, calendar, thresholds)
    if case.is_public and case.hidden_at is None:
        limit = thresholds.public_minutes
        steps["public_unacknowledged"] = add_working_time(case.entered_at, limit, calendar)
    ends = None
    if case.reply_by and case.reply_by > now:
        ends = case.reply_by
        steps["window_closing"] = ends - timedelta(minutes=thresholds.window_minutes)
    wanted = {kind: moment for kind, moment in steps.items() if moment <= now}
    if "promise_at_risk" in wanted:
        wanted["promise_at_risk"] = case.due_at
    if ends and "window_closing" in wanted:
        wanted["window_closing"] = ends
    # Once a window is over nothing rings for it: it is too late to hurry.
    moments = [*steps.values(), *([ends] if ends else [])]
    return wanted, min((moment for moment in moments if moment > now), default=None)


def look_at_deliveries(unit: Unit, *, case_id: str, came_back: bool) -> None:
    """Raise or clear the alarm of answers that come back."""
    standing = store_alarms.of_case(unit, case_id)
    if not came_back and "second_bounce" not in standing:
        return
    case = store.case_by_id(unit, case_id)
    if case is None:
        return
    limit = thresholds_of(unit, case.brand_id).bounces
    rings = store_alarms.failed_deliveries(unit, case_id) >= limit
    wanted = {"second_bounce": unit.now} if rings else {}
    settle(unit, case, wanted, standing, of=frozenset({"second_bounce"}))


def settle(
    unit: Unit, case: Case, wanted: Wanted, standing: dict[str, Alarm], *, of: frozenset[str]
) -> None:
    """Bring those of the kinds `of` in step: what is wanted is raised, what is not is cleared."""
    for kind in of & standing.keys() - wanted.keys():
        clear(unit, case, standing[kind])
    for kind in wanted.keys() - standing.keys():
        raise_alarm(unit, case, kind, wanted[kind])


def raise_alarm(unit: Unit, case: Case, kind: str, since: datetime) -> bool:
    """False when one of the kind stands on the case already. *Effects*: a row and an event."""
    alarm = Alarm(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        brand_id=case.brand_id,
        owner_id=case.owner_id,
        team_id=case.team_id,
        since=since,
        raised_at=unit.now,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    if not store_alarms.insert(unit, alarm):
        return False
    _record(unit, case, "alarm_raised", SYSTEM, kind)
    return True


def clear(unit: Unit, case: Case, alarm: Alarm) -> None:
    """*Effects*: the row goes, an event stays."""
    store_alarms.remove(unit, alarm.id)
    _record(unit, case, "alarm_cleared", SYSTEM, alarm.kind)


def acknowledge(unit: Unit, alarm: Alarm, agent: Agent) -> None:
    """“I have it”: others need not run. It stands until its cause goes.

    Raises Conflict when somebody else has it; NotFound when it has gone meanwhile.
    """
    if alarm.acknowledged_by == agent.id:
        return
    case = store.case_by_id(unit, alarm.case_id, lock=True)
    if case is None or not store_alarms.acknowledge(unit, alarm.id, agent.id):
        present = store_alarms.by_id(unit, alarm.id)
        if present is None:
            raise NotFound("That alarm is over: its cause is gone.", code="no_alarm")
        other = people.agent_by_id(unit, present.acknowledged_by or "")
        raise Conflict(f"{other.name if other else 'Somebody'} has it already.", code="alarm_taken")
    _record(unit, case, "alarm_acknowledged", actor_of(agent), alarm.kind)


def thresholds_of(unit: Unit, brand_id: str) -> Thresholds:
    """The brand's, or the defaults."""
    return msgspec.convert(store_alarms.thresholds_of(unit, brand_id) or {}, Thresholds)


def _record(unit: Unit, case: Case, event: str, by: Actor, kind: str) -> None:
    data = {"alarm": kind}
    record(unit, event, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
