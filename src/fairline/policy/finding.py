"""What a detector says: which kind of personal data stands where, and how sure it is."""

import msgspec

# In the order in which they claim a stretch of text: a card number is not also a phone number.
KINDS = (
    "secret",
    "card",
    "iban",
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
    """One stretch of a text. `masked` is what may stand there instead, of no set length.

    `certainty` is from 0 to 1: a checksum that fits, or only words beside it.
    """

    kind: str
    start: int
    end: int
    masked: str
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


def said(kinds: list[str]) -> str:
    """Kinds in words, in their order: "a card number and a phone number"."""
    words = [WORDS[kind] for kind in KINDS if kind in kinds]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
