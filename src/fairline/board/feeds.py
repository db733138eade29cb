"""The feeds of the public board and of each public question, in Atom and in RSS.

Each says in its head and in a Link header where to be told of news at once (`hub/`).
"""

import hashlib
from typing import Any

from litestar import Request, Response

from fairline.board.feed_documents import Form
from fairline.board.topics import Topic, feed_of
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.web.handle import reads


@reads("/feed.atom")
def board_feed(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """The latest public questions."""
    return _answer(request, database, settings, slug, "", "atom")


@reads("/feed.rss")
def board_rss(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """The same as RSS."""
    return _answer(request, database, settings, slug, "", "rss")


@reads("/q/{reference:str}/feed.atom")
def question_feed(
    request: Request[Any, Any, Any],
    reference: str,
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """One public question and its answers."""
    return _answer(request, database, settings, slug, reference, "atom")


@reads("/q/{reference:str}/feed.rss")
def question_rss(
    request: Request[Any, Any, Any],
    reference: str,
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """The same as RSS."""
    return _answer(request, database, settings, slug, reference, "rss")


def _answer(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None,
    reference: str,
    form: Form,
) -> Response[bytes]:
    """The document, or 304 for a reader that has it already. Raises NotFound."""
    with database.read() as unit:
        feed = feed_of(unit, Topic(slug=slug, reference=reference, form=form), settings)
    body = feed.body()
    headers = {**kept_for(body), "Link": feed.links}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=feed.media_type, headers=headers)


def kept_for(body: bytes) -> dict[str, str]:
    """Headers that let others keep a document a minute, and ask for it by its mark then."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return {"ETag": mark, "Cache-Control": "public, max-age=60", "X-Robots-Tag": "noindex"}
