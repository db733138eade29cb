"""A first draft of what the next one must know, out of the record. Pure.

It repeats what was said and done, in order, and judges nothing: the giver edits it.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from fairline.cases.rows import Case, Message
from fairline.cases.states import SEVERITY_LABELS
from fairline.policy.promised import promised_in

LONGEST = 280
LAST = 4


def draft_of(case: Case, messages: Sequence[Message], *, zone: str, now: datetime) -> str:
    """Question, what we answered, what was promised, what is open. `messages` are oldest first."""
    real = [one for one in messages if not one.is_automatic]
    asked = [one for one in real if one.direction == "inbound"]
    answered = [one for one in real if one.direction == "outbound"]
    notes = [one for one in real if one.direction == "note"]
    lines = []
    if asked:
        who = asked[0].author_name or "The customer"
        lines.append(f"{who} asked on {_day(asked[0].created_at, zone)}: {_clip(asked[0].text)}")
    if len(asked) > 1:
        lines.append(f"Last said: {_clip(asked[-1].text)}")
    lines += [
        f"{one.author_name or 'We'} answered on {_day(one.created_at, zone)}: {_clip(one.text)}"
        for one in answered[-LAST:]
    ]
    lines += [
        f"Promised: {promised.words} ({_day(promised.until, zone)})"
        for one in answered[-LAST:]
        for promised in promised_in(one.text, one.created_at, zone)
    ]
    lines += [f"Note of {one.author_name}: {_clip(one.text)}" for one in notes[-2:]]
    lines.append(
        f"Need: {SEVERITY_LABELS[case.severity]}. {_waits(case, asked, answered, zone, now)}"
    )
    return "\n".join(lines)


def _waits(
    case: Case, asked: Sequence[Message], answered: Sequence[Message], zone: str, now: datetime
) -> str:
    if case.due_at:
        late = "was due" if case.due_at < now else "is due"
        return f"The next answer {late} on {_day(case.due_at, zone)}."
    if asked and answered and answered[-1].created_at > asked[-1].created_at:
        return "It waits for the customer."
    return "No answer is due."


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%d.%m. %H:%M")


def _clip(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"
