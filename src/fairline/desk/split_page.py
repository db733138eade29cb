"""Setting some messages apart as a case of their own, and moving them to a case they belong to."""

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store, store_messages
from fairline.cases.actions import actor_of
from fairline.cases.merging.moving import move, split
from fairline.cases.rows import Case
from fairline.core.errors import FairlineError, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.choosing import choices_for
from fairline.desk.frame import desk_page
from fairline.desk.merge_page import MOST_QUERY
from fairline.desk.reach import case_at, is_id, message_at
from fairline.desk.session import Session
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

MOST_SHOWN = 200
SPLIT = "/desk/cases/{reference:str}/split"
BELONGS = "/desk/cases/{reference:str}/belongs"


@reads(SPLIT)
def split_page(
    reference: str, request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[Any]:
    """The messages, to be ticked; `message` is ticked already."""
    chosen = [request.query_params.get("message", "")]
    with database.read() as unit:
        return _split(unit, session, case_at(unit, session.agent, reference), chosen, "")


@writes(SPLIT)
def split_now(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """The new case opens."""
    chosen, subject = _ids(form), form.text("subject", most=2000)
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            done = split(unit, case, chosen, by=actor_of(session.agent), subject=subject)
            new = store.case_by_id(unit, done.into_id)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _split(unit, session, case, chosen, subject, error)
    return Redirect(f"/desk/cases/{new.reference if new else reference}", status_code=303)


@reads(BELONGS)
def belongs_page(
    reference: str, request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[Any]:
    """Where a message belongs: one click on the case."""
    query = request.query_params.get("q", "").strip()[:MOST_QUERY]
    wanted = request.query_params.get("message", "")
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        return _belongs(unit, session, case, wanted, query)


@writes(BELONGS)
def belongs_now(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """It is moved there; the other case opens."""
    wanted, query = form.text("message", most=36), form.text("q", most=MOST_QUERY)
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            message = message_at(unit, case, wanted)
            into = case_at(unit, session.agent, form.text("into", most=40))
            by = actor_of(session.agent)
            agreed = form.flag("readers")
            done = move(unit, case, [message.id], into, by=by, readers_agreed=agreed)
            there = store.case_by_id(unit, done.into_id)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _belongs(unit, session, case, wanted, query, error)
    where = f"/desk/cases/{there.reference if there else reference}#m-{wanted}"
    return Redirect(where, status_code=303)


def _ids(form: Form) -> list[str]:
    return [one for one in form.texts("message") if is_id(one)]


def _split(
    unit: Unit,
    session: Session,
    case: Case,
    chosen: list[str],
    subject: str,
    problem: FairlineError | None = None,
) -> Response[str]:
    return desk_page(
        unit,
        session,
        "desk/split.html",
        status=problem.status if problem else 200,
        case=case,
        messages=store_messages.thread(unit, case.id, limit=MOST_SHOWN),
        chosen=chosen,
        subject=subject,
        problem=problem,
        **CHOICES,
    )


def _belongs(
    unit: Unit,
    session: Session,
    case: Case,
    wanted: str,
    query: str,
    problem: FairlineError | None = None,
) -> Response[str]:
    return desk_page(
        unit,
        session,
        "desk/belongs.html",
        status=problem.status if problem else 200,
        case=case,
        message=message_at(unit, case, wanted),
        choices=choices_for(unit, session.agent, case, query),
        problem=problem,
        needs_yes=problem is not None and problem.code == "other_readers",
        **CHOICES,
    )


ROUTES: list[Any] = [split_page, split_now, belongs_page, belongs_now]
