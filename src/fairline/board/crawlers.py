"""What robots read of the public board: the sitemap and robots.txt."""

import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

from litestar import Request, Response

from fairline.board.feed_documents import add, xml_of
from fairline.board.feeds import kept_for
from fairline.board.sites import find_site
from fairline.cases import store_public
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.web.handle import reads
from fairline.web.render import iso

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The protocol allows 50,000 addresses a file; older ones are reached through the list.
MOST_IN_SITEMAP = 20_000


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
    body = xml_of(root)
    headers = kept_for(body)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/xml; charset=utf-8", headers=headers)


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


def _address(root: ET.Element, address: str, changed_at: datetime | None) -> None:
    entry = add(root, "url")
    add(entry, "loc", address)
    if changed_at:
        add(entry, "lastmod", iso(changed_at))
