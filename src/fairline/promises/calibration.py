"""Keeps the stated eight in ten true: learns from what was told and what came. Pure.

The model of `estimate.py` knows nothing of shifts, of quick and slow agents, or of idle desks that
look slow. So the two ends of the range are moved by their own record: an end that was passed more
often than once in ten moves outwards, one that was passed less often moves inwards. Each end errs
in the long run as often as it should, whatever the arrivals and the staffing do, and each by
itself: a range that is right on the whole but always too late is no use to anybody.

Source: Gibbs and Candès, Adaptive Conformal Inference Under Distribution Shift (2021), one bound
for each end. The share of errors over T ranges is within 1 / (STEP * T) of what is wanted.
"""

from datetime import datetime

import msgspec

# One in ten comes before the range and one in ten after it.
TAIL = 0.1
# How far one case moves an end: 0.02 adapts over a day's answers and hardly trembles.
STEP = 0.02
# An end never passes these: past them the model says nothing any more, or the ends would cross.
LEAST, MOST = 0.0005, 0.45


class Tails(msgspec.Struct, frozen=True):
    """How much of the model's distribution lies before the range, and how much after it."""

    early: float = TAIL
    late: float = TAIL


UNLEARNED = Tails()


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
