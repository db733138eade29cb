"""The case page. Opening it reads nudges; the same page is fetched again when news comes in."""

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store_messages
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES, Typed, view_of
from fairline.desk.frame import desk_page, frame
from fairline.desk.listing import listing_of
from fairline.desk.reach import message_at, opened_at
from fairline.desk.session import Session
from fairline.line.store_opened import Opened
from fairline.web.handle import reads
from fairline.web.live import Live

# As many of the list as fit beside a case on a tall screen; the list goes on when asked.
BESIDE = 12
# What live.js asks for by the id of a region.
PARTS = {
    "case-head": "desk/_head.html",
    "case-thread": "desk/_thread.html",
    "person-part": "desk/_person.html",
    "caveats": "desk/_caveats.html",
}


@reads("/desk/cases/{reference:str}")
def case_page(
    reference: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
) -> Response[Any]:
    """One case, with the list it was opened from beside it."""
    with database.read() as unit:
        found = opened_at(unit, session.agent, reference)
        if found.case.reference != reference:
            return Redirect(f"/desk/cases/{found.case.reference}", status_code=303)
        if not found.is_nudged:
            return show_case(unit, request, session, live, channels, reference, found=found)
    with database.write() as unit:
        store_messages.read_nudges(unit, session.agent.id, found.case.id)
    with database.read() as unit:
        return show_case(unit, request, session, live, channels, reference)


def show_case(
    unit: Unit,
    request: Request[Any, Any, Any],
    session: Session,
    live: Live,
    channels: Channels,
    reference: str,
    *,
    found: Opened | None = None,
    typed: Typed | None = None,
    problem: FairlineError | None = None,
    template: str = "desk/case.html",
    status: int = 200,
    **more: Any,
) -> Response[str]:
    """The page; after a form that could not be taken also with what was typed and what is wrong.

    `template` may be one that draws something beside it, from what `more` holds.
    """
    found = found or opened_at(unit, session.agent, reference)
    case = found.case
    part = PARTS.get(request.headers.get("x-fragment", ""))
    around = frame(unit, session, is_part=bool(part))
    parameters = dict(request.query_params)
    before = parameters.get("before", "")
    listing = listing_of(unit, around, parameters, limit=BESIDE, is_bare=bool(part), beside=case.id)
    return desk_page(
        unit,
        session,
        part or template,
        here=listing.here,
        status=problem.status if problem else status,
        around=around,
        live_case=case.reference,
        listing=listing,
        selected=case.reference,
        view=view_of(
            unit,
            around,
            found,
            live,
            channels,
            marks=listing.marks,
            typed=typed,
            before=message_at(unit, case, before) if before else None,
        ),
        is_paged=bool(before),
        problem=problem.text if problem and not (typed and typed.problem) else "",
        **CHOICES,
        **more,
    )


ROUTES: list[Any] = [case_page]
