"""The call that a customer asked for, as their thread shows it."""

from datetime import datetime

import msgspec

from fairline.board.viewer import Viewer
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.rows import Call
from fairline.handoff.calls.windows import moment_words
from fairline.handoff.calls.words import TRIED, when_words
from fairline.people.numbers import masked_number


class CallMatter(msgspec.Struct, frozen=True, kw_only=True):
    """Words for the strip. `tone`: '' or late. `masked` is one's own number, as far as it is shown:
    a link may be passed on.
    """

    headline: str
    lines: tuple[str, ...]
    masked: str
    tone: str
    can_change: bool


def call_matter(unit: Unit, viewer: Viewer) -> CallMatter | None:
    """One statement, by uq_calls_open."""
    call = store.open_of(unit, viewer.case.id)
    return shown_call(call, unit.now, viewer.case.due_at) if call else None


def shown_call(call: Call, now: datetime, due_at: datetime | None) -> CallMatter:
    """The call in words. Pure."""
    is_live = call.state == "calling" and call.leased_until is not None and call.leased_until > now
    if is_live:
        headline = "We are calling you now"
    elif call.missed_at:
        headline = "We have missed the time of our call"
    elif call.wanted == "now" and not call.tries:
        headline = "We call you as soon as we can"
    else:
        headline = "We call you"
    return CallMatter(
        headline=headline,
        lines=() if is_live else _lines(call, now, due_at),
        masked=masked_number(call.number),
        tone="late" if call.missed_at and not is_live else "",
        can_change=not is_live,
    )


def _lines(call: Call, now: datetime, due_at: datetime | None) -> tuple[str, ...]:
    when = when_words(call, now)
    lines = []
    if call.tries and call.outcome in TRIED:
        many = "once" if call.tries == 1 else f"{call.tries} times"
        lines.append(f"We have tried {many}; the last time {TRIED[call.outcome]}.")
    if call.missed_at:
        lines.append(
            f"It was {when}. We are sorry. You keep your place, and we call as soon as somebody is "
            "free; or choose another time."
        )
    else:
        lines.append(f"{'Next: ' if call.tries else ''}{when[:1].upper()}{when[1:]}.")
    if call.is_after_promise and due_at and not call.missed_at:
        due = moment_words(due_at, call.zone, now)
        lines.append(f"That is later than our promise ({due}), because you chose it.")
    lines.append("Your place in line stays as it is.")
    return tuple(lines)
