"""The line and every other list: pages, the part that is refreshed live, Next case, saved views."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store, store_messages
from fairline.channels import store_inboxes
from fairline.core.errors import FairlineError, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.frame import desk_page, frame, nudges_of
from fairline.desk.listing import FIELDS, listing_of
from fairline.desk.session import Session, local_path
from fairline.line.claim import next_case
from fairline.line.lists import MOST, PAGE
from fairline.line.views import change_view, delete_view, save_view
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.render import page

Seen = Request[Any, Any, Any]


@reads("/desk")
def line_page(request: Seen, session: Session, database: Database) -> Response[str]:
    """A list, by `list=` or `view=` and filters; the line when nothing is asked for."""
    with database.read() as unit:
        return _line_page(unit, request, session)


@reads("/desk/part/list")
def list_part(request: Seen, session: Session, database: Database) -> Response[str]:
    """The first `shown` rows, fetched again when something happened."""
    shown = request.query_params.get("shown", "")
    limit = min(int(shown), MOST) if shown.isascii() and shown.isdigit() else PAGE
    with database.read() as unit:
        around = frame(unit, session)
        listing = listing_of(unit, around, request.query_params, limit=max(limit, PAGE))
        return desk_page(
            unit,
            session,
            "desk/list_part.html",
            here=listing.here,
            around=around,
            listing=listing,
            selected=request.query_params.get("selected", ""),
            **CHOICES,
        )


@reads("/desk/part/rail")
def rail_part(request: Seen, session: Session, database: Database) -> Response[str]:
    """The rail with its counts, fetched again when something happened."""
    here = request.query_params.get("here", "")
    with database.read() as unit:
        return desk_page(unit, session, "desk/rail_part.html", here=here)


@reads("/desk/part/more")
def more_part(request: Seen, session: Session, database: Database) -> Response[str]:
    """The rows behind `after`, to be appended."""
    with database.read() as unit:
        around = frame(unit, session)
        after = request.query_params.get("after", "")
        listing = listing_of(unit, around, request.query_params, after=after)
        return page("desk/more_part.html", desk=around, listing=listing, selected="", **CHOICES)


@writes("/desk/next")
def take_next(session: Session, database: Database, form: Form) -> Response[Any]:
    """Claim the next case in line; one winner, however many ask."""
    with database.write() as unit:
        but = store.case_by_reference(unit, form.text("but", most=16).upper())
        case = next_case(unit, session.agent, but=but.id if but else None)
    if case is None:
        return Redirect("/desk?said=nobody", status_code=303)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


@writes("/desk/views")
def keep_view(request: Seen, session: Session, database: Database, form: Form) -> Response[Any]:
    """Save the present list under a name."""
    parameters = {name: form.text(name, most=200) for name in ("list", "view", *FIELDS)}
    try:
        with database.write() as unit:
            listing = listing_of(unit, frame(unit, session), parameters, limit=1)
            name = form.text("name", most=200, label="The name")
            shared = form.flag("shared")
            view_id = save_view(unit, session.agent, name, listing.filter, shared=shared)
    except FairlineError as error:
        with database.read() as unit:
            return _line_page(unit, request, session, problem=error, parameters=parameters)
    return Redirect(f"/desk?{urlencode({'view': view_id})}", status_code=303)


@writes("/desk/views/{view_id:str}/{verb:str}")
def alter_view(
    view_id: str, verb: str, agent: Agent, database: Database, form: Form
) -> Response[Any]:
    """Rename, share or delete one's own view."""
    with database.write() as unit:
        if verb == "delete":
            delete_view(unit, agent, view_id)
            return Redirect("/desk", status_code=303)
        if verb != "change":
            raise Invalid("A view can be changed or deleted.")
        name = form.text("name", most=200, label="The name")
        change_view(unit, agent, view_id, name=name, shared=form.flag("shared"))
    return Redirect(f"/desk?{urlencode({'view': view_id})}", status_code=303)


@reads("/desk/nudges")
def nudges_page(session: Session, database: Database) -> Response[str]:
    """Where this agent was mentioned or given a case, and has not looked yet."""
    with database.read() as unit:
        around = frame(unit, session)
        nudges = nudges_of(unit, session.agent, around.people)
        return desk_page(
            unit, session, "desk/nudges.html", here="nudges", around=around, nudges=nudges
        )


@writes("/desk/nudges/read")
def read_nudges(agent: Agent, database: Database, form: Form) -> Response[Any]:
    """Take all of them as read."""
    with database.write() as unit:
        store_messages.read_nudges(unit, agent.id, None)
    return Redirect(local_path(form.text("back", most=500)), status_code=303)


def _line_page(
    unit: Unit,
    request: Seen,
    session: Session,
    *,
    problem: FairlineError | None = None,
    parameters: dict[str, str] | None = None,
) -> Response[str]:
    around = frame(unit, session)
    asked = parameters or dict(request.query_params)
    listing = listing_of(unit, around, asked, after=asked.get("after", ""))
    return desk_page(
        unit,
        session,
        "desk/line.html",
        here=listing.here,
        status=problem.status if problem else 200,
        around=around,
        listing=listing,
        inboxes=store_inboxes.all_inboxes(unit),
        every_tag=store.all_tags(unit),
        said=asked.get("said", ""),
        problem=problem.text if problem else "",
        selected="",
        **CHOICES,
    )


ROUTES: list[Any] = [
    line_page,
    list_part,
    rail_part,
    more_part,
    take_next,
    keep_view,
    alter_view,
    nudges_page,
    read_nudges,
]
