"""What the sender wrote this time, without the mail that is quoted under, over or around it.

Pure and linear. When in doubt it keeps: a reply that seems to be all quotation is returned whole,
and answers written between quoted lines keep those lines, for they say what is answered.
"""

import re
from collections.abc import Mapping

import msgspec

from fairline.channels.email import quote_marks
from fairline.channels.email.quote_marks import ATTRIBUTION, HISTORY
from fairline.channels.email.signatures import is_signature, without_signature
from fairline.core.text import html_to_text, is_blank

MAX_LINES = 5_000

_QUOTED = re.compile(r"\s{0,3}>")
_OPEN_LINK = re.compile(r"<https?://[^\s>]*$")
_CLOSING = "\ufdda"
_LONE_LINK = re.compile(r"\s*\(?https?://\S+\)?(?:\s>)?\s*")


class Reply(msgspec.Struct, frozen=True):
    """`text` never is blank when the input was not; `has_history` when quotation was left out."""

    text: str
    has_history: bool


def read_reply(text: str, html: str, *, is_forward: bool = False, sender_name: str = "") -> Reply:
    """The reply in a mail with these two bodies (either may be '').

    The plain text is read first. Its HTML twin is asked when that shows no history: elements and
    classes name a quotation in any language.
    """
    plain = strip_quotes(text, is_forward=is_forward, sender_name=sender_name)
    if not html or is_forward or (plain.has_history and not is_blank(text)):
        return plain
    marked = html_to_text(html, mark=mark_history)
    shown = strip_quotes(marked, sender_name=sender_name)
    return shown if is_blank(text) or shown.has_history else plain


def strip_quotes(text: str, *, is_forward: bool = False, sender_name: str = "") -> Reply:
    """The reply in one text. Past `MAX_LINES` a text is a file, and is not looked at."""
    whole = Reply(_joined(_without_marks(text.split("\n"))), has_history=False)
    lines = _lines(text, limit=MAX_LINES)
    cut = None if is_forward else _cut_history(lines)
    if cut is None:
        return whole
    kept = _without_marks(_without_quotes(cut))
    has_history = len(kept) < len(_without_marks(lines))
    if is_blank("\n".join(kept)):
        kept, has_history = _without_marks(lines), False
    if text.count("\n") > MAX_LINES and not has_history:
        return whole
    kept = without_signature(kept, sender_name=sender_name)
    return Reply(_joined(kept), has_history=has_history)


def mark_history(element: str, attributes: Mapping[str, str]) -> str:
    """Called for each HTML element: the mark to put before it (see `html_to_text`)."""
    return quote_marks.mark_of(element, attributes)


def _lines(text: str, *, limit: int) -> list[str]:
    """The lines of `text`, with what programs broke put right.

    An attribution on the line of the last words gets its own. Words that were wrapped out of a
    quoted line get its mark back. `>` that closes a broken `<http://...` marks no quotation.
    """
    lines: list[str] = []
    given = [line.rstrip() if line != "-- " else line for line in text.split("\n", limit)[:limit]]
    for index, line in enumerate(given):
        before = lines[-1] if lines else ""
        after = given[index + 1] if index + 1 < len(given) else ""
        if _QUOTED.match(line) and _OPEN_LINK.search(before):
            lines.append(line.replace(">", _CLOSING, 1))
        elif _QUOTED.match(before) and _QUOTED.match(after) and _is_wrapped(before, line):
            lines.append(f"> {line}")
        elif _QUOTED.match(after) or not after:
            lines += quote_marks.split_shared_line(line)
        else:
            lines.append(line)
    return lines


def _is_wrapped(before: str, line: str) -> bool:
    return 0 < len(line) <= 40 and (len(before) >= 60 or bool(_LONE_LINK.fullmatch(line)))


def _cut_history(lines: list[str]) -> list[str] | None:
    """Drop everything from the line on after which all is history, if something stands above it.

    None when a mail is passed on: then nothing in it is history.
    """
    has_words = False
    for index, line in enumerate(lines):
        if not _QUOTED.match(line) and quote_marks.is_forward_marker(line):
            return None
        is_cut = (
            line == HISTORY
            or quote_marks.is_reply_above(line)
            or (
                not _QUOTED.match(line)
                and not _attribution_before_quote(lines, index)
                and quote_marks.opens_history(lines, index)
            )
        )
        if is_cut and has_words:
            return _without_rule(lines[:index])
        has_words = has_words or _is_words(lines, index)
    return lines


def _is_words(lines: list[str], index: int) -> bool:
    """Whether the sender may have written this line: no quotation, mark, rule or attribution."""
    line = lines[index]
    return not (
        _QUOTED.match(line)
        or is_blank(line.strip("-_=*. "))
        or line in {HISTORY, ATTRIBUTION}
        or quote_marks.is_reply_above(line)
        or quote_marks.attribution_at(lines, index)
        or (index > 0 and lines[index - 1] == ATTRIBUTION)
    )


def _without_rule(lines: list[str]) -> list[str]:
    """Drop the ruled or blank lines at the end, which led over to what was cut."""
    end = len(lines)
    while end and (is_blank(lines[end - 1].strip("-_=* ")) and lines[end - 1] != "-- "):
        end -= 1
    return lines[:end]


class _Run(msgspec.Struct):
    """Lines of one sort. An attribution belongs to the quotation it introduces."""

    is_quoted: bool
    lines: list[str]
    is_attributed: bool = False


def _runs(lines: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    index = 0
    while index < len(lines):
        length = _attribution_before_quote(lines, index)
        is_quoted = bool(length) or bool(_QUOTED.match(lines[index]))
        if not runs or runs[-1].is_quoted != is_quoted or length:
            blank = not lines[index].strip()
            if not (blank and runs and runs[-1].is_quoted and _quote_goes_on(lines, index)):
                runs.append(_Run(is_quoted=is_quoted, lines=[], is_attributed=bool(length)))
        step = max(length, 1)
        runs[-1].lines += lines[index : index + step]
        index += step
    return [run for run in runs if run.is_quoted or not is_blank("\n".join(run.lines))]


def _quote_goes_on(lines: list[str], index: int) -> bool:
    """Whether only blank lines stand between here and the next quoted line."""
    for line in lines[index : index + 10]:
        if line.strip():
            return bool(_QUOTED.match(line))
    return False


def _attribution_before_quote(lines: list[str], index: int) -> int:
    """How many lines of an attribution, and blank ones after it, lead to a quoted line here."""
    length = 0
    if lines[index] == ATTRIBUTION:
        length = 1 + _attributed_lines(lines, index + 1)
    elif lines[index].strip() and not _QUOTED.match(lines[index]):
        length = quote_marks.attribution_at(lines, index, before_quote=True)
    if not length:
        return 0
    end = index + length
    while end < len(lines) and not lines[end].strip() and end - index - length < 10:
        end += 1
    return end - index if end < len(lines) and _QUOTED.match(lines[end]) else 0


def _attributed_lines(lines: list[str], index: int) -> int:
    for count, line in enumerate(lines[index : index + 8]):
        if _QUOTED.match(line):
            return count
    return 0


def _without_quotes(lines: list[str]) -> list[str]:
    runs = _runs(lines)
    if len(runs) > 1 and not runs[-1].is_quoted and is_signature(runs[-1].lines):
        runs.pop()
    written = [position for position, run in enumerate(runs) if not run.is_quoted]
    if not written or len(written) == len(runs):
        return lines
    first, last = written[0], written[-1]
    inner = runs[first : last + 1]
    quoted_inside = [run for run in inner if run.is_quoted]
    if len(written) == 1:
        return runs[first].lines
    if len(quoted_inside) == 1 and quoted_inside[0].is_attributed and first == 0:
        # One quotation between a greeting and the answer, or between the answer and a farewell.
        return [line for run in inner if not run.is_quoted for line in [*run.lines, ""]]
    return [line for run in runs[: last + 1] for line in run.lines]


def _without_marks(lines: list[str]) -> list[str]:
    return [line for line in lines if line not in {HISTORY, ATTRIBUTION}]


def _joined(lines: list[str]) -> str:
    text = "\n".join("" if is_blank(line) else line.rstrip() for line in lines)
    text = text.replace(_CLOSING, ">")
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").rstrip()
