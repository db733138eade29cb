"""Keeps a case's times: since when it waits, when an answer and a solution are due.

Recomputed from the events by `promises/due.py` after each change, so no path can reset a clock.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from fairline.cases import store, store_events
from fairline.cases.holding import Times, judge, still_broken
from fairline.cases.merging import waits
from fairline.cases.rows import SYSTEM, Case, Event
from fairline.cases.states import OFF_THE_LINE
from fairline.cases.timeline import record
from fairline.db.unit import Unit
from fairline.people import store_calendars
from fairline.promises.due import Step, What, first_due, resolution_due, what_is_due
from fairline.promises.hours import Calendar
from fairline.promises.targets import Targets

# Neither opening nor import is among them: such a case's times are written with its row, and an
# imported one keeps the promise that was given where it came from.
MOVERS = frozenset(
    {
        "case_reopened",
        "message_received",
        "message_sent",
        "status_changed",
        "kind_changed",
        "severity_changed",
        *waits.CHANGES,
    }
)
# What makes a new promise: that the time moved is no news of hours or targets.
ANEW = frozenset({"severity_changed", *waits.CHANGES})
OPENED = ("clocks", "opened")


@lru_cache(maxsize=256)
def _promises(calendar: bytes, targets: bytes) -> tuple[Calendar, Targets]:
    return msgspec.json.decode(calendar, type=Calendar), msgspec.json.decode(targets, type=Targets)


def promises_of(unit: Unit, brand_id: str, inbox_id: str | None = None) -> tuple[Calendar, Targets]:
    """The hours of the inbox, or else of the brand, and the brand's targets. One statement."""
    found = store_calendars.promises(unit, brand_id, inbox_id)
    hours, targets = found or (None, {})
    return _promises(msgspec.json.encode(hours or {}), msgspec.json.encode(targets))


def opening_times(
    unit: Unit, brand_id: str, inbox_id: str, kind: str, severity: str, arrived_at: datetime
) -> dict[str, datetime | None]:
    """The times of a case that begins now: one message, nothing answered."""
    if kind in OFF_THE_LINE:
        return {"entered_at": None, "due_at": None, "first_due_at": None, "resolve_due_at": None}
    calendar, targets = promises_of(unit, brand_id, inbox_id)
    due_at = first_due(arrived_at, severity, calendar, targets)
    return {
        "entered_at": arrived_at,
        "due_at": due_at,
        "first_due_at": due_at,
        "resolve_due_at": resolution_due(arrived_at, severity, calendar, targets),
    }


def hear(unit: Unit, event: Event) -> None:
    """Inline listener, before the line's: times first, then the place that follows from them."""
    if (case_id := event.case_id) is None:
        return
    if event.kind == "case_opened":
        unit.gathered.setdefault(OPENED, set()).add(case_id)
    elif event.kind in MOVERS and _moves(event) and not _is_first_message(unit, event):
        unit.settle_later(("clocks", case_id), lambda later: sync(later, case_id))


def _moves(event: Event) -> bool:
    """Of the changes of a status, only those that are a step of a clock: not that it was taken."""
    return event.kind != "status_changed" or _step(event) is not None


def _is_first_message(unit: Unit, event: Event) -> bool:
    """The message a case opened with, in the unit that opened it: `opening_times` counted from it.

    A machine's starts no clock, so after that one they are brought in step.
    """
    opened: set[str] = unit.gathered.get(OPENED, set())
    if event.kind != "message_received" or event.case_id not in opened:
        return False
    opened.discard(event.case_id)
    return not event.data.get("automatic")


def sync(unit: Unit, case_id: str, *, reason: str = "hours_changed") -> None:
    """Bring the case's times in line with its events, and with the hours and targets of today.

    *Effects*: `promise_moved` when changed hours or targets (`reason`) moved what is due;
    `promise_held` when they would have mended a promise that is broken already: it stays broken.
    """
    case = store.case_by_id(unit, case_id)
    if case is None:
        return
    if case.kind in OFF_THE_LINE or case.merged_into_id:
        times: Times = {"entered_at": None, "due_at": None, "resolve_due_at": None}
    else:
        times = _times(unit, case, store_events.of_case(unit, case_id), reason)
    if any(getattr(case, name) != value for name, value in times.items()):
        store.update_case(unit, case_id, times)


def _times(unit: Unit, case: Case, events: list[Event], reason: str) -> Times:
    """By the events, and by the hours and targets of today."""
    calendar, targets = promises_of(unit, case.brand_id, case.inbox_id)
    known = waits.standing_only(events)
    steps = [step for event in known if (step := _step(event))]
    due = what_is_due(steps, case.severity, calendar, targets)
    is_owed = due.entered_at is not None and not due.is_paused and not case.is_ended
    times: Times = {
        "entered_at": due.entered_at if is_owed else None,
        "due_at": due.answer_at if is_owed else None,
        "resolve_due_at": due.resolution_at,
    }
    if not case.is_ended:
        for wait in waits.waits_in(known):
            _wait_too(times, wait, known, case.severity, calendar, targets)
    times = still_broken(known, times)
    # The same message is unanswered and no other need was declared just now: then only changed
    # hours or targets can have moved what is due.
    changed_need = any(e.kind in ANEW and e.at >= unit.now for e in events)
    if not changed_need and case.entered_at == times["entered_at"]:
        before: Times = {"due_at": case.due_at, "resolve_due_at": case.resolve_due_at}
        judged = judge(before, times, unit.now)
        times = judged.times
        _tell(unit, case, "promise_moved", judged.moved, reason)
        _tell(unit, case, "promise_held", judged.held, reason)
    if times["entered_at"] and case.first_answered_at is None:
        times["first_due_at"] = times["due_at"]
    return times


def _wait_too(
    times: Times,
    wait: waits.Wait,
    events: Sequence[Event],
    severity: str,
    calendar: Calendar,
    targets: Targets,
) -> None:
    """Somebody waited in what was taken in: the earlier of the two counts, and only what happened
    afterwards answers it.
    """
    since = [event for event in events if event.position > wait.position]
    steps = [Step(wait.entered_at, What.CUSTOMER_SPOKE)]
    steps += [step for event in since if (step := _step(event))]
    due = what_is_due(steps, severity, calendar, targets)
    if due.is_paused:
        return
    was_promised = not any(event.kind == "severity_changed" for event in since)
    resolution = wait.resolve_due_at if was_promised else None
    times["resolve_due_at"] = _earlier(times["resolve_due_at"], due.resolution_at, resolution)
    if due.entered_at == wait.entered_at:
        promised = wait.due_at if was_promised else None
        times["entered_at"] = _earlier(times["entered_at"], due.entered_at)
        times["due_at"] = _earlier(times["due_at"], due.answer_at, promised)


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def _tell(unit: Unit, case: Case, kind: str, data: dict[str, str], reason: str) -> None:
    if data:
        data = {**data, "reason": reason}
        record(unit, kind, by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=data)


def _step(event: Event) -> Step | None:
    data = event.data
    what: What | None = None
    at = event.at
    if event.kind == "message_received" and not (data.get("automatic") or data.get("answered")):
        what = What.CUSTOMER_SPOKE
        if data.get("arrived_at"):
            at = datetime.fromisoformat(data["arrived_at"])
    elif event.kind == "message_sent" and not data.get("is_notice"):
        what = What.ANSWERED
    elif event.kind == "case_reopened":
        what = What.REOPENED
    elif waits.reopens(event):
        what = What.RESUMED
    elif event.kind == "status_changed":
        if data["to"] in {"solved", "closed"}:
            what = What.SOLVED
        elif data["to"] == "waiting":
            what = What.WAITING
        elif data["from"] == "waiting":
            what = What.RESUMED
    return Step(at, what) if what else None
