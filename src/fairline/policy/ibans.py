"""Bank account numbers (IBAN, ISO 13616): a country's length and the check digits mod 97."""

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban

from fairline.policy.finding import Finding

_HEAD = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})[ .-]?(\d\d)(?=[ \t\n._/:-]{0,2}[A-Za-z0-9])")
_PARTS = " \t\n._/:-"
_PIECE = re.compile(r"(\d+)!")


@lru_cache(maxsize=512)
def _length_in(country: str) -> int:
    """How long the country's numbers are, 0 where it has none."""
    _, facts = iban._ibandb.info(country + "00")[0]  # noqa: SLF001  its table has no other door
    sizes = _PIECE.findall(facts.get("bban", ""))
    return 4 + sum(map(int, sizes)) if sizes else 0


def find_ibans(text: str) -> Iterator[Finding]:
    """Every IBAN in folded text, spaced or not, in capitals or not. Linear in its length."""
    for head in _HEAD.finditer(text):
        length = _length_in(head[1].upper())
        end = _end_of(text, head.end(), length - 4) if length else 0
        if not end:
            continue
        whole = text[head.start() : end]
        compact = "".join(sign for sign in whole if sign.isalnum())
        if iban.is_valid(compact.upper(), check_country=False):
            yield Finding(kind="iban", start=head.start(), end=end, certainty=0.99)


def _end_of(text: str, at: int, wanted: int) -> int:
    """Where the next `wanted` letters and digits end, at most two signs apart; 0 for none there."""
    apart = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign.isascii() and sign.isalnum():
            wanted, apart = wanted - 1, 0
            if not wanted:
                return 0 if at < len(text) and text[at].isalnum() and _goes_on(text, at) else at
        else:
            apart += 1
            if apart > 2 or sign not in _PARTS:
                return 0
    return 0


def _goes_on(text: str, at: int) -> bool:
    """Whether a longer word goes on here."""
    return text[at].isascii()
