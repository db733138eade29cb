"""Merging two cases: choose the other, look at both side by side, then it happens."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store, store_messages
from fairline.cases.actions import actor_of
from fairline.cases.merging import store as merges
from fairline.cases.merging.merging import Check, check, hold, merge
from fairline.cases.rows import Case, Message, Participant
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.choosing import choices_for
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at
from fairline.desk.session import Session
from fairline.people.contacts import contact_of
from fairline.people.tables import Contact
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

MOST_QUERY = 300
PATH = "/desk/cases/{reference:str}/merge"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two, as far as one must know it to decide."""

    case: Case
    contact: Contact
    people: list[Participant]
    first: Message | None
    last: Message | None
    tags: list[str]


@reads(PATH)
def merge_page(
    reference: str, request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[Any]:
    """Without `with`: what to merge it with. With it: both, side by side."""
    other = request.query_params.get("with", "").strip()[:40]
    query = request.query_params.get("q", "").strip()[:MOST_QUERY]
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        if not other:
            return _choose(unit, session, case, query)
        try:
            return _look(unit, session, case, case_at(unit, session.agent, other))
        except NotFound as error:
            return _choose(unit, session, case, query or other, error)


@writes(PATH)
def merge_now(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """`keep` is the reference that goes on, `with` the other one."""
    other, keep = form.text("with", most=40), form.text("keep", most=40)
    try:
        with database.write() as unit:
            case, second = hold(
                unit,
                case_at(unit, session.agent, reference),
                case_at(unit, session.agent, other),
            )
            gone, into = (second, case) if keep == case.reference else (case, second)
            by = actor_of(session.agent)
            merge(unit, gone, into, by=by, readers_agreed=form.flag("readers"))
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _look(unit, session, case, case_at(unit, session.agent, other), error)
    return Redirect(f"/desk/cases/{into.reference}", status_code=303)


def _choose(
    unit: Unit, session: Session, case: Case, query: str, problem: FairlineError | None = None
) -> Response[str]:
    return desk_page(
        unit,
        session,
        "desk/merge_choose.html",
        status=problem.status if problem else 200,
        case=case,
        choices=choices_for(unit, session.agent, case, query),
        problem=problem,
        **CHOICES,
    )


def _look(
    unit: Unit,
    session: Session,
    case: Case,
    other: Case,
    problem: FairlineError | None = None,
) -> Response[str]:
    found: Check | None = None
    refusal: FairlineError | None = None
    try:
        found = check(unit, case, other)
    except (Conflict, Invalid) as error:
        refusal = error
    sides = [_side(unit, one) for one in (case, other)]
    keep = min((case, other), key=lambda one: (one.is_ended, one.created_at, one.id))
    return desk_page(
        unit,
        session,
        "desk/merge.html",
        status=problem.status if problem else 200,
        case=case,
        other=other,
        sides=sides,
        found=found,
        refusal=refusal,
        keep=keep,
        problem=problem,
        **CHOICES,
    )


def _side(unit: Unit, case: Case) -> Side:
    first = merges.first_said(unit, case.id)
    last = store_messages.thread(unit, case.id, limit=1)
    return Side(
        case=case,
        contact=contact_of(unit, case.contact_id),
        people=store.participants_of(unit, case.id),
        first=first,
        last=last[0] if last and last[0] != first else None,
        tags=store.tags_of(unit, [case.id]).get(case.id, []),
    )


ROUTES: list[Any] = [merge_page, merge_now]
