"""What a detector says: which kind of personal data stands where, and how sure it is."""

import re
from collections.abc import Iterable

import msgspec

_NOTED = re.compile(r"([a-z_]+):(\d{1,6})-(\d{1,6})(?!\S)")

# In the order in which they claim a stretch of text: a row of digits in a bank account number is
# no card, and a card number no phone number.
KINDS = (
    "secret",
    "iban",
    "card",
    "account",
    "national_id",
    "email",
    "phone",
    "address",
)
WORDS = {
    "secret": "a password or key",
    "card": "a card number",
    "iban": "a bank account number (IBAN)",
    "account": "an account number",
    "national_id": "a personal identity number",
    "email": "an e-mail address",
    "phone": "a phone number",
    "address": "a postal address",
}
# Whoever reads one of these can take money or somebody's name with it: nobody may publish them.
NEVER_PUBLIC = frozenset({"secret", "card", "iban", "national_id"})


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a text. `masked` is what may stand there instead; `find` fills it in.

    `certainty` is from 0 to 1: a checksum that fits, or only words beside it.
    """

    kind: str
    start: int
    end: int
    masked: str = ""
    certainty: float = 0.9

    @property
    def words(self) -> str:
        """What it is, for a person: "a card number"."""
        return WORDS[self.kind]


def dotted(text: str, *, keep: int = 0) -> str:
    """Letters and digits as dots, all but the last `keep`; the signs between them stay."""
    left = sum(sign.isalnum() for sign in text) - keep
    shown = []
    for sign in text:
        if sign.isalnum():
            shown.append("•" if left > 0 else sign)
            left -= 1
        else:
            shown.append(sign)
    return "".join(shown)


# How much of a number its owner still knows it by; nothing of what opens something.
_KEPT = {"card": 4, "iban": 2, "account": 2, "phone": 2}
_SET = {"secret": "••••••", "address": "••• ••••••"}


def mask_of(kind: str, text: str) -> str:
    """What may stand in the place of `text`."""
    if kind == "email":
        return f"{text[:1]}•••@•••"
    if kind == "iban":
        return text[:2] + dotted(text[2:], keep=2)
    return _SET.get(kind) or dotted(text, keep=_KEPT.get(kind, 0))


def noted(found: Iterable[Finding]) -> str:
    """Kinds and places in one line (`card:10-29 phone:40-52`); never what stands there."""
    return " ".join(f"{one.kind}:{one.start}-{one.end}" for one in found)


def from_note(note: str, text: str) -> list[Finding]:
    """The findings of a note, with their masks for `text`; not what it says of elsewhere."""
    found = []
    for kind, start, end in _NOTED.findall(note):
        here = text[int(start) : int(end)]
        if kind in WORDS and here:
            masked = mask_of(kind, here)
            found.append(Finding(kind=kind, start=int(start), end=int(end), masked=masked))
    return found


def kinds_in(note: str) -> list[str]:
    """The kinds a note names, in their order."""
    named = {part.partition(":")[0] for part in note.split()}
    return [kind for kind in KINDS if kind in named]


def said(kinds: Iterable[str]) -> str:
    """Kinds in words, in their order: "a card number and a phone number"."""
    known = set(kinds)
    words = [WORDS[kind] for kind in KINDS if kind in known]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
