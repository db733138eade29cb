"""A post's markup as text that an agent reads, and as safe HTML. Pure; never raises.

Networks write a mention or a hashtag as a link, and repeat a quoted post as a line for those who do
not know quotes: the text keeps `@cleo` and `#parcel` and drops the line, the addresses of real
links stay. Sources: Mastodon "HTML sanitization" (h-card, u-url, mention, hashtag, invisible,
ellipsis, quote-inline), FEP-e232 and FEP-044f for quotes.
"""

import html as escaping
import re
from collections.abc import Iterator

import msgspec

from fairline.core.html_clean import clean_html
from fairline.core.html_nesting import VOID, nested
from fairline.core.html_text import html_to_text
from fairline.core.html_tokens import Start, Text, Token
from fairline.core.text import tidy

MOST_CHARS = 200_000
_SIGNS = ("@", "#", "\uff03")  # the last is the full-width one, common in Japanese
_KINDS = frozenset({"mention", "hashtag"})
_FALLBACKS = frozenset({"quote-inline", "reference-link-inline"})
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x.misskeymarkdown", "text/bbcode"})


class Worded(msgspec.Struct, frozen=True, kw_only=True):
    """`text` reads well without markup; `html` is safe to put into a page, or ''."""

    text: str = ""
    html: str = ""


def worded(content: str, media_type: str = "") -> Worded:
    """What a `content` says. One that is not HTML is taken as it stands."""
    content = tidy(content[:MOST_CHARS])
    if media_type.partition(";")[0].strip().lower() in _PLAIN:
        return Worded(text=content.strip())
    if "<" not in content:
        return Worded(text=tidy(escaping.unescape(content)).strip())
    kept = list(_without_fallbacks(nested(content)))
    markup = "".join(_written(token) for token in _plain_signs(kept))
    safe = clean_html("".join(_written(token) for token in kept)).html
    return Worded(text=html_to_text(markup).strip(), html=safe if _says_more(safe) else "")


def _says_more(safe: str) -> bool:
    """Whether the markup holds anything that the text does not."""
    return bool(re.search(r"<(?!/?(?:p|br|span|div)\b)[a-z]", safe))


def _without_fallbacks(given: Iterator[Token]) -> Iterator[Token]:
    """The tokens without elements that only repeat a quoted post's address."""
    depth = hidden = 0
    for token in given:
        if isinstance(token, Start):
            is_open = token.name not in VOID
            depth += is_open
            if not hidden and is_open and _classes(token) & _FALLBACKS:
                hidden = depth
        if not hidden:
            yield token
        if not isinstance(token, (Start, Text)):
            if hidden == depth:
                hidden = 0
            depth -= 1


def _plain_signs(given: list[Token]) -> Iterator[Token]:
    """The tokens with mentions and hashtags as bare words, and custom emoji as their short code."""
    is_bare = False
    before = ""
    for place, token in enumerate(given):
        if isinstance(token, Start) and token.name == "a":
            is_bare = bool(
                _classes(token) & _KINDS
                or "tag" in token.attributes.get("rel", "").split()
                or before.endswith(_SIGNS)
                or _first_words(given, place + 1).startswith(_SIGNS)
            )
            yield Start("a", {}) if is_bare else token
        elif isinstance(token, Start) and token.name == "img":
            alt = token.attributes.get("alt", "") or token.attributes.get("title", "")
            is_emoji = bool(re.fullmatch(r":[\w-]+:", alt)) or "emoji" in _classes(token)
            yield Text(alt) if is_emoji else token
        else:
            yield token
        if isinstance(token, Text):
            before = token.text


def _first_words(given: list[Token], start: int) -> str:
    """The first text of a link: sign and name may stand in spans of their own."""
    for token in given[start : start + 6]:
        if isinstance(token, Text) and token.text.strip():
            return token.text.lstrip()
        if not isinstance(token, (Start, Text)) and token.name == "a":
            break
    return ""


def _classes(token: Start) -> set[str]:
    return set(token.attributes.get("class", "").lower().split())


def _written(token: Token) -> str:
    if isinstance(token, Text):
        return escaping.escape(token.text, quote=False)
    if isinstance(token, Start):
        attributes = "".join(
            f' {name}="{escaping.escape(value)}"' for name, value in token.attributes.items()
        )
        return f"<{token.name}{attributes}>"
    return f"</{token.name}>"


def without_us(text: str, ours: tuple[str, ...]) -> str:
    """The text without mentions of our own account at its beginning: what is said comes first."""
    said = text
    while True:
        bare = said.lstrip(" \n\t,:\u00a0")
        name = next((one for one in ours if bare.lower().startswith(one)), "")
        after = bare[len(name) :]
        if not name or (after and re.match(r"[\w@.-]\w", after)):
            return said.strip() or text
        said = after.lstrip(" \n\t,:\u00a0")
