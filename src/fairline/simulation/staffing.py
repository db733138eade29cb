"""How many people are at work when: a number, shifts, or as many as the work asks for.

All orders are compared with the same people. A planned rota knows how much comes in within a few
hours, as a good forecast would, but not when within them; what came overnight is worked off over
the day. It is the same for every replication.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from math import ceil
from typing import Protocol

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.hours import Calendar, open_daily, open_spans
from fairline.simulation.arrivals import Arrival
from fairline.simulation.openings import Openings

MOST_AGENTS = 10_000
LEAST_LOAD, MOST_LOAD = 0.05, 3.0
LONGEST_STRETCH_S = 4 * 3600.0
_SHIFT = re.compile(r"(\d+)(?:@(.+))?", re.ASCII)

Changes = Iterator[tuple[float, int]]


class Rota(Protocol):
    """Says from when on how many people are there; endless, and in order.

    `most` are never exceeded.
    """

    words: str
    most: int

    def changes(self, openings: Openings) -> Changes: ...


class Shifts:
    """The same people every day: `3`, or `2@09:00-13:00,4@13:00-17:00` on the wall clock.

    Only within the working hours. Raises Invalid.
    """

    def __init__(self, text: str, zone: str) -> None:
        self.words = f"{text} agents" if text.isdigit() else f"shifts {text}"
        self._shifts: list[tuple[int, Calendar | None]] = []
        for part in text.replace(" ", "").split(","):
            match = _SHIFT.fullmatch(part)
            if not match or not 1 <= int(match[1]) <= MOST_AGENTS:
                raise Invalid(
                    f"{part!r} is not a number of agents. Give one from 1 to {MOST_AGENTS}, or "
                    "shifts such as 2@09:00-13:00,4@13:00-17:00.",
                    code="bad_simulation",
                    field="agents",
                )
            hours = open_daily(match[2], zone=zone) if match[2] else None
            self._shifts.append((int(match[1]), hours))
        self.most = sum(agents for agents, _ in self._shifts)

    def changes(self, openings: Openings) -> Changes:
        idle = 0
        for index in count():
            opens, closes = openings.span(index)
            steps: dict[float, int] = defaultdict(int)
            for agents, hours in self._shifts:
                for begins, ends in _parts(opens, closes, hours):
                    steps[begins] += agents
                    steps[ends] -= agents
            idle = 0 if steps else idle + 1
            if idle > 366:
                raise Invalid(
                    "The shifts and the working hours never meet.",
                    code="bad_simulation",
                    field="agents",
                )
            present = 0
            for at in sorted(steps):
                present += steps[at]
                yield at, present


class Planned:
    """For each stretch of an opening as many people as its work asks at an occupancy of `load`.

    At least one. Raises Invalid.
    """

    def __init__(
        self, arrivals: Iterable[Arrival], openings: Openings, load: float, mean_service_s: float
    ) -> None:
        if not LEAST_LOAD <= load <= MOST_LOAD:
            raise Invalid(
                f"The load lies between {LEAST_LOAD} and {MOST_LOAD}; people keep up with the work "
                "below 1.",
                code="bad_simulation",
                field="load",
            )
        hours = LONGEST_STRETCH_S / 3600
        self.words = f"planned for an occupancy of {load:.0%} in stretches of up to {hours:g} hours"
        work: dict[tuple[int, int], float] = defaultdict(float)
        for one in arrivals:
            parts = _stretches(openings, one.at)
            for part in parts:
                work[part] += (mean_service_s or one.service_s) / len(parts)
        self._agents = {
            (index, part): min(
                max(1, ceil(done_s / load / _length_s(openings, index))), MOST_AGENTS
            )
            for (index, part), done_s in work.items()
        }
        # After the last arrival the usual number goes on until nobody waits.
        self._usual = ceil(sum(self._agents.values()) / max(len(self._agents), 1)) or 1
        self._last = max(self._agents, default=(0, 0))
        self.most = max(self._agents.values(), default=self._usual)

    def changes(self, openings: Openings) -> Changes:
        for index in count():
            opens, closes = openings.span(index)
            length_s = _length_s(openings, index)
            for part in range(round((closes - opens) / length_s)):
                otherwise = 1 if (index, part) <= self._last else self._usual
                yield opens + part * length_s, self._agents.get((index, part), otherwise)
            yield closes, 0


class Present(msgspec.Struct):
    """Counts the time people were there, to say how busy they were."""

    agents: int = 0
    since: float = 0.0
    total_s: float = 0.0

    def change(self, at: float, agents: int) -> None:
        self.total_s += self.agents * (at - self.since)
        self.agents, self.since = agents, at


def _parts(opens: float, closes: float, hours: Calendar | None) -> Iterator[tuple[float, float]]:
    if hours is None:
        yield opens, closes
        return
    start, end = datetime.fromtimestamp(opens, UTC), datetime.fromtimestamp(closes, UTC)
    for begins, ends in open_spans(start, end, hours):
        yield begins.timestamp(), min(ends.timestamp(), closes)


def _stretches(openings: Openings, at: float) -> list[tuple[int, int]]:
    """The part of an opening in which somebody comes; all its parts when they came before it.

    What came overnight is worked off over the day.
    """
    index = openings.number_at(at)
    opens, closes = openings.span(index)
    length_s = _length_s(openings, index)
    parts = round((closes - opens) / length_s)
    if at < opens:
        return [(index, part) for part in range(parts)]
    return [(index, min(int((at - opens) / length_s), parts - 1))]


def _length_s(openings: Openings, index: int) -> float:
    """An opening is planned in equal parts."""
    opens, closes = openings.span(index)
    return (closes - opens) / ceil((closes - opens) / LONGEST_STRETCH_S)
