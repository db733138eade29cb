"""Every comparison of a report, and what may be said of each. Pure.

All comparisons share one error rate of 5 %: Holm's step-down with weights, half of the weight for
public against private, which is what a fair line is about, and half for all the rest. A gap is told
when the difference is proven at that rate, is larger than the bound that was set, and there are
enough cases on both sides.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from fairline.line.fairness import blocks, numbers
from fairline.line.fairness.facts import (
    ATTRIBUTES,
    REPEATS,
    VISIBILITY,
    Attribute,
    CaseFact,
)

ERROR_RATE = 0.05
OTHERS = "others"
# The power at which "would most likely have been seen" is said.
_POWER = numbers.reach(0.6)
TURNS = frozenset({"taken", "order", "raised"})
_FIRST = {"visibility": "public", "repeats": "asked again"}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """When a difference is a gap: waits by per cent of the promised time, promises kept and answers
    by points, turns by tenths of a point; and from how many cases on each side.
    """

    wait_percent: int = 10
    rate_points: int = 2
    turn_tenths: int = 5
    least_cases: int = 30

    def bound(self, measure: str) -> float:
        """From which share apart a difference is a gap."""
        return self.turn_tenths / 1000 if measure in TURNS else self.rate_points / 100


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One group against another by one measure.

    `apart`, `low`, `high` and `seen` are minutes for `wait`, else shares of 1. `level` is that of
    the interval, `p` the adjusted p-value. `seen` is the difference that would have been found four
    times in five. `verdict`: little, none, small (proven, within the bound) or gap.
    """

    attribute: str
    measure: str
    group: str
    other: str
    count: int
    other_count: int
    value: float = 0.0
    other_value: float = 0.0
    apart: float = 0.0
    low: float = 0.0
    high: float = 0.0
    chance: float | None = None
    p: float = 1.0
    level: float = 0.95
    seen: float = 0.0
    verdict: str = "little"


Asks = Callable[[CaseFact], bool]
# Of which cases a measure can be told, and which of them it counts.
HITS: dict[str, tuple[Asks, Asks]] = {
    "taken": (lambda fact: fact.ahead is not None, lambda fact: bool(fact.ahead)),
    "kept": (lambda fact: fact.is_decided, lambda fact: fact.is_kept),
    "answered": (lambda fact: fact.is_decided, lambda fact: fact.is_answered),
    "order": (lambda fact: fact.own_ahead is not None, lambda fact: bool(fact.own_ahead)),
    "raised": (lambda _: True, lambda fact: fact.is_raised),
}
MEASURES = tuple(HITS)


class _Test(NamedTuple):
    """A comparison before its place among the others is known."""

    known: Comparison
    p: float
    is_enough: bool
    waits: blocks.Waits | None = None
    hits: tuple[int, int, int, int] | None = None


def compare_all(facts: Sequence[CaseFact], rules: Rules) -> list[Comparison]:
    """Public against private first, then each group against all others."""
    tests = [test for attribute in ATTRIBUTES for test in _tests(attribute, facts, rules)]
    enough = [test for test in tests if test.is_enough]
    weights = _weights([test.known for test in enough])
    ps = [test.p for test in enough]
    verdicts = iter(numbers.holm(list(zip(ps, weights, strict=True)), ERROR_RATE))
    return [
        _judged(test, *next(verdicts), rules) if test.is_enough else test.known for test in tests
    ]


def _weights(tested: Sequence[Comparison]) -> list[float]:
    """A quarter for public cases being taken out of turn, the surest sign there is; a quarter for
    the other comparisons of public and private; half for all other groups.
    """
    kinds = [
        (one.attribute == VISIBILITY.name) * (2 if one.measure == "taken" else 1) for one in tested
    ]
    return [(0.5, 0.25, 0.25)[kind] / kinds.count(kind) for kind in kinds]


def _tests(attribute: Attribute, facts: Sequence[CaseFact], rules: Rules) -> list[_Test]:
    stand = [fact for fact in facts if attribute.group(fact) and not fact.shares_place]
    if attribute is REPEATS:
        # Who waits longer is likelier to ask again. So they are compared from the moment by which
        # some had asked again, and only those who still waited then.
        stand = [fact for fact in stand if fact.share > 0.25]
    parts = blocks.blocks_of(stand)
    alike = {
        name: blocks.neighbours([f for f in stand if known(f)]) for name, (known, _) in HITS.items()
    }
    measures = () if attribute is REPEATS else MEASURES if attribute is VISIBILITY else MEASURES[:3]
    found: list[_Test] = []
    for group, other in _pairs(attribute, stand):
        found.append(_wait(attribute, group, other, stand, parts, rules))
        found += [_rate(attribute, name, group, other, alike[name], rules) for name in measures]
    return found


def _pairs(attribute: Attribute, facts: Sequence[CaseFact]) -> list[tuple[str, str]]:
    groups = sorted({attribute.group(fact) for fact in facts})
    if len(groups) == 2:
        first = _FIRST.get(attribute.name, groups[0])
        return [(first, next(group for group in groups if group != first))]
    if attribute.name in _FIRST and groups:
        first = _FIRST[attribute.name]
        return [(first, "private" if attribute is VISIBILITY else "asked once")]
    return [(group, OTHERS) for group in groups] if len(groups) > 2 else []


def _is_in(group: str, other: str, found: str) -> bool:
    """Whether `found` is in the second group: that one, or whatever is not the first."""
    return found == other or (other == OTHERS and found not in {"", group})


def _wait(
    attribute: Attribute,
    group: str,
    other: str,
    facts: Sequence[CaseFact],
    parts: Sequence[blocks.Block],
    rules: Rules,
) -> _Test:
    ones = [fact for fact in facts if attribute.group(fact) == group]
    others = [fact for fact in facts if _is_in(group, other, attribute.group(fact))]
    waits = blocks.compare_waits(
        parts,
        frozenset(fact.case_id for fact in ones),
        frozenset(fact.case_id for fact in others),
    )
    is_enough = min(waits.count, waits.other_count) >= rules.least_cases and waits.spread > 0
    known = Comparison(
        attribute=attribute.name,
        measure="wait",
        group=group,
        other=other,
        count=len(ones),
        other_count=len(others),
        value=_median(ones),
        other_value=_median(others),
    )
    return _Test(known, numbers.two_sided(waits.z), is_enough, waits)


def _median(facts: Sequence[CaseFact]) -> float:
    ordered = sorted(fact.waited_minutes for fact in facts if fact.is_answered)
    return numbers.quantile(ordered, 0.5) if ordered else 0.0


def _rate(
    attribute: Attribute,
    measure: str,
    group: str,
    other: str,
    parts: Sequence[blocks.Neighbours],
    rules: Rules,
) -> _Test:
    is_hit = HITS[measure][1]
    facts = [case for part in parts for case in part]
    ones = [fact for fact in facts if attribute.group(fact) == group]
    others = [fact for fact in facts if _is_in(group, other, attribute.group(fact))]
    hits, other_hits = sum(map(is_hit, ones)), sum(map(is_hit, others))
    known = Comparison(
        attribute=attribute.name,
        measure=measure,
        group=group,
        other=other,
        count=len(ones),
        other_count=len(others),
        value=hits / len(ones) if ones else 0.0,
        other_value=other_hits / len(others) if others else 0.0,
    )
    if min(len(ones), len(others)) < rules.least_cases:
        return _Test(known, 1.0, is_enough=False)
    p = blocks.compare_shares(
        parts,
        frozenset(fact.case_id for fact in ones),
        frozenset(fact.case_id for fact in others),
        frozenset(fact.case_id for fact in facts if is_hit(fact)),
    )
    table = (hits, len(ones), other_hits, len(others))
    return _Test(known, p, is_enough=True, hits=table)


def _judged(test: _Test, p: float, level: float, rules: Rules) -> Comparison:
    """What may be said of it, now that its share of the error rate is known."""
    if test.waits:
        apart, low, high = test.waits.shift(level)
        is_wide = abs(test.waits.share_shift()) * 100 >= rules.wait_percent
        chance: float | None = test.waits.chance(level)[0]
    else:
        assert test.hits
        apart, low, high = numbers.difference(*test.hits, level)
        is_wide = abs(apart) >= rules.bound(test.known.measure)
        chance = None
    is_proven = p <= ERROR_RATE and (low > 0 or high < 0)
    half = max(high - apart, apart - low)
    errors = numbers.reach(level)
    return msgspec.structs.replace(
        test.known,
        apart=apart,
        low=low,
        high=high,
        chance=chance,
        p=p,
        level=level,
        seen=half * (errors + _POWER) / errors,
        verdict="none" if not is_proven else "gap" if is_wide else "small",
    )
