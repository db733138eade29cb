"""Account numbers as a company writes them: masks such as `AA-999999`, compiled by us.

`A` is a letter, `9` a digit, `*` either; every other sign stands for itself, and a backslash takes
the next one literally. No regular expression is ever typed by a person, so none can be slow.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from fairline.core.errors import Invalid
from fairline.policy.finding import Finding
from fairline.policy.folding import folded

MAX_MASK = 40
MAX_NAME = 80
MOST_SAMPLES = 20
_SLOTS = {"A": "[A-Za-z]", "9": "[0-9]", "*": "[A-Za-z0-9]"}
_PARTS = " -./_"
# What every text holds; a mask that takes one of these would stop half of all answers.
_COMMON = (
    *("2026-11-22", "22.11.2026", "11/22/2026", "22/11/26", "10:15", "10.15", "2026", "19:30"),
    *("FL-7KX2QA", "24/7", "3-5", "100.00", "1,299.99", "12.50", "9-5", "covid-19", "10-12"),
)


class AccountMask(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern that the company set. `name` says what it is: "Customer number"."""

    id: str
    name: str
    mask: str


def compiled(mask: str) -> re.Pattern[str]:
    """The mask as an expression of fixed length; a separator in it may be missing or another."""
    parts, taken_literally = [], False
    for sign in folded(mask):
        if sign == "\\" and not taken_literally:
            taken_literally = True
            continue
        if sign in _SLOTS and not taken_literally:
            parts.append(_SLOTS[sign])
        elif sign in _PARTS:
            parts.append("[ ./_-]?")
        else:
            parts.append(re.escape(sign))
        taken_literally = False
    return re.compile(rf"(?<![A-Za-z0-9]){''.join(parts)}(?![A-Za-z0-9])", re.IGNORECASE)


def find_accounts(text: str, masks: Sequence[AccountMask]) -> Iterator[Finding]:
    """Every account number in folded text. Linear in its length for each mask."""
    for one in masks:
        for found in compiled(one.mask).finditer(text):
            yield Finding(
                kind="account",
                start=found.start(),
                end=found.end(),
                certainty=0.9,
            )


def check_mask(name: str, mask: str, samples: Sequence[str]) -> tuple[str, str]:
    """The name and the mask, tidied. Raises Invalid, naming the field, for a mask that is too
    short or too wide, or that does not take every sample whole.
    """
    name, mask = " ".join(name.split()), mask.strip()
    if not name or len(name) > MAX_NAME:
        raise Invalid("Give it a name of at most 80 characters.", code="bad_pattern", field="name")
    if not mask or len(mask) > MAX_MASK or not mask.isprintable():
        raise Invalid(
            f"A pattern has 1 to {MAX_MASK} signs, as in AA-999999.",
            code="bad_pattern",
            field="mask",
        )
    bare = re.sub(r"\\.", "", mask)
    slots = sum(bare.count(slot) for slot in _SLOTS)
    fixed = sum(sign.isalnum() for sign in mask) - sum(bare.count(slot) for slot in "A9")
    if slots < 4 or slots + fixed < 5:
        raise Invalid(
            "That is too short: it would be found everywhere. Use at least five letters and "
            "digits, four of them A, 9 or *.",
            code="bad_pattern",
            field="mask",
        )
    if "9" not in bare and not fixed:
        raise Invalid(
            "Without a digit or a fixed letter that would take every word of this length.",
            code="bad_pattern",
            field="mask",
        )
    pattern = compiled(mask)
    for common in _COMMON:
        if pattern.search(common):
            raise Invalid(
                f"That would also take {common}, which stands in many texts.",
                code="bad_pattern",
                field="mask",
            )
    given = [sample.strip() for sample in samples if sample.strip()][:MOST_SAMPLES]
    if not given:
        raise Invalid(
            "Give an example or two, so that it can be tried.", code="bad_pattern", field="samples"
        )
    for sample in given:
        if not pattern.fullmatch(folded(sample)):
            raise Invalid(
                f"The pattern does not take “{sample[:60]}”.", code="bad_pattern", field="samples"
            )
    return name, mask
