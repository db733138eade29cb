"""Text that came from outside: made storable, shortened, shown as HTML, read out of HTML.

Every channel and page uses it. Nothing here raises on any string, and no cost grows faster than
the input. `clean_html` and `html_to_text` live in their own modules and are offered here too.
"""

import html
import re
import unicodedata

from fairline.core.html_clean import CleanHtml, clean_html
from fairline.core.html_text import html_to_text

__all__ = [
    "CleanHtml",
    "clean_html",
    "clip",
    "html_to_text",
    "is_blank",
    "text_to_html",
    "tidy",
]

# PostgreSQL refuses NUL, UTF-8 refuses lone surrogates, and the noncharacters are our own marks.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef]")
_LINE_END = re.compile("\r\n|\r|\x85|\u2028|\u2029")
_LOOKS_BLANK = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]+")
# The characters before a URL end and after it begin are left to the sentence around it.
_URL = re.compile(r"\bhttps?://[^\s<>\"'\u00a0\u201c\u201d]+", re.IGNORECASE)
_SENTENCE_END = ".,:;!?*_~"


def tidy(text: str) -> str:
    """Line ends become line feeds; what no database or page can hold is dropped."""
    return _UNSTORABLE.sub("", _LINE_END.sub("\n", text))


def is_blank(text: str) -> bool:
    """Whether a person would see nothing: space, controls, zero-width and filler characters."""
    return all(unicodedata.category(char)[0] == "C" for char in _LOOKS_BLANK.sub("", text))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, ending in an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    if limit < 2:
        return "…"[:limit]
    end = limit - 1
    # A mark or a joined emoji stays with the character it belongs to, unless that eats it all.
    while end > limit // 2 and _continues(text[end - 1], text[end]):
        end -= 1
    return text[:end].rstrip() + "…"


def _continues(before: str, char: str) -> bool:
    is_joined = "\u200d" in {char, before}
    is_skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return is_joined or is_skin_tone or unicodedata.category(char)[0] == "M"


def text_to_html(text: str) -> str:
    """Escaped paragraphs and line breaks, with http(s) addresses as links."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", tidy(text).strip())
    return "\n".join(
        "<p>" + "<br>\n".join(_link(line) for line in paragraph.split("\n")) + "</p>"
        for paragraph in paragraphs
        if paragraph
    )


def _link(line: str) -> str:
    pieces, position = [], 0
    for match in _URL.finditer(line):
        url = _without_tail(match[0])
        shown = html.escape(url)
        pieces += [
            html.escape(line[position : match.start()]),
            f'<a href="{shown}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>',
        ]
        position = match.start() + len(url)
    return "".join([*pieces, html.escape(line[position:])])


def _without_tail(url: str) -> str:
    """Leave to the sentence its full stop, and a bracket that was opened before the address."""
    surplus = {close: url.count(close) - url.count(start) for start, close in ("()", "[]", "{}")}
    end = len(url)
    while end and (url[end - 1] in _SENTENCE_END or surplus.get(url[end - 1], 0) > 0):
        if url[end - 1] in surplus:
            surplus[url[end - 1]] -= 1
        end -= 1
    return url[:end]
