"""The personal-data guard's judgement: what in a text nobody but its owner should read.

Pure. A text is folded (`folding.py`), each detector looks for its kind, and the first kind in
`finding.KINDS` to claim a stretch keeps it. Who stops or hides what because of it is decided in
`cases/guard.py`. What each detector finds and does not, with figures: docs/explanation/guard.md.
"""

from collections.abc import Iterator, Sequence

import msgspec

from fairline.policy.account_masks import AccountMask, find_accounts
from fairline.policy.cards import find_cards
from fairline.policy.finding import KINDS, Finding, mask_of
from fairline.policy.folding import folded
from fairline.policy.ibans import find_ibans
from fairline.policy.mails import find_mails
from fairline.policy.national_ids import find_national_ids
from fairline.policy.passwords import find_secrets
from fairline.policy.phones import find_phones, in_one_form
from fairline.policy.streets import find_addresses


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """By what a brand's texts are judged.

    `countries` are where its customers are; `own` are addresses, domains (`@acme.test`) and
    phone numbers of the company itself, which may stand anywhere; `off` are kinds not looked for.
    """

    countries: tuple[str, ...] = ()
    masks: tuple[AccountMask, ...] = ()
    own: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()


PLAIN = Rules()


def find(text: str, rules: Rules = PLAIN) -> list[Finding]:
    """What is found, in the order of the text; no two overlap. *Spans* are of `text` itself."""
    plain = folded(text)
    found: list[Finding] = []
    claimed = bytearray(len(plain))
    for kind in KINDS:
        if kind in rules.off:
            continue
        for one in _look(kind, plain, rules):
            if any(claimed[one.start : one.end]) or _is_own(one, plain, rules):
                continue
            claimed[one.start : one.end] = b"\1" * (one.end - one.start)
            here = text[one.start : one.end]
            found.append(msgspec.structs.replace(one, masked=mask_of(one.kind, here)))
    return sorted(found, key=lambda one: one.start)


def masked(text: str, found: Sequence[Finding]) -> str:
    """The text with each finding replaced by its masked form."""
    parts, at = [], 0
    for one in sorted(found, key=lambda one: one.start):
        if one.start < at:
            continue
        parts += [text[at : one.start], one.masked]
        at = one.end
    return "".join([*parts, text[at:]])


def clean(text: str, rules: Rules = PLAIN) -> str:
    """The text without personal data, masked until none is found."""
    for _ in range(5):
        found = find(text, rules)
        if not found:
            return text
        text = masked(text, found)
    return "•••"


def _look(kind: str, plain: str, rules: Rules) -> Iterator[Finding]:
    if kind == "secret":
        return find_secrets(plain)
    if kind == "card":
        return find_cards(plain)
    if kind == "iban":
        return find_ibans(plain)
    if kind == "account":
        return find_accounts(plain, rules.masks)
    if kind == "national_id":
        return find_national_ids(plain, rules.countries)
    if kind == "email":
        return find_mails(plain)
    if kind == "phone":
        return find_phones(plain, rules.countries)
    return find_addresses(plain)


def _is_own(one: Finding, plain: str, rules: Rules) -> bool:
    """Whether it is the company's own: its inboxes, its domain, its hotline, its house."""
    if not rules.own or one.kind not in {"email", "phone", "address"}:
        return False
    written = " ".join(plain[one.start : one.end].lower().split())
    if one.kind == "email":
        domain = "@" + written.rpartition("@")[2]
        return written in rules.own or domain in rules.own
    if one.kind == "phone":
        number = in_one_form(written, rules.countries)
        digits = "".join(filter(str.isdigit, written))
        return any(
            own and ((number and number == in_one_form(own, rules.countries)) or digits == bare)
            for own in rules.own
            if (bare := "".join(filter(str.isdigit, own))) and "@" not in own
        )
    return any(own in written or written in own for own in rules.own if "@" not in own)
