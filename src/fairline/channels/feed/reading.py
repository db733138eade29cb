"""Reads RSS and Atom into entries. Pure. The formats are feedparser's business.

Sources: RFC 4287 (Atom), RSS 2.0, RFC 4685 (what an entry answers), W3C WebSub (hub links).
"""

import hashlib
from io import BytesIO
from typing import Any

import feedparser
import msgspec

from fairline.channels.items import RawItem
from fairline.core.errors import Invalid

MOST_ENTRIES = 500
MOST_TEXT = 200_000


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it is stored. `id` is the feed's own, or made of what stands there."""

    id: str
    title: str = ""
    html: str = ""
    link: str = ""
    author: str = ""
    author_url: str = ""
    published: str = ""
    updated: str = ""
    answers: tuple[str, ...] = ()
    language: str = ""
    feed: str = ""

    @property
    def version(self) -> str:
        """The entry with a mark of its words: another one when it was changed."""
        said = f"{self.title}\x00{self.html}\x00{self.link}"
        return f"{self.id[:300]}#{hashlib.sha256(said.encode()).hexdigest()[:20]}"


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says: entries as it lists them, and where news of it can be had at once."""

    title: str
    entries: tuple[Entry, ...]
    hubs: tuple[str, ...] = ()
    topic: str = ""


def read_feed(body: bytes, *, media_type: str = "") -> Feed:
    """Raises Invalid for what is no feed."""
    try:
        # As a stream: the name of a file of ours, sent as a feed, would be opened and read.
        about_it = {"content-type": media_type or "text/xml"}
        found = feedparser.parse(BytesIO(body), response_headers=about_it)
        about = found.get("feed") or {}
        links = [link for link in about.get("links", []) if isinstance(link, dict)]
        title = _text(about.get("title"))
        entries = [
            _entry(one, title, _text(about.get("language"))) for one in found.get("entries", [])
        ]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise Invalid("That cannot be read as a feed.", code="bad_feed") from error
    if not found.get("version") or not (title or entries):
        raise Invalid("That is no RSS or Atom feed.", code="bad_feed")
    return Feed(
        title=title,
        entries=tuple(one for one in entries[:MOST_ENTRIES] if one is not None),
        hubs=tuple(_text(one.get("href")) for one in links if one.get("rel") == "hub"),
        topic=next((_text(one.get("href")) for one in links if one.get("rel") == "self"), ""),
    )


def item_of(entry: Entry) -> RawItem:
    """An entry as it is stored: each of its versions once."""
    return RawItem(native_id=entry.version, payload=msgspec.json.encode(entry))


def _entry(one: Any, feed: str, language: str) -> Entry | None:
    contents = [c for c in one.get("content") or [] if isinstance(c, dict)]
    html = _text(contents[0].get("value") if contents else one.get("summary"))[:MOST_TEXT]
    title, link = _text(one.get("title"))[:1000], _text(one.get("link"))
    mark = hashlib.sha256(f"{title}\x00{html}".encode()).hexdigest()[:32]
    native_id = (_text(one.get("id")) or link or f"unnamed-{mark}")[:600]
    if not (title or html):
        return None
    author = one.get("author_detail") or {}
    answered = one.get("thr_in-reply-to") or {}
    ref = _text(answered.get("ref")) if isinstance(answered, dict) else ""
    return Entry(
        id=native_id,
        title=title,
        html=html,
        link=link if link.startswith(("https://", "http://")) else "",
        author=_text(author.get("name") or one.get("author"))[:200],
        author_url=_text(author.get("href"))[:500],
        published=_stamp(dict.get(one, "published_parsed")),
        updated=_stamp(dict.get(one, "updated_parsed")),
        answers=(ref,) if ref else (),
        language=_text((contents[0] if contents else {}).get("language") or language)[:20],
        feed=feed[:200],
    )


def _text(value: Any) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _stamp(value: Any) -> str:
    """A moment in ISO 8601, from feedparser's UTC tuple; '' where it says none."""
    if not value:
        return ""
    year, month, day, hour, minute, second = tuple(value)[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}+00:00"
