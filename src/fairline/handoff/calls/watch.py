"""What the passing of time does to calls: told when due, an alarm when missed, freed when cut off.

`turn` is called by the worker's periods on any number of nodes; `hear` ends the call of a case
that has ended. A turn costs three look-ups in a short index where nothing is to be done.
"""

from collections.abc import Callable
from datetime import datetime

from fairline.cases import changes
from fairline.cases import store as cases
from fairline.cases.rows import SYSTEM, Actor, Case, Event
from fairline.cases.timeline import record
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls import calling, store
from fairline.handoff.calls.asking import cancel_call
from fairline.handoff.calls.rows import Call
from fairline.line import alarms

BATCH = 50


def turn(database: Database) -> int:
    """Do what has become due. Returns how much that was; what is left comes next turn."""
    return (
        _each(database, store.to_free, _free)
        + _each(database, store.to_tell, _tell)
        + _each(database, store.to_miss, _miss)
    )


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `status_changed`: a case that has ended needs no call."""
    if event.data.get("to") not in {"solved", "closed"} or event.case_id is None:
        return
    case = cases.case_by_id(unit, event.case_id)
    if case and "call" in case.matters and store.open_of(unit, case.id):
        by = Actor(kind=event.actor_kind, id=event.actor_id)
        cancel_call(unit, case, by=by, reason="case_ended")


def _each(
    database: Database,
    find: Callable[..., list[str]],
    do: Callable[[Unit, Case, Call], None],
) -> int:
    with database.read() as unit:
        if not find(unit, unit.now, most=1):
            return 0
    with database.write() as unit:
        # By the moment that is written, not the one of looking: the two may differ by a wait.
        found = find(unit, unit.now, most=BATCH)
        for call_id in found:
            call = store.by_id(unit, call_id)
            case = cases.case_by_id(unit, call.case_id, lock=True) if call else None
            call = store.by_id(unit, call_id, lock=True)
            if case and call and call.is_open:
                do(unit, case, call)
    return len(found)


def _tell(unit: Unit, case: Case, call: Call) -> None:
    """The owner, or whoever looks at the list of calls, is told that it is time."""
    if call.state != "asked" or call.told_at:
        return
    store.update(unit, call.id, {"told_at": unit.now})
    if case.snoozed_until:
        case = changes.wake(unit, case, by=SYSTEM, reason="call_due")
    mentioned = [case.owner_id] if case.owner_id else []
    for owner_id in mentioned:
        changes.nudge(unit, case, owner_id, "call_due", by=SYSTEM)
    _record(unit, case, "call_due", {"call_id": call.id, "mentioned": mentioned})


def _miss(unit: Unit, case: Case, call: Call) -> None:
    if call.state != "asked" or call.missed_at or not _is_over(call, unit.now):
        return
    store.update(unit, call.id, {"missed_at": unit.now, "told_at": call.told_at or unit.now})
    _record(unit, case, "call_missed", {"call_id": call.id})
    alarms.raise_alarm(unit, case, "call_missed", call.until_at)


def _free(unit: Unit, case: Case, call: Call) -> None:
    if call.state != "calling" or (call.leased_until and call.leased_until > unit.now):
        return
    running = [one for one in store.tries_of(unit, call.id) if one.ended_at is None]
    if running:
        calling.cut_off(unit, case, call, running[-1])


def _is_over(call: Call, now: datetime) -> bool:
    return call.until_at <= now


def _record(unit: Unit, case: Case, kind: str, data: dict[str, object]) -> None:
    record(unit, kind, by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=data)
