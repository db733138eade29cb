"""Waiting rooms: people arrive, agents answer, and each is told a range when they come.

Used by the tests, and by scripts/calibrate_wait.py for the table in the docs. `replay` works as the
product does: it knows at each moment only what had happened by then.
"""

import csv
import heapq
import random
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

import msgspec

from fairline.line.told import MOST_LOOKED_AT, MOST_WAITING
from fairline.promises.calibration import UNLEARNED, Outcome, fate, learned
from fairline.promises.estimate import (
    MOST_COMPLETIONS,
    expected_minutes,
    expected_wait,
    hour_of,
)
from fairline.promises.hours import (
    ALWAYS_OPEN,
    Calendar,
    add_working_time,
    next_opening,
    open_daily,
    open_spans,
    working_minutes_between,
)

START = datetime(2026, 9, 7, tzinfo=UTC)  # a Monday
ARRIVALS = Path(__file__).parents[3] / "shared/data/arrivals"
OFFICE = open_daily("09:00-17:00")
LONG_DAY = open_daily("08:00-20:00")


class Seen(msgspec.Struct):
    """How the ranges met their fate."""

    told: int = 0
    held: int = 0
    early: int = 0
    late: int = 0
    silent: int = 0
    widths: list[float] = msgspec.field(default_factory=list)

    def note(self, came: int, width: float) -> None:
        self.told += 1
        self.widths.append(width)
        self.held += came == 0
        self.early += came < 0
        self.late += came > 0

    def add(self, more: "Seen") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(more, name))

    @property
    def share(self) -> float:
        return self.held / self.told

    @property
    def width(self) -> float:
        """The median, in working minutes."""
        return median(self.widths)


Pairs = Sequence[tuple[datetime, datetime]]


class Waits(msgspec.Struct, frozen=True):
    """Who waits, with the working minutes until they came, and what they were told."""

    arrived: datetime
    worked: float
    hour: float
    ahead: int
    plain: float
    told: tuple[datetime, datetime] | None

    def outcome(self, took: float, *, is_over: bool = True) -> Outcome:
        return Outcome(
            ahead=self.ahead, hour=self.hour, expected=self.plain, took=took, is_over=is_over
        )


def replay(pairs: Pairs, calendar: Calendar, *, learns: bool = True) -> Seen:
    """Tell each who arrives a range, and see what comes. `pairs` are (arrived, answered)."""
    seen, tails = Seen(), UNLEARNED
    done: list[datetime] = []
    over: deque[Outcome] = deque(maxlen=MOST_LOOKED_AT)
    still: dict[int, Waits] = {}
    coming: list[tuple[datetime, int]] = []
    worked, before_that = 0.0, min(pairs)[0]
    for number, (arrived, answered) in enumerate(sorted(pairs)):
        worked += working_minutes_between(before_that, arrived, calendar)
        before_that = arrived
        while coming and coming[0][0] <= arrived:
            met, which = heapq.heappop(coming)
            one = still.pop(which)
            if one.told:
                came = fate(*one.told, met)
                seen.note(came, working_minutes_between(*one.told, calendar))
                tails = learned(tails, came) if learns else tails
            over.append(one.outcome(working_minutes_between(one.arrived, met, calendar)))
        before = bisect_right(done, arrived)
        recent, ahead = done[max(0, before - MOST_COMPLETIONS) : before], number - before
        known: list[Outcome] = []
        if learns:
            waiting = islice(reversed(still.values()), MOST_WAITING)
            known = [*over]
            known += [one.outcome(worked - one.worked, is_over=False) for one in waiting]
        plain = expected_minutes(ahead, recent, arrived, calendar)
        if plain is not None:
            told = expected_wait(ahead, recent, arrived, calendar, tails, known)
            hour = hour_of(arrived, calendar)
            still[number] = Waits(arrived, worked, hour, ahead, plain, told)
            heapq.heappush(coming, (answered, number))
        insort(done, answered)
    for met, which in coming:
        if told := still[which].told:
            seen.note(fate(*told, met), working_minutes_between(*told, calendar))
    seen.silent = len(pairs) - seen.told
    return seen


def serve(
    arrivals: Sequence[datetime],
    shifts: Sequence[Calendar],
    minutes: Callable[[random.Random], float],
    *,
    seed: int,
) -> list[tuple[datetime, datetime]]:
    """First come, first served, by agents who each work their own hours."""
    chance = random.Random(seed)
    free = [START for _ in shifts]
    found = []
    for arrived in sorted(arrivals):
        starts = [
            next_opening(max(arrived, at), shift) for at, shift in zip(free, shifts, strict=True)
        ]
        agent = min(range(len(shifts)), key=starts.__getitem__)
        answered = add_working_time(starts[agent], minutes(chance), shifts[agent])
        free[agent] = answered
        found.append((arrived, answered))
    return found


def steadily(days: int, per_day: int, calendar: Calendar, *, seed: int) -> list[datetime]:
    """Arrivals at random, while it is open."""
    chance = random.Random(seed)
    found = []
    for opens, closes in open_spans(START, START + timedelta(days=days), calendar):
        at = opens
        share = (closes - opens) / timedelta(hours=12)
        while (at := at + timedelta(days=1) * chance.expovariate(per_day * 2) * share) < closes:
            found.append(at)
    return found


def in_waves(days: int, per_day: int, *, seed: int) -> list[datetime]:
    """Day and night, a morning rush, and now and then something breaks and all write at once."""
    chance = random.Random(seed)
    found = []
    for day in range(days):
        begin = START + timedelta(days=day)
        for _ in range(per_day):
            hour = chance.gauss(10, 3) if chance.random() < 0.7 else chance.uniform(0, 24)
            found.append(begin + timedelta(hours=min(max(hour, 0), 23.99)))
        if chance.random() < 0.2:
            broke = begin + timedelta(hours=chance.uniform(8, 16))
            found += [
                broke + timedelta(minutes=chance.expovariate(1 / 20)) for _ in range(per_day // 3)
            ]
    return sorted(found)


def quickly_or_slowly(chance: random.Random) -> float:
    """Most need a few minutes, some an hour."""
    return chance.lognormvariate(2.2, 0.9)


def office(seed: int) -> tuple[Pairs, Calendar]:
    """Three alike, steady arrivals."""
    arrivals = steadily(28, 70, OFFICE, seed=seed)
    return serve(arrivals, [OFFICE] * 3, quickly_or_slowly, seed=seed), OFFICE


def waves(seed: int) -> tuple[Pairs, Calendar]:
    """Mail comes day and night and in waves; four answer in office hours."""
    return serve(in_waves(28, 70, seed=seed), [OFFICE] * 4, quickly_or_slowly, seed=seed), OFFICE


def shifts(seed: int) -> tuple[Pairs, Calendar]:
    """An early, a long and two late shifts under one long day."""
    crew = [
        open_daily("08:00-16:00"),
        open_daily("08:00-12:00", "13:00-17:00"),
        open_daily("12:00-20:00"),
        open_daily("14:00-20:00"),
    ]
    return serve(in_waves(28, 90, seed=seed), crew, quickly_or_slowly, seed=seed), LONG_DAY


def overrun(seed: int) -> tuple[Pairs, Calendar]:
    """Two agents for more than they can do: the line grows by the week."""
    return serve(in_waves(21, 80, seed=seed), [OFFICE] * 2, quickly_or_slowly, seed=seed), OFFICE


def idle(seed: int) -> tuple[Pairs, Calendar]:
    """Six agents for a handful: nearly everybody is taken at once."""
    arrivals = steadily(60, 20, OFFICE, seed=seed)
    return serve(arrivals, [OFFICE] * 6, quickly_or_slowly, seed=seed), OFFICE


ROOMS: dict[str, Callable[[int], tuple[Pairs, Calendar]]] = {
    "an office, steady arrivals": office,
    "mail day and night, in waves": waves,
    "four shifts of different hours": shifts,
    "more than can be done": overrun,
    "far more hands than work": idle,
}


def bank(seed: int) -> tuple[Pairs, Calendar]:
    """A bank's recorded calls per half hour, one in 130, to a desk that is staffed for less than
    its mornings: calls are taken from seven to midnight.
    """
    chance = random.Random(seed)
    arrivals = []
    with next(ARRIVALS.glob("bank_calls_*.csv")).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["start"]).replace(tzinfo=UTC)
            calls = sum(chance.random() < 1 / 130 for _ in range(int(row["calls"])))
            arrivals += [at + timedelta(minutes=chance.uniform(0, 30)) for _ in range(calls)]
    begin = min(arrivals).replace(hour=0, minute=0, second=0, microsecond=0)
    moved = [START + (at - begin) for at in arrivals if at - begin < timedelta(days=12)]
    day = open_daily("07:00-24:00")
    crew = [day] * 2 + [open_daily("07:00-16:00")] * 2 + [open_daily("10:00-20:00")]
    return serve(moved, crew, lambda c: c.lognormvariate(2.1, 0.7), seed=seed), day


def recorded() -> Iterator[tuple[str, Pairs]]:
    """Real requests on a social network and their first replies, the largest brands first."""
    first: dict[tuple[str, str], tuple[datetime, datetime]] = {}
    with (ARRIVALS / "tweet_response_pairs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            asked = datetime.fromisoformat(row["created_at_customer"])
            came = datetime.fromisoformat(row["created_at_reply"])
            key = (row["agent_id"], row["customer_tweet_id"])
            if came > asked and (key not in first or came < first[key][1]):
                first[key] = (asked, came)
    by_brand: dict[str, list[tuple[datetime, datetime]]] = {}
    for (brand, _), pair in first.items():
        by_brand.setdefault(brand, []).append(pair)
    yield from sorted(by_brand.items(), key=lambda item: -len(item[1]))


__all__ = ["ALWAYS_OPEN", "ROOMS", "bank", "recorded", "replay"]
