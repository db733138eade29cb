"""A feed as a document: Atom or RSS of the same entries, each saying where news of it is pushed.

Pure. The XML is built as a tree, so whatever people wrote stays text. Sources: RFC 4287; RSS 2.0
and the best practices of the RSS Advisory Board (guid, atom:link); W3C WebSub, 4 (hub and self).
"""

import re
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Literal

import msgspec

from fairline.web.render import iso

Form = Literal["atom", "rss"]

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
PEOPLE = "http://purl.org/dc/elements/1.1/"
MEDIA: dict[Form, str] = {"atom": "application/atom+xml", "rss": "application/rss+xml"}
# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `id` stays whatever changes; `html` is safe, `summary` is plain text."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    author: str = ""
    summary: str = ""
    html: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A feed, whatever form it will have. `address` is its own, `page` the one for people."""

    form: Form
    title: str
    address: str
    page: str
    hub: str
    publisher: str
    updated: datetime
    entries: tuple[Entry, ...]

    @property
    def media_type(self) -> str:
        return f"{MEDIA[self.form]}; charset=utf-8"

    @property
    def links(self) -> str:
        """The value of its Link header."""
        return f'<{self.hub}>; rel="hub", <{self.address}>; rel="self"'

    def body(self) -> bytes:
        """The document. The same entries are the same bytes."""
        root = _atom(self) if self.form == "atom" else _rss(self)
        return xml_of(root)


def xml_of(root: ET.Element) -> bytes:
    """A tree as a file."""
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """A child, with what XML can hold of its text."""
    child = ET.SubElement(parent, name, attributes)
    if text:
        child.text = _NOT_XML.sub("", text)
    return child


def _atom(feed: Document) -> ET.Element:
    root = ET.Element("feed", xmlns=ATOM)
    add(root, "id", feed.address)
    add(root, "title", feed.title)
    add(root, "updated", iso(feed.updated))
    add(add(root, "author"), "name", feed.publisher)
    add(root, "link", rel="self", href=feed.address, type=MEDIA["atom"])
    add(root, "link", rel="hub", href=feed.hub)
    add(root, "link", rel="alternate", href=feed.page)
    for one in feed.entries:
        entry = add(root, "entry")
        add(entry, "id", one.id)
        add(entry, "title", one.title)
        add(entry, "updated", iso(one.updated))
        add(entry, "published", iso(one.published))
        if one.author:
            add(add(entry, "author"), "name", one.author)
        add(entry, "link", rel="alternate", href=one.url)
        if one.summary:
            add(entry, "summary", one.summary)
        if one.html:
            add(entry, "content", one.html, type="html")
    return root


def _rss(feed: Document) -> ET.Element:
    spaces = {"xmlns:atom": ATOM, "xmlns:content": CONTENT, "xmlns:dc": PEOPLE}
    root = ET.Element("rss", {"version": "2.0", **spaces})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", f"{feed.title}, by {feed.publisher}")
    add(channel, "lastBuildDate", format_datetime(feed.updated))
    add(channel, "atom:link", rel="self", href=feed.address, type=MEDIA["rss"])
    add(channel, "atom:link", rel="hub", href=feed.hub)
    for one in feed.entries:
        item = add(channel, "item")
        add(item, "title", one.title)
        add(item, "link", one.url)
        add(item, "guid", one.id, isPermaLink="true" if one.id == one.url else "false")
        add(item, "pubDate", format_datetime(one.published))
        add(item, "atom:updated", iso(one.updated))
        if one.author:
            # `author` wants a mail address, which nobody is told here.
            add(item, "dc:creator", one.author)
        if one.summary:
            # Readers take it for HTML.
            add(item, "description", escape(one.summary, quote=False))
        if one.html:
            add(item, "content:encoded", one.html)
    return root
