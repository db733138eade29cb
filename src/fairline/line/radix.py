"""How the places of a line are counted in parts, so that nobody has to walk it. Pure.

Every place adds one to a counter on each of four levels: the stretches of 51 days, 19 hours,
18 minutes and 17 seconds in which its answer is due. What stands before a place is then at most
64 counters a level, and the few places within its own stretch of 17 seconds.

Whoever writes at night is promised the same instant of the next day, so thousands may be due at
once: always at a whole minute. Places due at a whole minute are counted a second time, under that
minute and by the time at which they entered, in the same four stretches.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from fairline.db.types import from_micros, to_micros
from fairline.promises.order import Standing, order_key

# Stretches of 2^42, 2^36, 2^30 and 2^24 microseconds: each holds 64 of the next.
LEVELS = (42, 36, 30, 24)
FINEST = LEVELS[-1]
MINUTE = 60_000_000
# Under which minute the counters of due times themselves are kept: none.
BY_DUE = 0
ENDLESS = 1 << 62


class Cell(msgspec.Struct, frozen=True, order=True):
    """One counter of a brand. `minute` is `BY_DUE`, or the shared due time it counts within."""

    minute: int
    level: int
    bucket: int


class Stretch(msgspec.Struct, frozen=True):
    """The counters of one level with `low` <= bucket < `high`."""

    minute: int
    level: int
    low: int
    high: int

    def holds(self, cell: Cell) -> bool:
        """Whether the counter is one of these."""
        same = (self.minute, self.level) == (cell.minute, cell.level)
        return same and self.low <= cell.bucket < self.high


class Rest(msgspec.Struct, frozen=True):
    """What is to be counted one by one before a place: those due in [due_from, due_to) or after
    `then_from` and before `then_to`, and those due with it that entered from `entered_from` on.
    """

    due_from: datetime
    due_to: datetime
    then_from: datetime
    then_to: datetime
    entered_from: datetime


def cells(standing: Standing) -> list[Cell]:
    """The counters that a place adds to: four, or eight when it is due at a whole minute."""
    due = to_micros(standing.due_at)
    found = [Cell(BY_DUE, level, due >> level) for level in LEVELS]
    if _is_shared(due):
        entered = to_micros(standing.entered_at)
        found += [Cell(due, level, entered >> level) for level in LEVELS]
    return found


def before(standing: Standing) -> tuple[list[Stretch], Rest]:
    """What stands before a place: eight stretches of counters, and the rest.

    Always eight, so that one statement serves; those that are not needed are empty.
    """
    due, entered = to_micros(standing.due_at), to_micros(standing.entered_at)
    start = due >> FINEST << FINEST
    minute = -(-start // MINUTE) * MINUTE  # at most one in 17 seconds
    found = list(_up_to(BY_DUE, due))
    if _is_shared(due):
        found += _up_to(due, entered)
        rest = (start, due, 0, 0, entered >> FINEST << FINEST)
    elif minute < due:
        found += _whole(minute)
        rest = (start, minute, minute, due, 0)
    else:
        found += [Stretch(BY_DUE, level, 0, 0) for level in LEVELS]
        rest = (start, due, 0, 0, 0)
    return found, Rest(*(from_micros(at) for at in rest))


def counted_before(standing: Standing, other: Standing) -> bool:
    """Whether `other` is before `standing` by the counters, not among the rest."""
    stretches, _ = before(standing)
    return order_key(other) < order_key(standing) and any(
        stretch.holds(cell) for stretch in stretches for cell in cells(other)
    )


def _is_shared(due: int) -> bool:
    return due % MINUTE == 0


def _up_to(minute: int, value: int) -> Iterator[Stretch]:
    """The counters below `value`: whole stretches first, then ever finer ones."""
    low = 0
    for level in LEVELS:
        yield Stretch(minute, level, low, value >> level)
        low = value >> level << 6


def _whole(minute: int) -> list[Stretch]:
    top, *finer = LEVELS
    return [
        Stretch(minute, top, 0, ENDLESS),
        *(Stretch(minute, level, 0, 0) for level in finer),
    ]
