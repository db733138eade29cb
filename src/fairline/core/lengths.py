"""How long a text is by the rule of the place it goes to. Pure.

Places count differently: letters as people see them (grapheme clusters), bytes, X's weights, parts
of an SMS. Sources: Mastodon's status length (addresses as 23, mentions without their host); 3GPP TS
23.038 for SMS; X's weights are in `x_text.py`.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

import msgspec
import regex
from publicsuffixlist import PublicSuffixList

from fairline.core.x_text import URL_LENGTH, x_weight

Counting = Literal["characters", "graphemes", "bytes", "utf16", "x", "mastodon", "sms"]

_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take an escape before them.
_GSM_EXTENDED = "^{}\\[~]|€\f"
SEPTETS = dict.fromkeys(_GSM, 1) | dict.fromkeys(_GSM_EXTENDED, 2)

_CLUSTER = regex.compile(r"\X")
_ADDRESS = regex.compile(
    r"(?<![\w@$#./-])(?P<scheme>https?://)?(?P<host>(?:[\p{L}\p{N}_-]{1,63}\.){1,10}\p{L}{2,63})"
    r"(?::\d{1,5})?(?P<path>/[^\s<>\"]*|\?[^\s<>\"]*)?",
    regex.IGNORECASE,
)
_REMOTE_MENTION = regex.compile(
    r"(?<![\w/])@(\w[\w.-]*)@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}", regex.IGNORECASE
)
_TRAILING = ".,;:!?'\")]}"


class LengthRule(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel counts, and how much fits; `most` is None where nothing is too long.

    `most_bytes` is a second bound that some places have (Bluesky: 300 graphemes, 3,000 bytes). For
    `sms`, `most` counts parts.
    """

    counts: Counting = "characters"
    most: int | None = None
    most_bytes: int | None = None

    @property
    def word(self) -> str:
        """What is counted, in the plural."""
        return {"bytes": "bytes", "sms": "parts"}.get(self.counts, "characters")


class Length(msgspec.Struct, frozen=True, kw_only=True):
    """`used` of `most`, in what the rule counts; for SMS, `parts` and how many fit the last."""

    used: int
    most: int | None = None
    parts: int = 1
    left_in_part: int | None = None
    is_over: bool = False

    @property
    def left(self) -> int | None:
        """Below zero when it is too long."""
        return None if self.most is None else self.most - self.used


def length_of(text: str, rule: LengthRule) -> Length:
    """Measure a text by a rule."""
    if rule.counts == "sms":
        parts, left = sms_parts(text)
        over = rule.most is not None and parts > rule.most
        return Length(used=parts, most=rule.most, parts=parts, left_in_part=left, is_over=over)
    used = COUNTERS[rule.counts](text)
    over = rule.most is not None and used > rule.most
    if rule.most_bytes is not None and len(text.encode()) > rule.most_bytes:
        over = True
    return Length(used=used, most=rule.most, is_over=over)


def graphemes(text: str) -> list[str]:
    """The letters as people see them; a family emoji is one."""
    return _CLUSTER.findall(text)


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses of pages stand, with or without a scheme: (start, end)."""
    for found in _ADDRESS.finditer(text):
        if not found["scheme"] and not _is_domain(found["host"].lower()):
            continue
        end = found.end()
        while end > found.end("host") and text[end - 1] in _TRAILING:
            if text[end - 1] == ")" and "(" in text[found.start() : end - 1]:
                break
            end -= 1
        yield found.start(), end


@lru_cache(maxsize=1)
def _domains() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)
def _is_domain(host: str) -> bool:
    return _domains().privatesuffix(host) is not None


def _characters(text: str) -> int:
    return len(text)


def _graphemes(text: str) -> int:
    return len(graphemes(text))


def _bytes(text: str) -> int:
    return len(text.encode())


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _mastodon(text: str) -> int:
    plain, pages = _without_addresses(_REMOTE_MENTION.sub(r"@\1", text))
    return _graphemes(plain) + pages * URL_LENGTH


def _without_addresses(text: str) -> tuple[str, int]:
    """The text without its addresses that have a scheme, and how many there were."""
    kept, pages, at = [], 0, 0
    for start, end in addresses_in(text):
        if not text[start:end].lower().startswith(("http://", "https://")):
            continue
        kept.append(text[at:start])
        pages, at = pages + 1, end
    return "".join([*kept, text[at:]]), pages


def sms_parts(text: str) -> tuple[int, int]:
    """How many parts an SMS takes, and how much still fits into the last one.

    A text of the GSM alphabet has 160 septets, or 153 in each of several parts; any other letter
    makes it UCS-2 with 70, or 67, units. Neither an escaped letter nor a surrogate pair is torn.
    """
    if all(letter in SEPTETS for letter in text):
        sizes, alone, each = [SEPTETS[letter] for letter in text], 160, 153
    else:
        sizes, alone, each = [1 if ord(letter) < 0x10000 else 2 for letter in text], 70, 67
    total = sum(sizes)
    if total <= alone:
        return 1, alone - total
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > each:
            parts, filled = parts + 1, 0
        filled += size
    return parts, each - filled


COUNTERS: dict[str, Callable[[str], int]] = {
    "characters": _characters,
    "graphemes": _graphemes,
    "bytes": _bytes,
    "utf16": _utf16,
    "x": x_weight,
    "mastodon": _mastodon,
}
