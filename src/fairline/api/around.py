"""Everything beside cases: contacts, inboxes, search, events, files, who am I."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.params import Parameter

from fairline.api.cases import Limit, Words
from fairline.api.cases import _is_id as is_id
from fairline.api.routes import patches, reads
from fairline.api.shapes import (
    ContactChange,
    ContactOut,
    ContactPage,
    EventPage,
    FoundOut,
    FoundPage,
    InboxList,
    Me,
    case_out,
    contact_out,
    event_out,
    inbox_out,
)
from fairline.cases import store, timeline
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.contacts import change_contact
from fairline.cases.files import read_file
from fairline.cases.search import search
from fairline.channels import store_inboxes
from fairline.core.errors import NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.rights import check_brand, may_see_brand
from fairline.people.tables import Agent, Contact
from fairline.people.tokens import Bearer

Query = Annotated[str, Parameter(max_length=1000)]


@reads("/me", tags=["Account"])
def read_me(bearer: Bearer) -> Me:
    """Whom the token speaks for."""
    agent = bearer.agent
    return Me(
        id=agent.id,
        name=agent.name,
        email=agent.email,
        role=agent.role,
        read_only=bearer.read_only,
    )


@reads("/contacts", tags=["Contacts"])
def list_contacts(
    database: Database, bearer: Bearer, after: Words = "", limit: Limit = 50
) -> ContactPage:
    """Newest first. `after` is the id of the last one seen."""
    if after and not is_id(after):
        raise NotFound("That page does not exist. Start from the first.", code="bad_cursor")
    with database.read() as unit:
        found = store_contacts.contacts_page(
            unit, brand_ids=bearer.agent.brand_ids, before=after or None, limit=limit
        )
        known = store_contacts.identities_of_many(unit, [contact.id for contact in found])
    shown = [contact_out(contact, known.get(contact.id, [])) for contact in found]
    return ContactPage(contacts=shown, after=found[-1].id if len(found) == limit else "")


@reads("/contacts/{contact_id:str}", tags=["Contacts"])
def read_contact(database: Database, bearer: Bearer, contact_id: str) -> ContactOut:
    """One person with every address."""
    with database.read() as unit:
        contact = _contact(unit, bearer.agent, contact_id)
        return contact_out(contact, store_contacts.identities_of(unit, contact.id))


@patches("/contacts/{contact_id:str}", tags=["Contacts"])
def edit_contact(
    database: Database, bearer: Bearer, contact_id: str, data: ContactChange
) -> ContactOut:
    """Change name, remark or language."""
    fields = {k: v for k, v in msgspec.structs.asdict(data).items() if v is not msgspec.UNSET}
    with database.write() as unit:
        contact = _contact(unit, bearer.agent, contact_id)
        contact = change_contact(unit, contact.id, fields, by=actor_of(bearer.agent))
        return contact_out(contact, store_contacts.identities_of(unit, contact.id))


@reads("/inboxes", tags=["Inboxes"])
def list_inboxes(database: Database, bearer: Bearer) -> InboxList:
    """Every inbox with its health; never its credentials."""
    with database.read() as unit:
        found = store_inboxes.all_inboxes(unit)
    visible = [inbox for inbox in found if may_see_brand(bearer.agent, inbox.brand_id)]
    return InboxList(inboxes=[inbox_out(inbox) for inbox in visible])


@reads("/search", tags=["Search"])
def search_cases(
    database: Database,
    bearer: Bearer,
    q: Query,
    before: Annotated[int | None, Parameter(ge=0, le=2**62)] = None,
    limit: Limit = 25,
) -> FoundPage:
    """Cases that hold every word of `q` (the last as a prefix), newest words first."""
    with database.read() as unit:
        found, following = search(
            unit, q, brand_ids=bearer.agent.brand_ids, before=before, limit=limit
        )
        tags = store.tags_of(unit, [hit.case.id for hit in found])
    shown = [
        FoundOut(case=case_out(hit.case, tags.get(hit.case.id, [])), message_id=hit.message_id)
        for hit in found
    ]
    return FoundPage(found=shown, before=following)


@reads("/events", tags=["Events"])
def follow_events(
    database: Database, bearer: Bearer, after: Words = "0-0", limit: Limit = 200
) -> EventPage:
    """Everything that happened after a cursor, in the order all readers see; poll with `after`."""
    with database.read() as unit:
        events = timeline.follow(unit, after, limit=limit)
    visible = [e for e in events if e.brand_id is None or may_see_brand(bearer.agent, e.brand_id)]
    return EventPage(
        events=[event_out(event) for event in visible],
        after=events[-1].cursor if events else after,
    )


@reads("/files/{file_id:str}", tags=["Messages"], media_type="application/octet-stream")
def read_attachment(database: Database, bearer: Bearer, file_id: str) -> Response[bytes]:
    """The bytes of an attachment, as a download."""
    if not is_id(file_id):
        raise NotFound("There is no such file.", code="no_such_file")
    with database.read() as unit:
        attachment, data = read_file(unit, file_id)
        check_brand(bearer.agent, get_case(unit, attachment.case_id).brand_id)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _contact(unit: Unit, agent: Agent, contact_id: str) -> Contact:
    contact = store_contacts.contact_by_id(unit, contact_id) if is_id(contact_id) else None
    if contact is None or not may_see_brand(agent, contact.brand_id):
        raise NotFound("There is no such contact.", code="no_contact")
    return contact


HANDLERS: list[Any] = [
    read_me,
    list_contacts,
    read_contact,
    edit_contact,
    list_inboxes,
    search_cases,
    follow_events,
    read_attachment,
]
