"""What an undone or standing merge means for the clocks of a case. Pure: events in, parts out.

Events are facts and stay where they happened. So when a case takes in another, or messages of
another, the event of that says since when they waited: that wait runs beside the case's own, and
only what happened afterwards can answer it. Whichever of them is due first counts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.rows import Event

TAKES_IN = frozenset({"case_merged", "case_split", "message_moved"})
CHANGES = TAKES_IN | {"case_unmerged"}
SAID = frozenset({"message_received", "message_sent"})


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """Since when somebody waited elsewhere, what they were promised, and what happened since."""

    position: int
    entered_at: datetime
    due_at: datetime | None = None
    resolve_due_at: datetime | None = None


def wait_data(
    entered_at: datetime, due_at: datetime | None, resolve_due_at: datetime | None
) -> dict[str, str]:
    """A wait as an event carries it."""
    times = {"entered_at": entered_at, "due_at": due_at, "resolve_due_at": resolve_due_at}
    return {name: moment.isoformat() for name, moment in times.items() if moment}


def standing_only(events: Sequence[Event]) -> Sequence[Event]:
    """Without merges that were undone, and without what was said in messages that have left."""
    if not any(event.kind in CHANGES for event in events):
        return events
    undone = {e.data.get("merge_id") for e in events if e.kind == "case_unmerged"}
    kept = [e for e in events if e.kind not in CHANGES or e.data.get("merge_id") not in undone]
    gone: set[Any] = set()
    for event in kept:
        if event.kind == "message_moved":
            ids = event.data.get("message_ids", ())
            gone = gone | set(ids) if event.data.get("is_out") else gone - set(ids)
    return [e for e in kept if e.kind not in SAID or e.data.get("message_id") not in gone]


def waits_in(events: Sequence[Event]) -> list[Wait]:
    """The waits taken in, in the order in which they came."""
    return [
        Wait(position=event.position, **_times(event.data["waits"]))
        for event in events
        if event.kind in TAKES_IN and event.data.get("waits")
    ]


def reopens(event: Event) -> bool:
    """Whether the clocks of the case itself, which stood still, run on from here."""
    change = event.data.get("status") if event.kind in TAKES_IN else None
    return change is not None and change["from"] not in {"new", "open", "on_hold"}


def _times(data: dict[str, str]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) for name, value in data.items()}
