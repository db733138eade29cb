"""Safe HTML: what a stranger's mail or post may show on our pages.

Two independent layers: `html_nesting` keeps only known elements and nests them, then nh3 (ammonia)
decides on attributes and addresses. Colours, fonts and styles go: pages have a strict
content-security policy, a dark mode and one look. Never raises.
"""

import html
import re

import msgspec
import nh3

from fairline.core.html_nesting import KNOWN, nested
from fairline.core.html_tokens import End, Start

MAX_HTML_CHARS = 1_000_000

# Text goes through the sanitiser without a single entity: 200,000 of them in one text cost it a
# second, quadratically. The stand-ins are noncharacters, which `tidy` strips from all input.
_STAND_INS = {"&": "\ufdd1", "<": "\ufdd2", ">": "\ufdd3"}
_TO_STAND_INS = str.maketrans(_STAND_INS)
_TO_ENTITIES = str.maketrans({v: html.escape(k) for k, v in _STAND_INS.items()})

_REMOTE = "cid:fairline-remote-"
_IMG = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_SRC = re.compile(r' src="([^"]*)"')
_SMALL = re.compile(r' (?:width|height)="[0-3]"')
_NUMBER = re.compile(r"\d{1,4}%?")

_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "li": {"value"},
}
_NUMBERS = {"width", "height", "colspan", "rowspan", "span", "start", "value"}


class CleanHtml(msgspec.Struct, frozen=True, kw_only=True):
    """`html` is safe to put into a page as it is.

    An image from elsewhere has lost its `src`: the address waits in `data-remote-src` and in
    `remote_images`. An image inside the message keeps `src="cid:..."`, listed in `content_ids`:
    the page puts the address of the attachment there.
    """

    html: str
    remote_images: tuple[str, ...] = ()
    content_ids: tuple[str, ...] = ()
    is_cut: bool = False


def clean_html(markup: str, *, allow_remote_images: bool = False) -> CleanHtml:
    """Sanitise `markup`. With `allow_remote_images` they keep their `src`."""
    remote: list[str] = []
    content_ids: list[str] = []

    def judge(tag: str, name: str, value: str) -> str | None:
        if name in _NUMBERS:
            return value if _NUMBER.fullmatch(value) else None
        scheme = value[:8].lower()
        if tag == "a" and name == "href" and scheme.startswith("cid:"):
            return None
        if tag != "img" or name != "src":
            return value
        if scheme.startswith("cid:"):
            if value.startswith(_REMOTE):  # nobody but us names these
                return None
            content_ids.append(value[4:])
            return value
        if not scheme.startswith(("http://", "https://")):
            return None
        remote.append(value)
        return f"{_REMOTE}{len(remote) - 1}"

    safe = nh3.clean(
        _well_nested(markup[:MAX_HTML_CHARS]),
        tags=set(KNOWN),
        attributes=_ATTRIBUTES,
        attribute_filter=judge,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return CleanHtml(
        html=_place_images(safe, remote, allow=allow_remote_images).translate(_TO_ENTITIES),
        remote_images=tuple(dict.fromkeys(remote)),
        content_ids=tuple(dict.fromkeys(content_ids)),
        is_cut=len(markup) > MAX_HTML_CHARS,
    )


def _well_nested(markup: str) -> str:
    pieces: list[str] = []
    for token in nested(_without_stand_ins(markup)):
        if isinstance(token, Start):
            pieces.append(f"<{token.name}{_kept(token)}>")
        elif isinstance(token, End):
            pieces.append(f"</{token.name}>")
        else:
            pieces.append(_printable(token.text).translate(_TO_STAND_INS))
    return "".join(pieces)


def _kept(token: Start) -> str:
    wanted = _ATTRIBUTES["*"] | _ATTRIBUTES.get(token.name, set())
    attributes = dict(token.attributes)
    # Cleaned a second time, a blocked image is the same image still.
    if token.name == "img" and "src" not in attributes and "data-remote-src" in attributes:
        attributes["src"] = attributes.pop("data-remote-src")
    return "".join(
        f' {name}="{html.escape(_printable(_without_stand_ins(value)))}"'
        for name, value in attributes.items()
        if name in wanted
    )


def _place_images(safe: str, remote: list[str], *, allow: bool) -> str:
    """Turn our stand-in addresses into blocked or allowed images; drop one-pixel trackers."""

    def place(match: re.Match[str]) -> str:
        attributes = match[1]
        source = _SRC.search(attributes)
        if not source or not source[1].startswith(_REMOTE):
            return match[0]
        if len(_SMALL.findall(attributes)) == 2:
            return ""
        address = html.escape(remote[int(source[1].removeprefix(_REMOTE))])
        rest = attributes.replace(source[0], "")
        if allow:
            return f'<img{rest} src="{address}" loading="lazy" referrerpolicy="no-referrer">'
        return f'<img class="blocked-image"{rest} data-remote-src="{address}">'

    return _IMG.sub(place, safe)


def _without_stand_ins(text: str) -> str:
    return re.sub("[\ufdd0-\ufdef]", "", text)


def _printable(text: str) -> str:
    """Without NUL, controls and lone surrogates: they may come back out of entities."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]", "", text)
