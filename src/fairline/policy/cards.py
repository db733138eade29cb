"""Payment card numbers: an issuer's range, a length it issues and the Luhn digit (ISO/IEC 7812).

Digits may be grouped by anything; the groups must look like one number, or a row of prices would
be a card in one of ten cases.
"""

import itertools
import re
from collections.abc import Iterator

from fairline.policy.finding import Finding

# First digits -> lengths that are issued. Source: the networks' public BIN ranges (2026).
_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({13, 16, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),
    (300, 305, frozenset({14, 16, 17, 18, 19})),  # Diners Club
    (3095, 3095, frozenset({14, 16, 17, 18, 19})),
    (36, 36, frozenset({14, 15, 16, 17, 18, 19})),
    (38, 39, frozenset({14, 16, 17, 18, 19})),
    (6011, 6011, frozenset({16, 17, 18, 19})),  # Discover
    (644, 649, frozenset({16, 17, 18, 19})),
    (65, 65, frozenset({16, 17, 18, 19})),  # Discover, RuPay, Elo, Troy
    (60, 60, frozenset({16})),  # RuPay, Hipercard
    (62, 62, frozenset({16, 17, 18, 19})),  # UnionPay
    (81, 82, frozenset({16, 17, 18, 19})),
    (3528, 3589, frozenset({16, 17, 18, 19})),  # JCB
    (2200, 2204, frozenset({16, 17, 18, 19})),  # Mir
    (9792, 9792, frozenset({16})),  # Troy
    (5018, 5020, frozenset({13, 14, 15, 16, 17, 18, 19})),  # Maestro
    (5038, 5038, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (5060, 5061, frozenset({16, 18, 19})),  # Verve
    (508, 508, frozenset({16})),  # RuPay
    (56, 58, frozenset({13, 14, 15, 16, 17, 18, 19})),  # Maestro
    (639, 639, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (67, 67, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (6304, 6304, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (6390, 6390, frozenset({13, 14, 15, 16, 17, 18, 19})),
)
# By the first two digits, so that most numbers are refused by one look.
_BY_START: dict[str, list[tuple[str, str, frozenset[int]]]] = {}
for _low, _high, _lengths in _ISSUERS:
    for _start in range(10, 100):
        _width = len(str(_low))
        _first, _last = int(str(_low)[:2]), int(str(_high)[:2])
        if _width == 1:
            _first, _last = _low * 10, _high * 10 + 9
        if _first <= _start <= _last:
            _BY_START.setdefault(str(_start), []).append((str(_low), str(_high), _lengths))

# A number spelled out digit by digit begins with a group of one.
_ANY = tuple(entry for entries in _BY_START.values() for entry in entries)

_RUN = re.compile(r"\d+(?:[ \t\n./_,:*|-]{1,3}\d+)+|\d{13,}")
_GROUP = re.compile(r"\d+")
# How cards are printed: what parts the groups may then differ.
_PRINTED = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (4, 4, 4, 3), (6, 13)}
    | {(4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (8, 8), (4, 5, 6), (6, 10), (4, 4, 8)}
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def find_cards(text: str) -> Iterator[Finding]:
    """Every card number in folded text. Linear in its length."""
    for run in _RUN.finditer(text):
        groups = [(run.start() + m.start(), m[0]) for m in _GROUP.finditer(run[0])]
        at = 0
        while at < len(groups):
            ends = _card_from(text, groups, at)
            if ends:
                start, end = groups[at][0], groups[ends - 1][0] + len(groups[ends - 1][1])
                yield Finding(kind="card", start=start, end=end, certainty=0.97)
                at = ends
            else:
                at += 1


def is_card(digits: str) -> bool:
    """Whether these digits can be a card: issuer, length, Luhn."""
    fits = any(
        low <= digits[: len(low)] <= high and len(digits) in lengths
        for low, high, lengths in _BY_START.get(digits[:2], ())
    )
    return fits and len(set(digits)) > 1 and has_luhn(digits)


def has_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn digit of the others."""
    turned = digits[::-1]
    return (
        sum(map(int, turned[::2])) + sum(_DOUBLED[int(digit)] for digit in turned[1::2])
    ) % 10 == 0


def _card_from(text: str, groups: list[tuple[int, str]], at: int) -> int:
    """The group after the last one of a card that begins with group `at`, 0 where none does."""
    digits = ""
    if groups[at][1][0] == "0" or not any(
        low[: len(groups[at][1])] <= groups[at][1][: len(low)] <= high[: len(groups[at][1])]
        for low, high, _ in _BY_START.get(groups[at][1][:2], _ANY if len(groups[at][1]) < 2 else ())
    ):
        return 0
    longest = 0
    for end in range(at, min(at + 19, len(groups))):
        digits += groups[end][1]
        if len(digits) > 19:
            break
        if len(digits) >= 13 and is_card(digits) and _is_one(text, groups[at : end + 1]):
            longest = end + 1  # the first digits of a card may be one by themselves
    return longest


def _is_one(text: str, groups: list[tuple[int, str]]) -> bool:
    """Whether the groups read as one number: printed so, or parted alike, and in no longer word."""
    first, last = groups[0], groups[-1]
    if not _stands_alone(text, first[0], last[0] + len(last[1])):
        return False
    if len(groups) == 1:
        return not _is_fraction(text, first[0])
    sizes = tuple(len(group) for _, group in groups)
    if sizes in _PRINTED:
        return True
    between = {
        text[start + len(group) : following]
        for (start, group), (following, _) in itertools.pairwise(groups)
    }
    # One digit a group is how digits are spelled out; 1-3 in a row of other sizes are a list.
    return len(between) == 1 and (max(sizes) <= 2 or min(sizes[:-1]) >= 3)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not part of a longer mix of letters and digits, such as a hash or a parcel's number."""
    before = start
    while before > max(0, start - 40) and text[before - 1].isalnum():
        before -= 1
    after = end
    while after < min(len(text), end + 40) and text[after].isalnum():
        after += 1
    return not any(sign.isdigit() for sign in text[before:start] + text[end:after])


def _is_fraction(text: str, start: int) -> bool:
    return start >= 2 and text[start - 1] in ".," and text[start - 2].isdigit()
