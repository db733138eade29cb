"""Compares like with like: cases of one need and one team that came in one after another. Pure.

Neighbours met the same queue and the same staff, and a graver need is compared with its like only,
so whether they are public must not matter. If it does not, every way of giving the labels out
within a block was equally likely; that alone carries the tests, whatever waits look like.

Sources: van Elteren 1960 (Wilcoxon within blocks), Gehan 1965 (waits that have not ended), Hodges
and Lehmann 1963 (the shift), Mantel and Haenszel 1959 (shares), Vargha and Delaney 2000 (the chance
to wait longer).
"""

from collections.abc import Sequence
from math import sqrt

import msgspec

from fairline.line.fairness.facts import CaseFact
from fairline.line.fairness.numbers import even_spread, reach

SIZE = 12


Neighbours = tuple[CaseFact, ...]


class Block(msgspec.Struct, frozen=True):
    """Some neighbours; `scores` says of each how many of them it outwaited, less by how many it
    was outwaited.
    """

    cases: Neighbours
    scores: tuple[int, ...]


def neighbours(facts: Sequence[CaseFact]) -> list[Neighbours]:
    """Neighbours by twelve; what is left over joins the last block when it is short."""
    alike: dict[tuple[str, str], list[CaseFact]] = {}
    for fact in facts:
        alike.setdefault((fact.need, fact.team), []).append(fact)
    found = []
    for group in alike.values():
        group.sort(key=lambda fact: (fact.arrived_at, fact.case_id))
        starts = list(range(0, len(group), SIZE))
        if len(starts) > 1 and len(group) - starts[-1] < SIZE // 2:
            starts.pop()
        for start, end in zip(starts, [*starts[1:], len(group)], strict=True):
            found.append(tuple(group[start:end]))
    return found


def blocks_of(facts: Sequence[CaseFact]) -> list[Block]:
    """Neighbours with their scores."""
    return [
        Block(cases, tuple(sum(_longer(a, b) for b in cases) for a in cases))
        for cases in neighbours(facts)
    ]


def _longer(one: CaseFact, other: CaseFact) -> int:
    """1 when `one` has surely waited longer, -1 when `other` has, 0 when they tie or may."""
    apart = one.waited_minutes - other.waited_minutes
    if one.is_answered and other.is_answered:
        return (apart > 0) - (apart < 0)
    if other.is_answered:
        return int(apart >= 0)
    return -int(apart <= 0) if one.is_answered else 0


class Waits(msgspec.Struct, frozen=True):
    """Two groups of waiting people, compared pair by pair within blocks.

    `count` and `other_count` had somebody to be compared with. `balance` counts the pairs in which
    the first waited longer less those in which the other did; `spread` is its standard deviation
    were there no difference.
    """

    count: int
    other_count: int
    balance: float
    spread: float
    minutes: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def z(self) -> float:
        """The balance in standard deviations."""
        return self.balance / self.spread if self.spread else 0.0

    def shift(self, level: float) -> tuple[float, float, float]:
        """By how many minutes the first waited longer (negative: less long), with its interval."""
        return self._middle(self.minutes, level)

    def share_shift(self) -> float:
        """The same as a share of the promised time."""
        return self._middle(self.shares, 0.95)[0]

    def chance(self, level: float) -> tuple[float, float, float]:
        """The chance that of two neighbours the first waits longer; one half when all is even."""
        pairs = len(self.minutes)
        half = reach(level) * self.spread / (2 * pairs)
        middle = 0.5 + self.balance / (2 * pairs)
        return middle, max(0.0, middle - half), min(1.0, middle + half)

    def _middle(self, apart: tuple[float, ...], level: float) -> tuple[float, float, float]:
        last = len(apart) - 1
        half = reach(level) * self.spread / 2
        low, high = (min(last, max(0, round(last / 2 + to))) for to in (-half, half))
        middle = (apart[last // 2] + apart[(last + 1) // 2]) / 2
        return middle, apart[low], apart[high]


def compare_waits(blocks: Sequence[Block], first: frozenset[str], other: frozenset[str]) -> Waits:
    """Compare the cases whose ids are in `first` with those in `other`."""
    balance = variance = 0.0
    counts = [0, 0]
    minutes: list[float] = []
    shares: list[float] = []
    for block in blocks:
        ones = [(i, c) for i, c in enumerate(block.cases) if c.case_id in first]
        others = [(i, c) for i, c in enumerate(block.cases) if c.case_id in other]
        n, m = len(ones), len(others)
        if not n or not m:
            continue
        scores = block.scores
        if n + m < len(block.cases):
            known = [case for _, case in (*ones, *others)]
            scores = tuple(sum(_longer(a, b) for b in known) for a in block.cases)
        counts[0] += n
        counts[1] += m
        balance += sum(scores[i] for i, _ in ones)
        squares = sum(scores[i] ** 2 for i, _ in (*ones, *others))
        variance += n * m / ((n + m) * (n + m - 1)) * squares
        for _, a in ones:
            for _, b in others:
                # A wait that has not ended may turn out either way until it is the longer one.
                is_known = (a.is_answered and b.is_answered) or _longer(a, b)
                minutes.append(a.waited_minutes - b.waited_minutes if is_known else 0.0)
                shares.append(a.share - b.share if is_known else 0.0)
    minutes.sort()
    shares.sort()
    return Waits(counts[0], counts[1], balance, sqrt(variance), tuple(minutes), tuple(shares))


def compare_shares(
    parts: Sequence[Neighbours], first: frozenset[str], other: frozenset[str], hits: frozenset[str]
) -> float:
    """The p-value that hits are spread evenly over neighbours: exact while they are few."""
    tables: list[tuple[int, int, int]] = []
    seen = 0
    for part in parts:
        ids = [case.case_id for case in part]
        ones = [one for one in ids if one in first]
        both = ones + [one for one in ids if one in other]
        many = sum(one in hits for one in both)
        if 0 < len(ones) < len(both) and 0 < many < len(both):
            tables.append((len(ones), len(both), many))
            seen += sum(one in hits for one in ones)
    return even_spread(tables, seen)
