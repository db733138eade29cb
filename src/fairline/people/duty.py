"""Who is here: what agents say of themselves, and what their browsers show. The judgement is pure.

An agent is here when they did not say *away*, their shift has not ended and a browser of theirs was
seen lately. A reload or a short break changes nothing: `is_gone` waits for a grace.
"""

from datetime import datetime, timedelta
from typing import Literal

from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import store_duty as store
from fairline.people.tables import PRESENCES
from fairline.people.tables_duty import Duty

# Pages and open streams show a browser at least every five minutes, a program every ten.
UNSEEN_FOR = timedelta(minutes=12)
SHOWN_EVERY = timedelta(minutes=4)
GRACE = timedelta(minutes=2)
LONGEST_SHIFT = timedelta(hours=24)
MOST_WEIGHT = 100

Presence = Literal["online", "busy", "away"]


def presence_at(duty: Duty, now: datetime) -> Presence:
    """What colleagues see."""
    if duty.seen_at is None or now - duty.seen_at > UNSEEN_FOR or duty.presence == "away":
        return "away"
    if duty.shift_ends_at is not None and duty.shift_ends_at <= now:
        return "away"
    return "busy" if duty.presence == "busy" else "online"


def is_here(duty: Duty, now: datetime) -> bool:
    """Whether they work now, busy or not."""
    return presence_at(duty, now) != "away"


def is_gone(duty: Duty, now: datetime) -> bool:
    """Whether they went away long enough ago that what waits for them goes back to the line."""
    if is_here(duty, now):
        return False
    if duty.seen_at is None or now - duty.seen_at > UNSEEN_FOR:
        return True  # signed out, or unseen for longer than any grace
    left = [duty.changed_at] if duty.presence == "away" else []
    if duty.shift_ends_at is not None and duty.shift_ends_at <= now:
        left.append(max(duty.shift_ends_at, duty.changed_at))
    return now - min(left) >= GRACE


def has_gone(unit: Unit, agent_id: str) -> bool:
    """Whether an agent is known to be away. Nothing is known of somebody who never was at a desk:
    what they were given stays theirs.
    """
    duty = store.duty_of(unit, agent_id)
    return duty is not None and is_gone(duty, unit.now)


def presences(unit: Unit) -> dict[str, Presence]:
    """Agent id -> what colleagues see. Who never was at a desk is missing."""
    found = store.all_duties(unit)
    return {agent_id: presence_at(duty, unit.now) for agent_id, duty in found.items()}


def say_presence(
    unit: Unit, agent_id: str, presence: str, *, shift_ends_at: datetime | None = None
) -> None:
    """Say whether one is here and until when. Raises Invalid.

    What follows from it for cases is told in `line/duty.py`, which calls this.
    """
    if presence not in PRESENCES:
        raise Invalid(f"One is {', '.join(PRESENCES)}.", code="no_presence", field="presence")
    if shift_ends_at and not unit.now < shift_ends_at <= unit.now + LONGEST_SHIFT:
        raise Invalid("A shift ends within the next 24 hours.", field="shift_ends_at")
    store.set_duty(unit, agent_id, presence, shift_ends_at)


def checked_capacity(capacity: int) -> int:
    """Raises Invalid for one that would hand out nothing, or everything."""
    if not 1 <= capacity <= 1000:
        raise Invalid(
            "A capacity is a whole number from 1 to 1,000: with none, no case could be given. "
            "Say busy or away to be given none for a while.",
            code="bad_capacity",
            field="capacity",
        )
    return capacity


def set_weight(unit: Unit, channel: str, weight: int) -> None:
    """How much of a capacity one waiting case of a channel takes. Raises Invalid."""
    if not 1 <= weight <= MOST_WEIGHT:
        raise Invalid(
            f"A weight is a whole number from 1 to {MOST_WEIGHT}: at none, an agent would be given "
            "cases without end.",
            code="bad_weight",
            field=f"weight-{channel}",
        )
    store.set_weight(unit, channel, weight)
