"""Text as the detectors read it: the same length, sign for sign, in plain signs.

Numbers hide in full-width digits, in digits of other scripts, in key-cap emoji and between
zero-width signs. Folding keeps every position, so that what is found can be marked in the original.
"""

import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
# Zero-width signs, joiners, variation selectors and the key cap: they part digits, no more.
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufe0f\u20e3"


class _Signs(dict[int, str]):
    """What each sign is read as, worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _read(chr(code))
        return found


def _read(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in _DASHES:
        return "-"
    if sign in _NOTHING or unicodedata.category(sign) == "Zs":
        return " "
    digit = unicodedata.digit(sign, None)
    if digit is not None and 0 <= digit <= 9:
        return str(digit)
    if "\uff01" <= sign <= "\uff5e":  # full-width forms of ASCII
        return chr(ord(sign) - 0xFEE0)
    return sign


_SIGNS = _Signs()


def folded(text: str) -> str:
    """`text` in plain digits, dashes and spaces; every sign where it was."""
    return text if text.isascii() else text.translate(_SIGNS)
