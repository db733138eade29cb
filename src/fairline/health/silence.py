"""Whether an inbox is too quiet: what should have come by its own past, against nothing seen. Pure.

The profile is the number of arrivals in each hour of the week (UTC) over the past weeks. Since the
last arrival so many were to be expected; the chance that none came all the same is that of a
Poisson count whose rate is itself only known from those weeks (a gamma mixture, so little history
is cautious), with the arrivals thinned by how unsteady they were (bursts and holidays count as
less). Each gap between two arrivals is a try of its own, so the more come, the less likely a gap
must be before somebody is told (`is_silent`): about one false alarm in two years where only chance
moves them. How often it is wrong: scripts/measure_silence.py.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

WEEKS = 8
HOURS_OF_WEEK = 168
HOUR = timedelta(hours=1)
# Less than this says nothing of a week's course.
LEAST = timedelta(days=14)
LEAST_ARRIVALS = 20
ALARM = 1e-4
FALSE_A_WEEK = 0.5 / 52
# Unsteadiness is looked for over spans of these many hours.
SPANS = (3, 12, 24)

Hours = Sequence[tuple[datetime, int]]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """`counts` and `seen`: arrivals in each hour of the week, and how often that hour was there.
    `unsteady` is 1 for arrivals that only chance moves, more for bursts and odd days.
    """

    counts: tuple[int, ...]
    seen: tuple[int, ...]
    unsteady: float

    def expected(self, start: datetime, end: datetime) -> float:
        """How many should come between two moments."""
        return sum(
            share * self.counts[hour] / self.seen[hour]
            for hour, share in _hours(start, end)
            if self.seen[hour]
        )

    def chance_of_none(self, start: datetime, end: datetime) -> float:
        """How likely it is that nothing comes between two moments although all is well."""
        expected = self.expected(start, end)
        weeks = sum(self.seen) / HOURS_OF_WEEK
        before = expected * weeks / self.unsteady
        return float((weeks / (weeks + 1)) ** (before + 0.5))

    @property
    def a_week(self) -> float:
        """How many come in a week."""
        return HOURS_OF_WEEK * sum(self.counts) / sum(self.seen)

    def is_silent(self, start: datetime, end: datetime) -> bool:
        """Whether somebody should be told that nothing came between two moments."""
        return self.chance_of_none(start, end) < min(ALARM, FALSE_A_WEEK / self.a_week)


def profile_of(hours: Hours) -> Profile | None:
    """Of hours one after the other, oldest first; None while there is too little of them."""
    if not hours or hours[-1][0] + HOUR - hours[0][0] < LEAST:
        return None
    counts, seen = [0] * HOURS_OF_WEEK, [0] * HOURS_OF_WEEK
    for hour, count in hours:
        counts[hour_of_week(hour)] += count
        seen[hour_of_week(hour)] += 1
    if sum(counts) < LEAST_ARRIVALS:
        return None
    rates = [count / times if times else 0.0 for count, times in zip(counts, seen, strict=True)]
    return Profile(counts=tuple(counts), seen=tuple(seen), unsteady=_unsteady(hours, rates))


def hour_of_week(moment: datetime) -> int:
    """0 is Monday's first hour, in UTC."""
    at = moment.astimezone(UTC)
    return at.weekday() * 24 + at.hour


def without_gaps(hours: Hours) -> Hours:
    """The latest hours that follow one another: where one is missing we were not there to look."""
    start = 0
    for place, ((before, _), (after, _)) in enumerate(pairwise(hours), start=1):
        if after - before > HOUR:
            start = place
    return hours[start:]


def _unsteady(hours: Hours, rates: list[float]) -> float:
    """How much more the counts of a span vary than chance would let them; never below 1."""
    worst = 1.0
    for span in SPANS:
        error = free = 0.0
        for place in range(0, len(hours) - span + 1, span):
            part = hours[place : place + span]
            wanted = sum(rates[hour_of_week(hour)] for hour, _ in part)
            if wanted > 0:
                error += (sum(count for _, count in part) - wanted) ** 2 / wanted
                free += 1
        # The rates were fitted to these very hours.
        free -= HOURS_OF_WEEK / span
        if free > 0:
            worst = max(worst, error / free)
    return worst


def _hours(start: datetime, end: datetime) -> list[tuple[int, float]]:
    """Each hour of the week that the span touches, and how much of it."""
    found = []
    at = start.astimezone(UTC)
    end = min(end.astimezone(UTC), at + timedelta(weeks=WEEKS))
    while at < end:
        following = at.replace(minute=0, second=0, microsecond=0) + HOUR
        part = min(following, end)
        found.append((hour_of_week(at), (part - at) / HOUR))
        at = part
    return found
