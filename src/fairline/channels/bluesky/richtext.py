"""Annotations of a text: who is named, where links and tags stand. Pure.

Their places are counted in bytes of UTF-8, start included and end not, so an emoji before a link
moves it by four. What lies outside the text or cuts a letter apart is passed over, as the
lexicon's readers do. Source: lexicon app.bsky.richtext.facet; docs.bsky.app, Links, mentions and
rich text.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from fairline.channels.bluesky.names import is_did, is_handle
from fairline.core.lengths import addresses_in, graphemes

MENTION = "app.bsky.richtext.facet#mention"
LINK = "app.bsky.richtext.facet#link"
TAG = "app.bsky.richtext.facet#tag"
MOST_TAG = 64
MOST_FACETS = 100
_NAME = re.compile(r"(?:(?<=^)|(?<=[\s(]))@([a-zA-Z0-9.-]+)")
_HASH = re.compile(r"(?:(?<=^)|(?<=\s))[#\uff03](?!\ufe0f)([^\s\u00ad\u2060\u200a-\u200d\u20e2]+)")
_TAIL = re.compile(r"[^\w]+$")


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    start: int = msgspec.field(name="byteStart", default=-1)
    end: int = msgspec.field(name="byteEnd", default=-1)


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    type: str = msgspec.field(name="$type", default="")
    did: str | None = None
    uri: str | None = None
    tag: str | None = None


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    index: Slice = Slice()
    features: list[Feature] = []


def facets_of(text: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The annotations of a text that we send. `did_of` finds the DID of a handle, or ''."""
    found = [*_links(text)]
    taken = [(start, end) for start, end, _ in found]
    for start, end, feature in (*_names(text, did_of), *_tags(text)):
        if all(end <= other or start >= last for other, last in taken):
            found.append((start, end, feature))
    return [
        {"index": {"byteStart": _at(text, start), "byteEnd": _at(text, end)}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[0])
    ][:MOST_FACETS]


def spelled_out(text: str, facets: list[Facet]) -> str:
    """A text that came, with each link whole where only its beginning is shown."""
    data = text.encode(errors="replace")
    pieces, at = [], 0
    for start, end, features in in_order(data, facets):
        shown = data[start:end].decode()
        uri = next((one.uri for one in features if one.type == LINK and one.uri), "")
        pieces += [data[at:start].decode(), _linked(shown, uri)]
        at = end
    return "".join([*pieces, data[at:].decode()])


def named_in(facets: list[Facet]) -> list[str]:
    """The DIDs of those whom a text names."""
    return [
        one.did
        for facet in facets[:MOST_FACETS]
        for one in facet.features[:10]
        if one.type == MENTION and one.did and is_did(one.did)
    ]


def in_order(data: bytes, facets: list[Facet]) -> Iterator[tuple[int, int, list[Feature]]]:
    """The annotations that fit the text, in order, none inside another."""
    last = 0
    for facet in sorted(facets[:MOST_FACETS], key=lambda one: one.index.start):
        start, end = facet.index.start, facet.index.end
        fits = last <= start < end <= len(data)
        if fits and _is_edge(data, start) and _is_edge(data, end):
            yield start, end, facet.features[:10]
            last = end


def _is_edge(data: bytes, at: int) -> bool:
    """Whether no letter is cut apart there."""
    return at == len(data) or data[at] & 0xC0 != 0x80


def _linked(shown: str, uri: str) -> str:
    if not uri.startswith(("https://", "http://")) or len(uri) > 2000 or uri == shown:
        return shown
    bare = uri.partition("://")[2].removesuffix("/")
    short = shown.partition("://")[2] if "://" in shown else shown
    begins = short.removesuffix("…").removesuffix("...").removesuffix("/")
    if begins and bare.startswith(begins):
        return uri
    return f"{shown} <{uri}>"


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for start, end in addresses_in(text):
        shown = text[start:end]
        if start and text[start - 1] == "@":
            continue  # a handle
        uri = shown if shown.lower().startswith(("http://", "https://")) else f"https://{shown}"
        yield start, end, {"$type": LINK, "uri": uri}


def _names(text: str, did_of: Callable[[str], str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    for found in _NAME.finditer(text):
        handle = found[1].rstrip(".-").lower()
        did = did_of(handle) if is_handle(handle) else ""
        if did:
            yield found.start(), found.start() + 1 + len(handle), {"$type": MENTION, "did": did}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for found in _HASH.finditer(text):
        tag = _TAIL.sub("", found[1])
        if tag and not tag.isdigit() and len(graphemes(tag)) <= MOST_TAG:
            yield found.start(), found.start() + 1 + len(tag), {"$type": TAG, "tag": tag}


def _at(text: str, index: int) -> int:
    return len(text[:index].encode())
