"""Whether two texts of one person are the same matter, said twice. Pure.

Two texts are alike when what sets them apart is said by only one of them. Each having words that
the other lacks means another thing, another order or the opposite, however much else they share.
Words are matched with their typing errors. Measured by `python -m scripts.measure_repeats`.
"""

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from fairline.cases.pleas import NEGATIONS, without_pleas
from fairline.cases.small_words import SMALL_WORDS
from fairline.db.words import fold

# Chosen by scripts/measure_repeats.py: just above what one word that stands for another reaches,
# for a wrong join hurts more than a missed one.
THRESHOLD = 0.65
MOST_WORDS = 400
MOST_SLIPS = 20
# What one text alone says weighs this little; each word that stands for another one weighs so much
# that the longest text cannot make up for it.
ALONE, INSTEAD = 0.3, 0.65
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|@\w+")
_MARK = re.compile(r"[.,:/'\u2019-](?=\d)")


def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same), alike whichever comes first.

    Different numbers, and a negation that only one of them holds, count as the gravest difference.
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if _numbers_differ(first, second):
        return 0.0
    left, right = first - second, second - first
    shared = sum((first & second).values()) + _matched(left, right)
    rest, other_rest = sum(left.values()), sum(right.values())
    instead, alone = min(rest, other_rest), abs(rest - other_rest)
    if _negations(first) != _negations(second):
        instead += 1
    if not alone + instead:
        return 1.0
    # The one: of two or three words in common each that differs tells more.
    return shared / (shared + ALONE * alone + 1) * INSTEAD**instead


def are_same(one: str, other: str, *, threshold: float = THRESHOLD) -> bool:
    """Whether to join them without asking anybody."""
    return likeness(one, other) >= threshold


def is_within(short: str, text: str) -> bool:
    """Whether `short` names nothing that `text` does not name too."""
    return not _words(short) - _words(text)


@lru_cache(maxsize=512)
def _counted(text: str) -> tuple[str, ...]:
    bare = without_pleas(_ADDRESS.sub(" ", _QUOTED.sub(" ", text)))
    words = fold(_MARK.sub("", bare)).split()
    return tuple(_pairs([word for word in words if word not in SMALL_WORDS][:MOST_WORDS]))


def _words(text: str) -> Counter[str]:
    """The words that carry meaning, each as often as it is said, at most twice."""
    return Counter({word: min(many, 2) for word, many in Counter(_counted(text)).items()})


def _pairs(words: list[str]) -> list[str]:
    """Characters of scripts without spaces, which `fold` sets apart, as overlapping pairs."""
    found: list[str] = []
    before = ""
    for word in words:
        is_sign = len(word) == 1 and ord(word) >= 0x0E00
        if is_sign and before:
            found.append(before + word)
        elif not is_sign:
            found.append(word)
        before = word if is_sign else ""
    return found


def _numbers_differ(first: Counter[str], second: Counter[str]) -> bool:
    """Each names a number that the other does not: another order, day or amount."""
    left = {word for word in first - second if any(c.isdigit() for c in word)}
    right = {word for word in second - first if any(c.isdigit() for c in word)}
    return bool(left - set(second)) and bool(right - set(first))


def _negations(words: Counter[str]) -> bool:
    return any(word in NEGATIONS for word in words)


def _matched(left: Counter[str], right: Counter[str]) -> int:
    """How many of the words left over are the same word mistyped or inflected; takes them out."""
    for counter, rest in ((left, right), (right, left)):
        for word in [word for word in counter if word in rest]:  # said once more than there
            counter[word] = rest[word] = 0
    matched = 0
    if min(len(+left), len(+right)) > MOST_SLIPS:  # two texts, not one with typing errors
        return 0
    by_letter: dict[str, list[str]] = {}
    for word in sorted(+right):
        by_letter.setdefault(word[0], []).append(word)
    for word in sorted(+left):
        for candidate in by_letter.get(word[0], ()):
            if left[word] and right[candidate] and _is_slip(word, candidate):
                many = min(left[word], right[candidate])
                left[word] -= many
                right[candidate] -= many
                matched += many
    return matched


def _is_slip(one: str, other: str) -> bool:
    """The same word with an ending, or mistyped.

    Both begin alike, for a first letter is seldom mistyped, and short words are too near to each
    other to tell more than two letters swapped.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 3 or any(c.isdigit() for c in one + other):
        return False
    if long.startswith(short) and len(long) - len(short) <= 2:
        return True
    if len(short) < 5:
        return sorted(one) == sorted(other)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.75
