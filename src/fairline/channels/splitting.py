"""Cuts a long answer for a place with little room: in order, at the ends of thoughts. Pure.

Each part says which it is, "(2/3)", fits by the place's own rule, and no part tears a letter, a
word that fits, or the address of a page.
"""

from collections.abc import Callable, Iterator

import regex

from fairline.core.errors import Invalid
from fairline.core.lengths import LengthRule, addresses_in, length_of

MOST_PARTS = 25
_LETTER = regex.compile(r"\X")
# Best first: between paragraphs, lines, sentences, then words.
_ENDS = (
    regex.compile(r"\n\s*\n\s*"),
    regex.compile(r"\n\s*"),
    regex.compile(r"(?<=\p{Sentence_Terminal})[\p{Pe}\p{Pf}\"']*\s+"),
    regex.compile(r"\s+"),
)


def split(text: str, rule: LengthRule, *, most_parts: int = MOST_PARTS) -> list[str]:
    """The parts, in order; the text itself when it fits. Raises Invalid when it is too long even
    in `most_parts`, or when nothing at all fits.
    """
    text = text.strip()
    if rule.most is None or not length_of(text, rule).is_over:
        return [text]
    # How many there are decides how long "(9/10)" is, so try with few first.
    for digits in (1, 2):
        room = [*_cut(text, _fits(rule, "9" * digits), most_parts + 1)]
        if len(room) < 10**digits and len(room) <= most_parts:
            return [f"{part} ({n}/{len(room)})" for n, part in enumerate(room, start=1)]
    raise Invalid(
        f"That is too long even for {most_parts} posts. Shorten it, or post a short answer that "
        "leads to the whole one.",
        code="too_long",
        field="text",
    )


def _fits(rule: LengthRule, digits: str) -> Callable[[str], bool]:
    ending = f" ({digits}/{digits})"
    return lambda part: not length_of(part + ending, rule).is_over


def _cut(text: str, fits: Callable[[str], bool], most: int) -> Iterator[str]:
    for _ in range(most):
        end = _end_of_part(text, fits)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
        if not text:
            return


def _end_of_part(text: str, fits: Callable[[str], bool]) -> int:
    """Where the first part ends: the last end of a thought that fits, not too near the start."""
    longest = _longest(text, fits)
    if longest == len(text):
        return longest
    pages = list(addresses_in(text[: longest + 300]))
    for ends in _ENDS:
        found = [
            one.end()
            for one in ends.finditer(text, 0, longest + 1)
            if longest // 3 < one.start() <= longest
            and fits(text[: one.end()].rstrip())
            and not any(start < one.start() < end for start, end in pages)
        ]
        if found:
            return found[-1]
    # No end of a thought: then before an address that would be torn, else between two letters.
    for start, end in pages:
        if 0 < start <= longest < end:
            return start
    return longest


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters of the start fit, whole letters only. Raises Invalid when none does."""
    window = 256
    while True:  # an address counts for little, so more than the bound may fit
        ends = [0, *(one.end() for one in _LETTER.finditer(text, 0, window))]
        if window >= len(text) or not fits(text[: ends[-1]].rstrip()):
            break
        window *= 2
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[: ends[middle]].rstrip()) else (low, middle - 1)
    if not low:
        raise Invalid("There is no room for even one letter here.", code="too_long", field="text")
    return ends[low]
