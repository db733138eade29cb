"""The public board: a list, a search, a page for each question, and a frame for other sites."""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.board.files import answer_file
from fairline.board.frames import see_other, show
from fairline.board.linked_data import question_data
from fairline.board.public_view import Listed, Public, found_questions, public_case, questions_page
from fairline.board.rates import limit, network_of
from fairline.board.sites import Site, find_site
from fairline.board.streams import newest_cursor
from fairline.cases import store
from fairline.cases.files import read_file
from fairline.core.errors import NotFound, TooMany
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.web.guard import CONTENT_POLICY
from fairline.web.handle import reads

MAX_QUERY = 200
FRAMED = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


def open_board(unit: Unit, slug: str | None, settings: Settings) -> Site:
    """Raises NotFound when the brand has no public board."""
    site = find_site(unit, slug, settings)
    if not site.brand.board_open:
        raise NotFound("There is no public board here.", code="no_board")
    return site


@reads("/questions")
def questions(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
    q: str = "",
    before: str = "",
) -> Response[str]:
    """All that was asked in public, newest activity first, or what holds the words of `q`."""
    return _list("board/questions.html", request, database, settings, slug, q, before)


@reads("/questions/part")
def questions_part(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
    q: str = "",
    before: str = "",
) -> Response[str]:
    """The list alone, for the live page."""
    return _list("board/parts/list.html", request, database, settings, slug, q, before)


@reads("/q/{reference:str}")
def question(
    reference: str, database: Database, settings: Settings, slug: str | None = None
) -> Response[str]:
    """The permalink."""
    with database.read() as unit:
        site = open_board(unit, slug, settings)
        found = public_case(unit, site, reference)
        if found is None:
            return _nothing(unit, site, reference)
        if found.case.reference != reference.upper():  # merged; it may be undone, so not for good
            return see_other(found.url)
        cursor = newest_cursor(unit)
    return show(
        "board/question.html",
        site,
        headers={"Cache-Control": "no-cache"},
        found=found,
        cursor=cursor,
        linked_data=question_data(site, found),
        snippet=snippet(site, found),
    )


@reads("/q/{reference:str}/part")
def question_part(
    reference: str, database: Database, settings: Settings, slug: str | None = None
) -> Response[str]:
    """The messages alone, for the live page."""
    with database.read() as unit:
        site = open_board(unit, slug, settings)
        found = public_case(unit, site, reference)
        if found is None:
            return _nothing(unit, site, reference)
    return show("board/parts/spoken.html", site, found=found)


@reads("/q/{reference:str}/embed")
def embed(
    reference: str, database: Database, settings: Settings, slug: str | None = None
) -> Response[str]:
    """A small page that any site may show in a frame: nothing in it can be pressed but links."""
    with database.read() as unit:
        site = open_board(unit, slug, settings)
        found = public_case(unit, site, reference)
        if found is None:
            raise NotFound("This question is not public (any more).", code="no_question")
    headers = {
        "Content-Security-Policy": FRAMED,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-cache",
    }
    return show("board/embed.html", site, headers=headers, found=found)


@reads("/q/{reference:str}/files/{file_id:uuid}/{name:str}")
def question_file(
    reference: str,
    file_id: UUID,
    name: str,  # noqa: ARG001  in the address, for whoever saves the file
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[bytes]:
    """A file of a public message. Raises NotFound for any other."""
    wanted = str(file_id)
    with database.read() as unit:
        found = public_case(unit, open_board(unit, slug, settings), reference)
        shown = {file.id for message in found.messages for file in message.files} if found else ()
        if wanted not in shown:
            raise NotFound("There is no such file.", code="no_such_file")
        attachment, data = read_file(unit, wanted)
    return answer_file(attachment, data)


def snippet(site: Site, found: Public) -> str:
    """What to paste into another page."""
    address = f"{site.public_url}{found.url}/embed"
    return (
        f'<iframe src="{address}" title="Question {found.case.reference}" width="100%" '
        'height="420" loading="lazy"></iframe>'
    )


def _list(
    template: str,
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None,
    query: str,
    before: str,
) -> Response[str]:
    query, error = query.replace("\x00", "").strip()[:MAX_QUERY], None
    with database.read() as unit:
        site = open_board(unit, slug, settings)
    if query:
        try:
            with database.write() as unit:
                limit(unit, "search", network_of(request, settings))
        except TooMany as too_many:
            error = too_many
    with database.read() as unit:
        cursor = newest_cursor(unit)
        if error:
            rows, more = list[Listed](), ""
        elif query:
            rows, more = found_questions(unit, site, query, before)
        else:
            rows, more = questions_page(unit, site, before)
    return show(
        template,
        site,
        status=error.status if error else 200,
        headers={"X-Robots-Tag": "noindex"} if query or before else {},
        rows=rows,
        more=more,
        query=query,
        before=before,
        cursor=cursor,
        error=error,
    )


def _nothing(unit: Unit, site: Site, reference: str) -> Response[str]:
    """410 for what we took off the board; 404 for all else: nobody can tell private from none."""
    case = store.case_by_reference(unit, reference.upper())
    is_gone = (
        case is not None and case.brand_id == site.brand.id and case.is_public and case.hidden_at
    )
    error = NotFound(
        "This question was taken off the board."
        if is_gone
        else "There is no public question at this address. It may be private, or mistyped.",
        code="no_question",
    )
    status = 410 if is_gone else 404
    return show("board/error.html", site, status=status, error=error, status_code=status)
