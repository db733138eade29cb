"""The signs by which mail programs set off what they quote: lines in text, elements in HTML.

Pure; each question looks at a bounded number of lines. The phrases are in `quote_phrases.py`.
"""

import re
from collections.abc import Iterable, Mapping

from fairline.channels.email import quote_phrases as phrases

# Lines of their own in text made from HTML; no mail can hold them (`core.text.tidy`).
HISTORY = "\ufdd8"
ATTRIBUTION = "\ufdd9"

_UNSPACED = "\u0e00"
_MAX_LINES = 4
_MAX_CHARS = 500


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=len, reverse=True)
    return "|".join(re.escape(word).replace("\\ ", r"\s+") for word in longest_first)


def _label(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"[\s>*_|]*(?:{_any(words)})[*_\s]*[:\uff1a]", re.IGNORECASE)


# Between letters a verb needs a boundary, but scripts that do not space their words have none.
_WROTE = re.compile(
    rf"(?<![^\W\d_])(?:{_any(w for w in phrases.WROTE if w[0] < _UNSPACED)})(?![^\W\d_])"
    rf"|{_any(w for w in phrases.WROTE if w[0] >= _UNSPACED)}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:[:\uff1a]|wrote\s?-{2,})[\s*_>\u200e\u200f\u202a-\u202e]*$", re.IGNORECASE)
_OPENER = re.compile(
    rf"[\s*_\u200e\u200f\u202a-\u202e-]*(?:{_any(phrases.OPENERS)})[\s,.]", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+|<mailto:|\[mailto:")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|\b(?:19|20)\d\d\b")
_DATE_FIRST = re.compile(r"[\s*_]*(?:\d{1,4}\D|\w{1,12}[,.]{0,2}(?:\s\w{1,3})?,?\s\d{1,2}\D)")
_NAME_FIRST = re.compile(r"[^<>()@:]{0,60}[<(][^<>()\s]{1,200}@[^<>()\s]{1,200}[>)]")
_SAMSUNG = re.compile(r"\s*Sent from Samsung Mobile.{0,100}@.{1,200}wrote:\s*$", re.IGNORECASE)
# "2011/4/7 Cleo <cleo@example.com>": no verb and no colon, but a quotation right after it.
_BARE = re.compile(r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s.{0,120}<[^<>\s]{3,200}>\s*$")
# Some languages need no verb: "Mon, 3 Feb 2020 at 10:00, Cleo <cleo@example.com>:"
_ENDS_IN_ADDRESS = re.compile(r"(?:@[^\s@<>]+>|\d)[\s\u200e\u200f\u202a-\u202e]*[:\uff1a]")
_ON_ONE_LINE = re.compile(
    r"(?P<words>.*?[^\s-].*?)(?P<attribution>(?:\s|-{2,3})\s*On\s.{0,20}\d.{6,200}wrote:\s*)$"
)

_DASHES = r"[-_=*\u2010-\u2015\u2500]"
_ORIGINAL = re.compile(
    rf"[\s>*]*{_DASHES}{{2,}}\s*(?:{_any(phrases.ORIGINAL_MESSAGE)})\s*{_DASHES}{{2,}}[\s*]*$",
    re.IGNORECASE,
)
_LOTUS = re.compile(
    rf"\s*{_DASHES}{{3,}}\s?.{{1,200}}\s(?:wrote|schrieb|a écrit)\s?:?\s?{_DASHES}{{3,}}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    rf"[\s>*]*(?:{_DASHES}{{2,}}\s*(?:{_any(phrases.FORWARDED)})\b.{{0,80}}|(?:{_any(phrases.FORWARDED)})\s?[:\uff1a]\s*)$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(_any(phrases.REPLY_ABOVE), re.IGNORECASE)
_FROM, _DATE = _label(phrases.FROM_LABELS), _label(phrases.DATE_LABELS)
_TO, _SUBJECT = _label(phrases.TO_LABELS), _label(phrases.SUBJECT_LABELS)


def is_forward_marker(line: str) -> bool:
    """Whether a mail that is passed on begins here."""
    return bool(_FORWARDED.match(line[:_MAX_CHARS]))


def is_reply_above(line: str) -> bool:
    """Whether this is a help desk's "reply above this line"."""
    return len(line) < 200 and bool(_REPLY_ABOVE.search(line))


def opens_history(lines: list[str], index: int) -> bool:
    """Whether all that follows is the mail that is answered, without marks on each line."""
    line = lines[index][:_MAX_CHARS]
    if not line.strip():
        return False
    if _ORIGINAL.match(line) or _LOTUS.match(line) or _is_header_block(lines, index):
        return True
    return bool(attribution_at(lines, index))


def _is_header_block(lines: list[str], index: int) -> bool:
    """From, a date, and a recipient or subject, one under the other, as Outlook puts them.

    Some programs put the date first; then it takes a time and an address to tell it from a letter
    that says "Date: ... To: ...".
    """
    first = lines[index][:_MAX_CHARS]
    is_dated = bool(_DATE.match(first) and _TIME.search(first))
    if not (_FROM.match(first) or is_dated):
        return False
    block = [first]
    for line in lines[index + 1 : index + 11]:
        if not line.strip() and len(block) > 4:
            break
        block.append(line[:_MAX_CHARS])
    others = block[1:]
    has_people = any(_TO.match(line) or _SUBJECT.match(line) for line in others)
    if is_dated:
        named = [line for line in others if _TO.match(line) or _FROM.match(line)]
        return any(_ADDRESS.search(line) for line in named)
    return has_people and any(_DATE.match(line) for line in others)


def attribution_at(lines: list[str], index: int, *, before_quote: bool = False) -> int:
    """How many lines from `index` on say who wrote what comes next; 0 when they do not.

    Just before a quoted line less is asked of them (`before_quote`).
    """
    if not lines[index].strip():
        return 0
    joined = ""
    for count in range(1, _MAX_LINES + 1):
        line = lines[index + count - 1 : index + count]
        if not line or not line[0].strip() or line[0].lstrip().startswith(">"):
            return 0
        joined = f"{joined} {line[0].strip()}"
        if len(joined) > _MAX_CHARS:
            return 0
        if count > 1 and _opens(line[0]) and not _opens(lines[index]):
            return 0  # it begins on that line
        if _ENDS.search(joined) or (before_quote and _BARE.match(joined)):
            return count if _is_attribution(joined, before_quote=before_quote) else 0
    return 0


def _opens(text: str) -> bool:
    return bool(_OPENER.match(text) or _DATE_FIRST.match(text) or _NAME_FIRST.match(text))


def split_shared_line(line: str) -> list[str]:
    """`Fine. On Monday, 5 May 2025, Ben wrote:` as two lines; any other line as one."""
    match = _ON_ONE_LINE.match(line[:_MAX_CHARS]) if line.endswith("wrote:") else None
    if not match or _opens(line) or not (_TIME.search(line) or _ADDRESS.search(line)):
        return [line]
    return [match["words"].rstrip(), match["attribution"].strip(" -")]


def _is_attribution(text: str, *, before_quote: bool) -> bool:
    has_address, has_time = bool(_ADDRESS.search(text)), bool(_TIME.search(text))
    says_wrote = bool(_WROTE.search(text))
    if _SAMSUNG.match(text):
        return True
    if before_quote:
        return (
            bool(_BARE.match(text))
            or (says_wrote and (has_address or has_time or len(text) < 120))
            or (has_address and has_time)
        )
    if says_wrote:
        return _opens(text) and (has_time or has_address)
    return has_address and has_time and _opens(text) and bool(_ENDS_IN_ADDRESS.search(text))


_HISTORY_IDS = frozenset(
    {"divrplyfwdmsg", "appendonsend", "replysplit", "olk_src_body_section", "zwchr", "stopspelling"}
    | {"mail-editor-reference-message-container", "isforwardcontent", "reply-intro"}
)
_HISTORY_CLASSES = frozenset(
    {"outlookmessageheader", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra"}
    | {"zmail_extra_hr", "ox-quoted", "freebirdemailsignature_quote", "wordquote"}
)
_ATTRIBUTION_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix", "gmail_quote"})
# The thin line in Outlook (Word) and Windows Mail above From, Sent, To, Subject.
_OUTLOOK_LINE = re.compile(
    r"border-top\s*:\s*(?:solid\s+)?#?(?:b5c4df|e1e1e1|e5e5e5)", re.IGNORECASE
)


def mark_of(element: str, attributes: Mapping[str, str]) -> str:
    """HISTORY before an element that opens history, ATTRIBUTION before one that introduces it."""
    identity = attributes.get("id", "").lower().removeprefix("x_").removeprefix("m_")
    classes = {c.removeprefix("x_") for c in attributes.get("class", "").lower().split()}
    if identity in _HISTORY_IDS or classes & _HISTORY_CLASSES:
        return HISTORY
    style = attributes.get("style", "")
    if element == "div" and _OUTLOOK_LINE.search(style) and "border-left" not in style.lower():
        return HISTORY
    return ATTRIBUTION if classes & _ATTRIBUTION_CLASSES and element != "blockquote" else ""
