"""The whole report of a period, from its facts. Pure: the same facts give the same report."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from fairline.line.fairness import numbers, words
from fairline.line.fairness.compare import Comparison, Rules, compare_all
from fairline.line.fairness.facts import ATTRIBUTES, BANDS, MORE, REPEATS, CaseFact

# Public first, and audiences by their size; the others by how many they are.
_ORDER = {"public": -1, **{name: at for at, name in enumerate([b[1] for b in BANDS] + [MORE[0]])}}


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A middle with its 95 % interval, in working minutes."""

    middle: float
    low: float
    high: float
    tenth: float


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So many of so many, with the 95 % interval."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else 0.0


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """How one group fared. `wait` is None while none of it was answered; `tenth` of it is what the
    slowest tenth waited at least.
    """

    name: str
    label: str
    cases: int
    wait: Spread | None
    wall_hours: float | None
    answered: Share
    kept: Share
    out_of_turn: Share
    jain: float | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison with its words."""

    measure: str
    text: str
    numbers: Comparison


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """All about one attribute. Of `unknown` cases nobody knows it."""

    name: str
    label: str
    unknown: int
    groups: tuple[Group, ...]
    said: tuple[Said, ...]


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody moved a case by hand, and why."""

    kind: str
    reference: str
    at: datetime
    by: str
    reason: str
    is_public: bool


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was taken while `ahead` others, who could have been served instead, stood before."""

    reference: str
    at: datetime
    by: str
    how: str
    ahead: int
    is_public: bool


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """How cases were taken: by *Next case*, picked by hand, or given by somebody."""

    how: str
    out_of_turn: Share


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept, shown, and handed out as JSON. `is_sample` when there were more cases than are
    read.
    """

    brand: str
    days: int
    since: datetime
    until: datetime
    rules: Rules
    tone: str
    headline: str
    cases: int
    is_sample: bool
    total: Group
    turns: tuple[Turns, ...]
    parts: tuple[Part, ...]
    overrides: tuple[Override, ...]
    jumps: tuple[Jump, ...]

    @property
    def gaps(self) -> list[Said]:
        """What raises the alarm."""
        return [one for part in self.parts for one in part.said if one.numbers.verdict == "gap"]


def make_report(
    facts: Sequence[CaseFact],
    overrides: Sequence[Override],
    jumps: Sequence[Jump],
    rules: Rules,
    *,
    brand: str,
    days: int,
    since: datetime,
    until: datetime,
    is_sample: bool = False,
) -> Report:
    """Compare everything and say what it shows."""
    comparisons = compare_all(facts, rules)
    tone, headline = words.headline(comparisons, rules, len(facts))
    parts = []
    for attribute in ATTRIBUTES:
        count = Counter(attribute.group(fact) for fact in facts)
        unknown = count.pop("", 0)
        names = sorted(count, key=lambda name: (_ORDER.get(name, 0), -count[name], name))
        said = tuple(
            Said(measure=words.MEASURES[one.measure], text=words.sentence(one, rules), numbers=one)
            for one in comparisons
            if one.attribute == attribute.name
        )
        groups = tuple(
            _group(
                name,
                words.group_words(attribute.name, name),
                [fact for fact in facts if attribute.group(fact) == name],
            )
            for name in names
        )
        if len(groups) > 1 or (groups and attribute is not REPEATS):
            parts.append(
                Part(
                    name=attribute.name,
                    label=attribute.label,
                    unknown=unknown,
                    groups=groups,
                    said=said,
                )
            )
    return Report(
        brand=brand,
        days=days,
        since=since,
        until=until,
        rules=rules,
        tone=tone,
        headline=headline,
        cases=len(facts),
        is_sample=is_sample,
        total=_group("all", "all cases", facts),
        turns=tuple(
            Turns(how=how, out_of_turn=_share([bool(f.ahead) for f in facts if f.taken == how]))
            for how in ("next", "picked", "given", "forward")
        ),
        parts=tuple(parts),
        overrides=tuple(overrides),
        jumps=tuple(jumps),
    )


def _group(name: str, label: str, facts: Sequence[CaseFact]) -> Group:
    answered = [fact for fact in facts if fact.is_answered]
    decided = [fact for fact in facts if fact.is_decided]
    waits = sorted(fact.waited_minutes for fact in answered)
    spread = None
    if waits:
        low, high = numbers.median_interval(waits)
        spread = Spread(
            middle=numbers.quantile(waits, 0.5),
            low=low,
            high=high,
            tenth=numbers.quantile(waits, 0.9),
        )
    hours = sorted(fact.wall_hours for fact in answered)
    return Group(
        name=name,
        label=label,
        cases=len(facts),
        wait=spread,
        wall_hours=numbers.quantile(hours, 0.5) if hours else None,
        answered=_share([fact.is_answered for fact in decided]),
        kept=_share([fact.is_kept for fact in decided]),
        out_of_turn=_share([bool(fact.ahead) for fact in facts if fact.ahead is not None]),
        jain=numbers.jain([fact.share for fact in answered]),
    )


def _share(hits: Sequence[bool]) -> Share:
    low, high = numbers.wilson(sum(hits), len(hits))
    return Share(hits=sum(hits), count=len(hits), low=low, high=high)
