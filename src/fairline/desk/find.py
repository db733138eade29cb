"""Finding: the search page, the palette's cases, and completion of tags."""

import re
from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.cases.states import STATUS_LABELS
from fairline.core.errors import NotFound
from fairline.core.ids import REFERENCE_PREFIX
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at
from fairline.desk.session import Session
from fairline.people.tables import Agent
from fairline.web.handle import reads

MOST_QUERY = 300
_REFERENCE = re.compile(r"(?:FL-?)?([0-9A-HJKMNP-TV-Z]{6})", re.IGNORECASE)


@reads("/desk/search")
def search_page(
    request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[Any]:
    """Cases that hold every word, newest first. A reference goes straight to its case."""
    query = request.query_params.get("q", "").strip()[:MOST_QUERY]
    given = request.query_params.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    with database.read() as unit:
        if case := by_reference(unit, session.agent, query):
            return Redirect(f"/desk/cases/{case.reference}", status_code=303)
        found, more = search(unit, query, brand_ids=session.agent.brand_ids, before=before)
        return desk_page(
            unit,
            session,
            "desk/search.html",
            here="search",
            query=query,
            found=found,
            more=more,
            tags=store.tags_of(unit, [hit.case.id for hit in found]),
            **CHOICES,
        )


@reads("/desk/find.json")
def find(request: Request[Any, Any, Any], agent: Agent, database: Database) -> dict[str, Any]:
    """At most ten cases for the palette."""
    query = request.query_params.get("q", "").strip()[:MOST_QUERY]
    with database.read() as unit:
        exact = by_reference(unit, agent, query)
        found, _ = search(unit, query, brand_ids=agent.brand_ids, limit=10)
    cases = {case.id: case for case in [*([exact] if exact else []), *(f.case for f in found)]}
    return {
        "items": [
            {
                "title": case.subject or case.preview or case.reference,
                "note": f"{case.reference} · {STATUS_LABELS[case.status]}",
                "href": f"/desk/cases/{case.reference}",
            }
            for case in list(cases.values())[:10]
        ]
    }


@reads("/desk/tags.json")
def tags(database: Database) -> dict[str, list[str]]:
    """Every tag, for completion."""
    with database.read() as unit:
        return {"tags": store.all_tags(unit)}


def by_reference(unit: Unit, agent: Agent, query: str) -> Case | None:
    """The case whose reference this is, with or without its prefix."""
    match = _REFERENCE.fullmatch(query)
    if match is None:
        return None
    try:
        return case_at(unit, agent, REFERENCE_PREFIX + match[1].upper())
    except NotFound:
        return None


ROUTES: list[Any] = [search_page, find, tags]
