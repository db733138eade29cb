"""HTML as plain text an agent can read: links, lists, quotes and tables keep their meaning.

Pure and linear; never raises. A caller may `mark` elements (the history in a mail) to find them
again in the text.
"""

import re
from collections.abc import Callable, Mapping

from fairline.core.html_nesting import VOID, nested
from fairline.core.html_tokens import End, Start

MAX_HTML_CHARS = 2_000_000
_MAX_LEVELS = 20

Mark = Callable[[str, Mapping[str, str]], str]

_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE
)
_NO_MARGIN = re.compile(r"margin\s*:\s*0(?:px|pt|cm|in|em)?\s*(?:;|$|0)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff\ufdd0-\ufdef]")
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2000-\u200a\u3000]+")
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "dl", "pre", "figure"})
_INLINE = frozenset(
    {"abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt"}
    | {"u", "var"}
)


def html_to_text(markup: str, *, mark: Mark | None = None) -> str:
    """Render `markup`. What `mark(element, attributes)` returns is put on a line of its own before
    that element ('' puts nothing).
    """
    writer = _Writer(mark)
    for token in nested(markup[:MAX_HTML_CHARS]):
        if isinstance(token, Start):
            writer.start(token.name, token.attributes)
        elif isinstance(token, End):
            writer.end(token.name)
        else:
            writer.text(token.text)
    return writer.finish()


class _Writer:
    def __init__(self, mark: Mark | None) -> None:
        self.mark = mark
        self.lines: list[str] = []
        self.pieces: list[str] = []  # of the line being written
        self.has_text = False  # does it hold more than space
        self.is_spaced = True  # does it end in space, or stand at its beginning
        self.is_apart = False  # is a blank line due before the next text
        self.elements: list[bool] = []  # for each open one, whether it stands apart
        self.hidden_at = 0  # the depth at which hiding began; 0 is visible
        self.quotes = 0
        self.preformatted = 0
        self.lists: list[int] = []  # the next number of each open list; 0 is a bulleted one
        self.bullet = ""
        self.link = ("", 0, 0)
        self.is_cell_due = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in VOID:
            self.elements.append(name in _APART and not _is_tight(name, attributes))
        if self.hidden_at:
            return
        if _HIDDEN.search(attributes.get("style", "")) and name not in VOID:
            self.hidden_at = len(self.elements)
            return
        if self.mark and (line := self.mark(name, attributes)):
            self.end_line()
            self.lines.append(line)
        if name in VOID:
            self.void(name, attributes)
        elif name == "a":
            self.link = (attributes.get("href", ""), len(self.lines), len(self.pieces))
        elif name in {"td", "th"}:
            self.is_cell_due = self.has_text
        elif name not in _INLINE:
            self.open_block(name, attributes)

    def open_block(self, name: str, attributes: Mapping[str, str]) -> None:
        self.end_line()
        self.is_apart |= self.elements[-1]
        if name == "blockquote":
            if self.is_apart or not self.quotes:
                self.blank_line()
            self.quotes += 1
        elif name in {"ul", "ol"}:
            self.is_apart |= not self.lists
            start = attributes.get("start", "")
            first = int(start) if re.fullmatch(r"[0-9]{1,5}", start) else 1
            self.lists.append(first if name == "ol" else 0)
        elif name == "li":
            number = self.lists[-1] if self.lists else 0
            self.bullet = f"{number}. " if number else "- "
            if number:
                self.lists[-1] += 1
        elif name == "pre":
            self.preformatted += 1

    def end(self, name: str) -> None:
        is_apart = self.elements.pop()
        if self.hidden_at:
            if len(self.elements) < self.hidden_at:
                self.hidden_at = 0
        elif name == "a":
            self.end_link()
        elif name in {"td", "th"}:
            self.is_cell_due = self.has_text
        elif name not in _INLINE:
            self.end_line()
            self.close_block(name)
            self.is_apart |= is_apart

    def close_block(self, name: str) -> None:
        if name == "blockquote":
            self.quotes -= 1
            self.is_apart = True
        elif name in {"ul", "ol"}:
            self.lists.pop()
            self.is_apart |= not self.lists
        elif name == "li":
            self.bullet = ""
        elif name == "pre":
            self.preformatted -= 1

    def void(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "br":
            self.break_line()
        elif name == "hr":
            self.end_line()
            self.put("---")
            self.end_line()
        elif name == "img" and (alt := _SPACE.sub(" ", attributes.get("alt", "")).strip()):
            self.text(f"[{alt}]")

    def text(self, text: str) -> None:
        if self.hidden_at:
            return
        text = _INVISIBLE.sub("", text)
        if self.preformatted:
            for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
                if number:
                    self.break_line()
                self.put(line)
            return
        if "\u00a0" in text and not self.has_text and not text.strip():
            self.is_apart = True  # Outlook's and Word's way to leave a line blank
        text = _SPACE.sub(" ", text)
        if self.is_spaced:
            text = text.lstrip(" ")
        if self.is_cell_due and text.strip():
            self.put(" | ")
            text = text.lstrip(" ")
        self.put(text)

    def put(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.is_spaced = text.endswith(" ")
            self.has_text |= not text.isspace()
            self.is_cell_due = False

    def end_link(self) -> None:
        href, line_count, start = self.link
        words = "".join(self.pieces[start if line_count == len(self.lines) else 0 :])
        self.link = ("", 0, 0)
        if words.strip() and _is_worth_showing(href, words):
            self.put(f"{'' if words.endswith(' ') else ' '}<{_SPACE.sub('', href)}>")

    def end_line(self) -> None:
        if self.has_text:
            self.break_line()
        self.begin_line()

    def begin_line(self) -> None:
        self.pieces, self.has_text, self.is_spaced, self.is_cell_due = [], False, True, False

    def break_line(self) -> None:
        line = "".join(self.pieces).rstrip()
        self.begin_line()
        if line and self.is_apart:
            self.blank_line()
        if line and self.lists:
            level = min(len(self.lists), _MAX_LEVELS) - 1
            line = "  " * level + (self.bullet or "  ") + line
            self.bullet = ""
        self.lines.append(f"{self.prefix()}{line}".rstrip())

    def blank_line(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix().rstrip())
        self.is_apart = False

    def prefix(self) -> str:
        return "> " * min(self.quotes, _MAX_LEVELS)

    def finish(self) -> str:
        self.end_line()
        return re.sub(r"\n{4,}", "\n\n\n", "\n".join(self.lines)).strip("\n")


def _is_tight(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a paragraph stands without space around it, as Outlook writes each line."""
    return name == "p" and bool(
        "MsoNormal" in attributes.get("class", "") or _NO_MARGIN.search(attributes.get("style", ""))
    )


def _is_worth_showing(href: str, words: str) -> bool:
    """Whether a link says more than its words do."""
    if not href.strip().lower().startswith(("http://", "https://", "mailto:", "tel:", "ftp://")):
        return False
    return _bare(href) != _bare(words)


def _bare(address: str) -> str:
    address = _SPACE.sub("", address.lower())
    return re.sub(r"^(?:https?://|mailto:|tel:)?(?:www\.)?", "", address).rstrip("/")
