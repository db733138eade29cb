"""Keeps the stated eight in ten true: learns from what was told and what came. Pure.

The model of `estimate.py` knows nothing of shifts, of quick and slow agents, or of idle desks that
look slow. What it got wrong before, by how much, it will get wrong again in a like case: so its
expectation is multiplied by the factors that were met in the 150 cases most like this one (in how
many stood ahead, and in the time of day), from the least to the greatest but one in ten at each
end. Cases that still wait are counted as having waited at least so long (Kaplan and Meier), or the
slow ones would only be known when it is too late; and cases to which no range was told count as
well, or a new desk, and one with more than it can do, would learn from the few that were.

And each end is moved by its own record: one that was passed more often than once in ten moves
outwards, one that was passed less often moves inwards. So it errs in the long run as often as it
should, whatever the arrivals and the staffing do.

Sources: Kaplan and Meier (1958); Gibbs and Candès, Adaptive Conformal Inference Under Distribution
Shift (2021), with one bound for each end.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import exp, log

import msgspec

# One in ten comes before the range and one in ten after it.
TAIL = 0.1
# How far one case moves an end. Larger ones run after answers that come hours later: in simulation
# 0.02 held 77 times in 100 where 0.005 holds 80.
STEP = 0.005
# An end never passes these: past them a record says nothing any more, or the ends would cross.
LEAST, MOST = 0.002, 0.45
MOST_ALIKE = 150
# With fewer cases behind it that are like this one, the model speaks alone. On recorded arrivals it
# is worse than ten cases: alone it held 58 times in 100.
FEWEST_ALIKE = 10
# Three times as many ahead is another matter; four hours of the day weigh as much as a third of it.
REACH = 1.2
HOUR = 0.25
# When even the longest wait known is too short for the upper end: twice that.
BEYOND = log(2)


class Tails(msgspec.Struct, frozen=True):
    """How much lies before the range, and how much after it."""

    early: float = TAIL
    late: float = TAIL


UNLEARNED = Tails()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier case, told a range or not: what the model expected and what it took, in working
    minutes.

    `is_over` is False while it still waits: then it took at least so long.
    """

    ahead: int
    hour: float
    expected: float
    took: float
    is_over: bool = True

    @property
    def factor(self) -> float:
        """How many times the expected time it took, as a logarithm. A minute is nothing."""
        return log((self.took + 1) / (self.expected + 1))


def factors(
    ahead: int, hour: float, outcomes: Iterable[Outcome], tails: Tails
) -> tuple[float, float] | None:
    """The least and greatest factor (as logarithms) to reckon with; None with too few alike."""
    size = log(ahead + 1)
    least, most = (ahead + 1) * exp(-REACH), (ahead + 1) * exp(REACH)
    alike, over = [], 0
    # A page asks for this, of more than a thousand: each line here counts.
    for number, outcome in enumerate(outcomes):
        places = outcome.ahead + 1
        if least < places < most:
            hours = abs(outcome.hour - hour)
            apart = abs(log(places) - size) + HOUR * (hours if hours < 12 else 24 - hours)
            alike.append((apart, number, outcome))
            over += outcome.is_over
    if over < FEWEST_ALIKE:
        return None
    alike.sort()
    nearest = [outcome for _, _, outcome in alike[:MOST_ALIKE]]
    known = _shares(nearest)
    if not known:
        return None
    longest = known[-1][0]
    # The next may be longer than all: of nine cases the longest is passed once in ten.
    enough = (1 - tails.late) * (1 + 1 / len(nearest))
    low = next((factor for factor, share in known if share >= tails.early), longest)
    high = next((f for f, share in known if share >= enough), longest + BEYOND)
    return low, high


def _shares(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """(factor, share that took no longer), rising, by the product-limit estimate."""
    found, longer = [], 1.0
    ordered = sorted((outcome.factor, not outcome.is_over) for outcome in outcomes)
    for number, (factor, still_waits) in enumerate(ordered):
        if not still_waits:
            longer *= 1 - 1 / (len(ordered) - number)
            found.append((factor, 1 - longer))
    return found


def fate(low: datetime, high: datetime, answered_at: datetime) -> int:
    """-1 when the answer came before the range that was told, 1 after it, 0 within it."""
    return (answered_at > high) - (answered_at < low)


def learned(tails: Tails, came: int) -> Tails:
    """The ends after one more range has met its fate."""
    return Tails(
        early=_moved(tails.early, is_passed=came < 0),
        late=_moved(tails.late, is_passed=came > 0),
    )


def _moved(tail: float, *, is_passed: bool) -> float:
    return min(max(tail + STEP * (TAIL - is_passed), LEAST), MOST)
