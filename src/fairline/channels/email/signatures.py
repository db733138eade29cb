"""The signature under what somebody wrote: recognised, and left out. Pure.

It keeps the farewell and the name, which belong to the letter, and never leaves nothing.
"""

# ruff: noqa: RUF001 (these letters are other alphabets, not look-alikes)

import re

from fairline.channels.email import quote_phrases as phrases
from fairline.core.text import is_blank

MAX_LINES = 15
_MAX_CHARS = 100

_DELIMITER = re.compile(r"(?:--|\u2014|__|-- ?\*)\s*$")
_RULE = re.compile(r"\s*(?:[-_=*]\s?){6,}\s*$")
_DASH_NAME = re.compile(r"[-\u2013\u2014]{1,2}\s?[^\W\d_][\w'.]*(?:\s[^\W\d_][\w'.]*){0,3}\s*$")
_CONTACT = re.compile(
    r"https?://|www\.|@|via mobile"
    r"|\b(?:tel|fon|phone|mobile|mob|cell|fax|skype|handy|mailing list)\b"
    r"|(?:\+|\(0?\d|\b0)[\d ()./-]{6,}\d|\b\d{3}[-. ]\d{3,4}[-. ]\d{3,4}\b",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    "|".join(re.escape(p) for p in sorted(phrases.SENT_FROM, key=len, reverse=True)), re.IGNORECASE
)
# "Sent from my desk, is much easier than my phone", "Sent from Berlin on Monday": somebody wrote
# that. Only what names a machine or a program, or is short and mine, is its line.
_SENTENCE = re.compile(r"[,;!?]|\.\s")
_EXCUSE = re.compile(
    r"[.,;:!\s-]*\b(?:please|pls|kindly)?\s*(?:excuse|forgive|pardon|get the app|entschuldig).*$",
    re.IGNORECASE,
)
_MINE = re.compile(r"\S+\s\S+\s(?:my|a|an)\s(?:\S+\s?){1,4}$", re.IGNORECASE)
_MACHINE = re.compile(
    r"phon|i-?pad|i-?pod|android|samsung|galaxy|huawei|xiaomi|pixel|blackberry|mobil|\bcell\b|"
    r"tablet|outlook|mail|windows|\bmac\b|device|handy|\bhtc\b|nokia|\bapp\b|bluemail|spark|"
    r"айфон|телефон|почт|手机|スマホ|携帯|휴대",
    re.IGNORECASE,
)
_LINK = re.compile(r"[<(\[]?https?://[^\s>)\]]+[>)\]]?")
_CLOSINGS = frozenset(phrases.CLOSINGS)
_DISCLAIMER = re.compile(
    r"[\s*_>(\[]*(?:" + "|".join(re.escape(p) for p in phrases.DISCLAIMERS) + ")", re.IGNORECASE
)
_DISCLAIMER_CHARS = 120


def without_signature(lines: list[str], *, sender_name: str = "") -> list[str]:
    """`lines` without what a program or habit puts under them."""
    kept = _trimmed(lines)
    for _ in range(6):  # a telephone's line under a company's signature under a list's footer
        before = len(kept)
        for rule in (_disclaimer_at, _footer_at, _delimiter_at, _sent_from_at, _dash_name_at):
            start = rule(kept)
            if start is not None and not is_blank("\n".join(kept[:start])):
                kept = _trimmed(kept[:start])
        start = _name_block_at(kept, sender_name)
        if start is not None and not is_blank("\n".join(kept[:start])):
            kept = _trimmed(kept[:start])
        if len(kept) == before:
            break
    return kept


def is_signature(lines: list[str]) -> bool:
    """Whether `lines` would be a signature under any text."""
    return without_signature(["-", *lines]) == ["-"]


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and is_blank(lines[end - 1]):
        end -= 1
    return lines[:end]


def _tail_start(lines: list[str]) -> int:
    """The first line that a signature at the end may reach up to."""
    written = 0
    for index in range(len(lines) - 1, -1, -1):
        written += not is_blank(lines[index])
        if written > MAX_LINES + 1:
            return index + 1
    return 0


def _delimiter_at(lines: list[str]) -> int | None:
    """`-- ` on a line of its own (RFC 3676, 4.3). Without the space it may only be a dash."""
    for index in range(_tail_start(lines), len(lines)):
        if _DELIMITER.match(lines[index]):
            tail = [line for line in lines[index + 1 :] if not is_blank(line)]
            is_short = all(len(line) <= _MAX_CHARS for line in tail[:4])
            if lines[index] == "-- " or (is_short and len(tail) <= MAX_LINES):
                return index
    return None


def _footer_at(lines: list[str]) -> int | None:
    """A ruled line, and under it short lines that say where to reach somebody."""
    for index in range(_tail_start(lines), len(lines)):
        if _RULE.match(lines[index]):
            tail = [line for line in lines[index + 1 :] if not is_blank(line)]
            has_contact = any(_CONTACT.search(line) for line in tail) or not tail
            if has_contact and all(len(line) <= _MAX_CHARS for line in tail):
                return index
            if any(_SENT_FROM.match(line.strip()) for line in tail[:1]):
                return index
    return None


def _sent_from_at(lines: list[str]) -> int | None:
    """What a telephone adds, on the last line or the two last."""
    for index in range(len(lines) - 1, max(len(lines) - 3, -1), -1):
        if _is_sent_from(lines[index]):
            rest = [_LINK.sub("", one).strip(" <>()[]") for one in lines[index + 1 :]]
            if all(len(one) <= 40 for one in rest):
                return index
    return None


def _is_sent_from(line: str) -> bool:
    line = _EXCUSE.sub("", _LINK.sub("", line[:200]).strip(" *_<>()[]|\u2026")).rstrip(".!")
    match = _SENT_FROM.search(line)
    # Verbs come last in some languages: "Von meinem iPhone gesendet", "iPhoneから送信".
    if not match or (match.start() > 0 and line.isascii()):
        return False
    if match.end() == len(line):  # it says nothing more: "via mobile"
        return True
    if _SENTENCE.search(line) and not line.lower().startswith("yahoo mail:"):
        return False
    words = len(line.split())
    return bool(_MACHINE.search(line) and words <= 12) or bool(_MINE.match(line))


def _dash_name_at(lines: list[str]) -> int | None:
    """`-Abhishek Kona` at the very end, and no list of dashes above it."""
    if not lines or not _DASH_NAME.match(lines[-1]):
        return None
    above = next((line for line in reversed(lines[:-1]) if not is_blank(line)), "")
    return None if above.lstrip().startswith(("-", "\u2013", "*", "\u2022")) else len(lines) - 1


def _name_block_at(lines: list[str], sender_name: str) -> int | None:
    """The sender's name, and under it where to reach them: a signature without a delimiter."""
    names = _spellings(sender_name)
    if not names:
        return None
    for index in range(max(_tail_start(lines), 1), len(lines)):
        if lines[index].strip(" ,.*_|-").casefold() not in names:
            continue
        tail = [line for line in lines[index + 1 :] if not is_blank(line)]
        contacts = sum(bool(_CONTACT.search(line)) for line in tail)
        if tail and contacts * 3 >= len(tail) and all(len(line) <= _MAX_CHARS for line in tail):
            return index + 1 if _is_closing(lines, index) else index
    return None


def _is_closing(lines: list[str], index: int) -> bool:
    above = next((line for line in reversed(lines[:index]) if not is_blank(line)), "")
    return above.strip(" ,.!*_").casefold() in _CLOSINGS


def _spellings(name: str) -> frozenset[str]:
    words = re.sub(r"[\"',()]", " ", name).split()
    if not words or "@" in name:
        return frozenset()
    spellings = {" ".join(words), " ".join([*words[1:], words[0]])}
    if len(words[0]) > 2:
        spellings.add(words[0])
    return frozenset(spelling.casefold() for spelling in spellings)


def _disclaimer_at(lines: list[str]) -> int | None:
    """A notice of confidentiality: long, last, and in nobody's own words."""
    for index in range(_tail_start(lines), len(lines)):
        if _DISCLAIMER.match(lines[index]):
            tail = " ".join(lines[index:])
            if len(tail) >= _DISCLAIMER_CHARS:
                return index
    return None
