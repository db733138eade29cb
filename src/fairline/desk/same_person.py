"""Two people who are one: what speaks for it, side by side, and saying so."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.merging.contacts import merge_contacts, merged_with, perhaps_same
from fairline.cases.merging.undoing import UNDONE_WITHIN
from fairline.cases.rows import Case
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at, contact_at
from fairline.desk.session import Session
from fairline.people import store_contacts
from fairline.people.tables import Contact, Identity
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/cases/{reference:str}/same-person"
MOST_CASES = 5


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two."""

    contact: Contact
    identities: list[Identity]
    cases: list[Case]


@reads(PATH)
def same_person_page(
    reference: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    channels: Channels,
) -> Response[Any]:
    """Who may be the same; with `with` (a contact, or a case of theirs) both side by side."""
    wanted = request.query_params.get("with", "").strip()[:40]
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        try:
            return _page(unit, session, channels, case, wanted)
        except NotFound as error:
            return _page(unit, session, channels, case, "", error)


@writes(PATH)
def same_person_now(
    reference: str, session: Session, database: Database, channels: Channels, form: Form
) -> Response[Any]:
    """They are one: what the other has is this person's from now on."""
    wanted = form.text("with", most=40)
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            if not form.flag("sure"):
                raise Invalid("Tick that they are one person.", field="sure", code="not_sure")
            own = contact_at(unit, session.agent, case.contact_id)
            other = _contact(unit, session, wanted)
            merge_contacts(unit, other, own, by=actor_of(session.agent), case=case)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _page(unit, session, channels, case, wanted, error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def _contact(unit: Unit, session: Session, wanted: str) -> Contact:
    """By id, or by the reference of a case of theirs. Raises NotFound."""
    if len(wanted) == 36:
        return contact_at(unit, session.agent, wanted)
    case = case_at(unit, session.agent, wanted)
    return contact_at(unit, session.agent, case.contact_id)


def _page(
    unit: Unit,
    session: Session,
    channels: Channels,
    case: Case,
    wanted: str,
    problem: FairlineError | None = None,
) -> Response[str]:
    own = contact_at(unit, session.agent, case.contact_id)
    other = _contact(unit, session, wanted) if wanted else None
    likely = [] if other else perhaps_same(unit, own, [one.kind for one in channels.all()])
    people = [_person(unit, one) for one in (own, other) if one]
    return desk_page(
        unit,
        session,
        "desk/same_person.html",
        status=problem.status if problem else 200,
        case=case,
        own=own,
        other=other if other and other.id != own.id else None,
        is_same=bool(other and other.id == own.id),
        people=people,
        likely=likely,
        merged=[
            (one, contact, one.at + UNDONE_WITHIN)
            for one, contact in merged_with(unit, own.id)
            if unit.now - one.at <= UNDONE_WITHIN
        ],
        problem=problem,
        **CHOICES,
    )


def _person(unit: Unit, contact: Contact) -> Person:
    return Person(
        contact=contact,
        identities=store_contacts.identities_of(unit, contact.id),
        cases=store.cases_of_contact(unit, contact.id, limit=MOST_CASES),
    )


ROUTES: list[Any] = [same_person_page, same_person_now]
