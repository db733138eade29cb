"""What changed hours and targets may do to a promise that was given. Pure.

They may move what is due. They may not mend what is broken: a promise whose time had passed when
the hours changed stays broken, until it is answered or another need makes a new promise.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fairline.cases.rows import Event

Times = dict[str, datetime | None]
# The column on the case -> how events name its value: held, and moved from and to.
HELD = {"due_at": "due_at", "resolve_due_at": "solution_due_at"}
MOVED = {"due_at": ("from", "to"), "resolve_due_at": ("solution_from", "solution_to")}


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The times to store, and the data of the events that say what became of the old ones."""

    times: Times
    moved: dict[str, str]
    held: dict[str, str]


def judge(before: Times, after: Times, now: datetime) -> Judged:
    """Compare what was due with what is due by changed hours or targets."""
    times = dict(after)
    moved: dict[str, str] = {}
    held: dict[str, str] = {}
    for name, word in HELD.items():
        old, new = before[name], after[name]
        if old is None or new is None or old == new:
            continue
        if old <= now and new > old:
            times[name] = old
            held[word] = old.isoformat()
        else:
            moved |= dict(zip(MOVED[name], (old.isoformat(), new.isoformat()), strict=True))
    return Judged(times=times, moved=moved, held=held)


def still_broken(events: Sequence[Event], times: Times) -> Times:
    """`times`, but never later than a broken promise that was held to.

    `events` are those of the case, oldest first. An answer ends the promise of an answer, and
    another need makes new promises.
    """
    times = dict(times)
    open_names = set(HELD)
    for event in reversed(events):
        if event.kind == "severity_changed":
            break
        if event.kind == "message_sent" and not event.data.get("is_notice"):
            open_names.discard("due_at")
        if event.kind == "promise_held":
            for name in open_names:
                value, said = times[name], event.data.get(HELD[name])
                if value and said:
                    times[name] = min(value, datetime.fromisoformat(said))
    return times
