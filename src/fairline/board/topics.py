"""Our public feeds by their addresses: what each holds, for its readers and for our hub.

Two of each board and two of each public question: Atom and RSS.
"""

import re
from typing import get_args

import msgspec

from fairline.board.feed_documents import Document, Entry, Form
from fairline.board.public_view import Listed, Spoken, latest_questions, public_case
from fairline.board.questions import open_board
from fairline.board.sites import Site
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.unit import Unit

FEED_ENTRIES = 30
HUB_PATH = "/hub"
_PATH = re.compile(
    r"(?:/b/(?P<slug>[a-z0-9-]{1,80}))?(?:/q/(?P<reference>[A-Z0-9-]{1,20}))?/feed\.(?P<form>atom|rss)"
)


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One feed. `slug` is None for the default brand, `reference` '' for the board itself."""

    slug: str | None
    reference: str
    form: Form


def topic_at(url: str, settings: Settings) -> Topic | None:
    """The feed that an address would be of; None for what is no feed of ours."""
    if not url.startswith(f"{settings.public_url}/"):
        return None
    found = _PATH.fullmatch(url.removeprefix(settings.public_url))
    if found is None:
        return None
    form: Form = "atom" if found["form"] == "atom" else "rss"
    return Topic(slug=found["slug"], reference=found["reference"] or "", form=form)


def feed_of(unit: Unit, topic: Topic, settings: Settings) -> Document:
    """The feed as it is now, under its one right address. Raises NotFound."""
    site = open_board(unit, topic.slug, settings)
    if topic.reference:
        return _of_question(unit, site, topic)
    rows = latest_questions(unit, site, limit=FEED_ENTRIES)
    return Document(
        form=topic.form,
        title=f"Questions to {site.brand.name}",
        address=f"{site.absolute}/feed.{topic.form}",
        page=f"{site.absolute}/questions",
        hub=f"{site.public_url}{HUB_PATH}",
        publisher=site.brand.name,
        updated=max((row.spoken_at for row in rows), default=site.brand.created_at),
        entries=tuple(_listed(site, row) for row in rows),
    )


def addresses_about(brand_base: str, references: tuple[str, ...]) -> list[str]:
    """The feeds that news of these questions may change. `brand_base` is a board's address."""
    pages = [brand_base, *(f"{brand_base}/q/{one}" for one in references)]
    return [f"{page}/feed.{form}" for page in pages for form in get_args(Form)]


def _of_question(unit: Unit, site: Site, topic: Topic) -> Document:
    found = public_case(unit, site, topic.reference)
    if found is None:
        raise NotFound("There is no public question at this address.", code="no_question")
    page = site.public_url + found.url
    return Document(
        form=topic.form,
        title=found.title,
        address=f"{page}/feed.{topic.form}",
        page=page,
        hub=f"{site.public_url}{HUB_PATH}",
        publisher=site.brand.name,
        updated=found.spoken_at,
        entries=tuple(
            _spoken(page, found.title, one) for one in reversed(found.messages[-FEED_ENTRIES:])
        ),
    )


def _listed(site: Site, row: Listed) -> Entry:
    address = site.public_url + row.url
    return Entry(
        id=address,
        title=row.title,
        url=address,
        published=row.asked_at,
        updated=row.spoken_at,
        summary=row.excerpt,
    )


def _spoken(page: str, title: str, message: Spoken) -> Entry:
    return Entry(
        id=f"urn:uuid:{message.id}",
        title=f"{message.author} {'answered' if message.is_ours else 'wrote'}: {title}",
        url=f"{page}#m-{message.id}",
        published=message.at,
        updated=message.edited_at or message.at,
        author=message.author,
        html=message.html,
    )
