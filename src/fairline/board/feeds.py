"""What machines read of the public board: Atom feeds, the sitemap and robots.txt.

The XML is built as a tree, so whatever people wrote stays text.
"""

import hashlib
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

from litestar import Request, Response

from fairline.board.public_view import Listed, latest_questions, public_case
from fairline.board.questions import open_board
from fairline.board.sites import Site, find_site
from fairline.cases import store_public
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.web.handle import reads
from fairline.web.render import iso

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
FEED_ENTRIES = 30
# The protocol allows 50,000 addresses a file; older ones are reached through the list.
MOST_IN_SITEMAP = 20_000
# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@reads("/feed.atom")
def board_feed(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """The latest public questions."""
    with database.read() as unit:
        site = open_board(unit, slug, settings)
        rows = latest_questions(unit, site, limit=FEED_ENTRIES)
    newest = max((row.spoken_at for row in rows), default=site.brand.created_at)
    feed = _feed(site, f"Questions to {site.brand.name}", f"{site.base}/feed.atom", newest)
    _link(feed, f"{site.absolute}/questions", "alternate")
    for row in rows:
        _listed_entry(feed, site, row)
    return _answer(request, feed, "application/atom+xml")


@reads("/q/{reference:str}/feed.atom")
def question_feed(
    request: Request[Any, Any, Any],
    reference: str,
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """One public question and its answers."""
    with database.read() as unit:
        site = open_board(unit, slug, settings)
        found = public_case(unit, site, reference)
    if found is None:
        raise NotFound("There is no public question at this address.", code="no_question")
    feed = _feed(site, found.title, f"{found.url}/feed.atom", found.spoken_at)
    _link(feed, site.public_url + found.url, "alternate")
    for message in reversed(found.messages[-FEED_ENTRIES:]):
        entry = _add(feed, "entry")
        said = "answered" if message.is_ours else "wrote"
        _add(entry, "id", f"urn:uuid:{message.id}")
        _add(entry, "title", f"{message.author} {said}: {found.title}")
        _add(entry, "updated", iso(message.edited_at or message.at))
        _add(entry, "published", iso(message.at))
        _add(_add(entry, "author"), "name", message.author)
        _link(entry, f"{site.public_url}{found.url}#m-{message.id}", "alternate")
        _add(entry, "content", message.html, type="html")
    return _answer(request, feed, "application/atom+xml")


@reads("/sitemap.xml")
def sitemap(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """Addresses of public questions, where the brand lets itself be indexed."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
        if not (site.brand.board_open and site.brand.indexable):
            raise NotFound("There is no sitemap here.")
        known = store_public.of_brand(unit, site.brand.id, limit=MOST_IN_SITEMAP)
    root = ET.Element("urlset", xmlns=SITEMAP)
    _address(root, site.absolute + "/", None)
    _address(root, f"{site.absolute}/questions", None)
    for reference, changed_at in known:
        _address(root, f"{site.absolute}/q/{reference}", changed_at)
    return _answer(request, root, "application/xml")


@reads("/robots.txt")
def robots(database: Database, settings: Settings) -> Response[str]:
    """What may be indexed: public questions, of brands that want it. Never a secret link."""
    with database.read() as unit:
        brands = people.all_brands(unit)
    lines = ["User-agent: *"]
    lines += [
        f"Disallow: /{path}"
        for path in ("t/", "c/", "continue", "desk", "api/", "widget/", "lost", "ask")
    ]
    for brand in brands:
        base = "" if brand.is_default else f"/b/{brand.slug}"
        lines.append(f"Disallow: {base}/questions?q=")
        if brand.board_open and brand.indexable:
            lines.append(f"Sitemap: {settings.public_url}{base}/sitemap.xml")
    return Response("\n".join([*lines, ""]), media_type="text/plain; charset=utf-8")


def _feed(site: Site, title: str, path: str, updated_at: datetime) -> ET.Element:
    feed = ET.Element("feed", xmlns=ATOM)
    own = site.public_url + path
    _add(feed, "id", own)
    _add(feed, "title", title)
    _add(feed, "updated", iso(updated_at))
    _add(_add(feed, "author"), "name", site.brand.name)
    _link(feed, own, "self", type="application/atom+xml")
    return feed


def _listed_entry(feed: ET.Element, site: Site, row: Listed) -> None:
    entry = _add(feed, "entry")
    address = site.public_url + row.url
    _add(entry, "id", address)
    _add(entry, "title", row.title)
    _add(entry, "updated", iso(row.spoken_at))
    _add(entry, "published", iso(row.asked_at))
    _link(entry, address, "alternate")
    _add(entry, "summary", row.excerpt)


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    if text:
        child.text = _NOT_XML.sub("", text)
    return child


def _link(parent: ET.Element, address: str, rel: str, **attributes: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": address, **attributes})


def _address(root: ET.Element, address: str, changed_at: datetime | None) -> None:
    entry = _add(root, "url")
    _add(entry, "loc", address)
    if changed_at:
        _add(entry, "lastmod", iso(changed_at))


def _answer(request: Request[Any, Any, Any], root: ET.Element, kind: str) -> Response[bytes]:
    """The document, or 304 for a reader that has it already."""
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    mark = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": mark, "Cache-Control": "public, max-age=60", "X-Robots-Tag": "noindex"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=f"{kind}; charset=utf-8", headers=headers)
