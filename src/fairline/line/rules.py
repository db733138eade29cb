"""Routing rules: whether one catches a case. Pure: no clock, no database.

Words are compared whole and without regard to case or accents, as search does (`db/words.py`).
There is no pattern language: nothing that somebody types can be slow or mean more than it says.
"""

from collections.abc import Iterable, Sequence

import msgspec

from fairline.db.words import fold


class Conditions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that are given must hold; of the values of one, any. None given: it always holds."""

    brands: tuple[str, ...] = ()
    inboxes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Results(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What becomes of a case that is caught. Never a time: a rule cannot move anybody in line."""

    team: str = ""
    skills: tuple[str, ...] = ()
    tag: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `routing_rules`."""

    id: str
    position: int
    name: str
    conditions: Conditions
    results: Results


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule may look at. `words` is the folded subject and text, between blanks."""

    brand: str
    inbox: str
    kind: str
    need: str
    language: str
    words: str
    tags: tuple[str, ...]


def words_of(subject: str, text: str) -> str:
    """Subject and text for `Facts.words`; a phrase is not found across the two."""
    return f" {fold(subject)} / {fold(text)} "


def holds(wanted: Conditions, facts: Facts) -> bool:
    """Whether a case meets all conditions."""
    return (
        _one_of(facts.brand, wanted.brands)
        and _one_of(facts.inbox, wanted.inboxes)
        and _one_of(facts.kind, wanted.kinds)
        and _one_of(facts.need, wanted.needs)
        and (not wanted.languages or _speaks(facts.language, wanted.languages))
        and (not wanted.tags or not set(wanted.tags).isdisjoint(facts.tags))
        and (not wanted.words or any(_says(facts.words, phrase) for phrase in wanted.words))
    )


def first_that_holds(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    """The first rule in order that catches the case."""
    return next((rule for rule in rules if holds(rule.conditions, facts)), None)


def caught(rules: Sequence[Rule], cases: Iterable[Facts]) -> dict[str, int]:
    """Rule id -> how many of these cases it would catch, those before it having had their pick."""
    found = dict.fromkeys((rule.id for rule in rules), 0)
    for facts in cases:
        if rule := first_that_holds(rules, facts):
            found[rule.id] += 1
    return found


def _one_of(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def _speaks(language: str, wanted: tuple[str, ...]) -> bool:
    """`de` holds for `de-AT` as well; a case of unknown language speaks none."""
    low = language.lower()
    return any(low == one.lower() or low.startswith(f"{one.lower()}-") for one in wanted)


def _says(words: str, phrase: str) -> bool:
    folded = fold(phrase)
    return bool(folded) and f" {folded} " in words
