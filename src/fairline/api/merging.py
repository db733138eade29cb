"""Merging over the API: cases, messages set apart or moved, people, and taking each back."""

from typing import Any

import msgspec
from litestar import Request, Response

from fairline.api.access import find_case
from fairline.api.once import once
from fairline.api.routes import writes
from fairline.api.shapes import Id, MergeOut, NewContactMerge, NewMerge, NewMove, NewSplit
from fairline.cases.actions import actor_of
from fairline.cases.merging.contacts import merge_contacts, undo_contacts
from fairline.cases.merging.kept import Merge
from fairline.cases.merging.merging import hold, merge
from fairline.cases.merging.moving import move, split
from fairline.cases.merging.undoing import UNDONE_WITHIN, get_merge, undo
from fairline.core.errors import NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.rights import check_brand, may_see_brand
from fairline.people.tables import Agent, Contact
from fairline.people.tokens import Bearer

_Request = Request[Any, Any, Any]


@writes("/cases/{reference:str}/merge", tags=["Merging"])
def merge_case(
    request: _Request, database: Database, bearer: Bearer, reference: str, data: NewMerge
) -> Response[MergeOut]:
    """Merge this case into another of the same person; its number leads there from then on."""

    def work(unit: Unit) -> MergeOut:
        case, into = hold(
            unit,
            find_case(unit, bearer.agent, reference),
            find_case(unit, bearer.agent, data.into),
        )
        by = actor_of(bearer.agent)
        return _out(merge(unit, case, into, by=by, readers_agreed=data.readers_agreed))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes("/cases/{reference:str}/split", tags=["Merging"])
def split_case(
    request: _Request, database: Database, bearer: Bearer, reference: str, data: NewSplit
) -> Response[MergeOut]:
    """Let some messages be a case of their own: `into_id` is its id."""

    def work(unit: Unit) -> MergeOut:
        case = find_case(unit, bearer.agent, reference)
        by = actor_of(bearer.agent)
        return _out(split(unit, case, data.message_ids, by=by, subject=data.subject))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes("/cases/{reference:str}/move", tags=["Merging"])
def move_messages(
    request: _Request, database: Database, bearer: Bearer, reference: str, data: NewMove
) -> Response[MergeOut]:
    """Let some messages belong to another case of the same person."""

    def work(unit: Unit) -> MergeOut:
        case, into = hold(
            unit,
            find_case(unit, bearer.agent, reference),
            find_case(unit, bearer.agent, data.into),
        )
        by = actor_of(bearer.agent)
        agreed = data.readers_agreed
        return _out(move(unit, case, data.message_ids, into, by=by, readers_agreed=agreed))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes("/contacts/{contact_id:str}/merge", tags=["Merging"])
def merge_contact(
    request: _Request, database: Database, bearer: Bearer, contact_id: str, data: NewContactMerge
) -> Response[MergeOut]:
    """Let this contact be another: addresses and cases go there."""

    def work(unit: Unit) -> MergeOut:
        contact = _contact(unit, bearer.agent, contact_id)
        into = _contact(unit, bearer.agent, data.into)
        return _out(merge_contacts(unit, contact, into, by=actor_of(bearer.agent)))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes("/merges/{merge_id:str}/undo", tags=["Merging"], status_code=200)
def undo_merge(database: Database, bearer: Bearer, merge_id: str) -> MergeOut:
    """Take back a merge, a split or a move, of cases or of people, within 30 days."""
    with database.write() as unit:
        found = get_merge(unit, merge_id) if _is_id(merge_id) else None
        if found is None or not may_see_brand(bearer.agent, found.brand_id):
            raise NotFound("There is no such merge.", code="no_merge")
        act = undo_contacts if found.what == "contacts" else undo
        return _out(act(unit, found.id, by=actor_of(bearer.agent)))


def _contact(unit: Unit, agent: Agent, contact_id: str) -> Contact:
    found = store_contacts.contact_by_id(unit, contact_id) if _is_id(contact_id) else None
    if found is None:
        raise NotFound("There is no such contact.", code="no_contact")
    check_brand(agent, found.brand_id)
    return found


def _is_id(text: str) -> bool:
    try:
        msgspec.convert(text, Id)
    except msgspec.ValidationError:
        return False
    return True


def _out(one: Merge) -> MergeOut:
    return MergeOut(
        id=one.id,
        what=one.what,
        from_id=one.from_id,
        into_id=one.into_id,
        at=one.at,
        until=one.at + UNDONE_WITHIN,
    )


HANDLERS: list[Any] = [merge_case, split_case, move_messages, merge_contact, undo_merge]
