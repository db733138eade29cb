"""Splits HTML into tags and text in one pass, as a browser's tokeniser would.

Only `html_nesting` calls it. It never raises and each character is looked at a bounded number of
times; the standard library's parser is quadratic on several unclosed constructs. Comments,
scripts, styles and other things that are not text are left out.
"""

import html
import re
from collections.abc import Iterator

import msgspec

MAX_ATTRIBUTES = 40
MAX_VALUE_CHARS = 8_000

_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
# HTML standard 13.2.5.32 to 13.2.5.39: a quote only opens a value right after the equals sign.
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>=?[^\s/>=]++|=)
        (?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>"'][^\s>]*+)|(?=>)))?+
    """,
    re.VERBOSE,
)
_TAG_END = re.compile(r"[\s/]*+>")
_COMMENT_END = re.compile(r"--!?>")
_RAW_TEXT = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}


class Start(msgspec.Struct, frozen=True):
    name: str
    attributes: dict[str, str]


class End(msgspec.Struct, frozen=True):
    name: str


class Text(msgspec.Struct, frozen=True):
    text: str


Token = Start | End | Text


def tokens(markup: str) -> Iterator[Token]:
    """Yield tags (names in lower case) and unescaped text, in order."""
    position = 0
    while position < len(markup):
        bracket = markup.find("<", position)
        if bracket < 0:
            bracket = len(markup)
        if bracket > position:
            yield Text(html.unescape(markup[position:bracket]))
        if bracket == len(markup):
            return
        following = markup[bracket + 1 : bracket + 2]
        if following.isascii() and following.isalpha():
            position, start = _start_tag(markup, bracket + 1)
            if start is None:
                return
            yield start
            if start.name in _RAW_TEXT:
                position = _after_raw_text(markup, position, start.name)
        elif following == "/" and (name := _TAG_NAME.match(markup, bracket + 2)):
            yield End(name[0].lower())
            position = _after(markup, ">", name.end())
        elif markup.startswith("<!--", bracket):
            end = _COMMENT_END.search(markup, bracket + 2)
            position = end.end() if end else len(markup)
        elif following and following in "!?/":
            position = _after(markup, ">", bracket + 1)
        else:
            yield Text("<")
            position = bracket + 1


def _start_tag(markup: str, position: int) -> tuple[int, Start | None]:
    """The tag whose name begins at `position`, and where it ends; None when it never does."""
    name = _TAG_NAME.match(markup, position)
    assert name
    attributes: dict[str, str] = {}
    position = name.end()
    while not (end := _TAG_END.match(markup, position)):
        attribute = _ATTRIBUTE.match(markup, position)
        if not attribute:
            return len(markup), None
        position = attribute.end()
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        key = attribute["name"].lower()
        if len(attributes) < MAX_ATTRIBUTES and key not in attributes:
            attributes[key] = html.unescape(value[:MAX_VALUE_CHARS])
        if position >= len(markup):
            return len(markup), None
    return end.end(), Start(name[0].lower(), attributes)


def _after_raw_text(markup: str, position: int, name: str) -> int:
    end = _RAW_TEXT[name].search(markup, position)
    return _after(markup, ">", end.end()) if end else len(markup)


def _after(markup: str, mark: str, position: int) -> int:
    found = markup.find(mark, position)
    return found + 1 if found >= 0 else len(markup)
