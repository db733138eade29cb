"""What an agent can reach: cases of their brands, and what hangs on those. All else is not there.

Every look-up from an address goes through here, so a wrong brand, another case's message and an
id that is none are answered alike.
"""

import re

from fairline.cases import store, store_messages
from fairline.cases.changes import get_case
from fairline.cases.following import living
from fairline.cases.rows import Attachment, Case, Message
from fairline.channels.repair import get_delivery
from fairline.channels.rows import Delivery
from fairline.core.errors import NotFound
from fairline.db.unit import Unit
from fairline.line.store_opened import Opened, opened
from fairline.people import store_contacts
from fairline.people.tables import Agent, Contact

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """Whether it has the shape of an id; PostgreSQL refuses to compare anything else."""
    return _ID.fullmatch(text) is not None


def reaches(agent: Agent, brand_id: str | None) -> bool:
    """Whether the agent works for the brand."""
    return not agent.brand_ids or brand_id in agent.brand_ids


def case_at(unit: Unit, agent: Agent, reference: str, *, lock: bool = False) -> Case:
    """The case under its reference. Raises NotFound also for one of another brand."""
    case = store.case_by_reference(unit, reference.upper()[:16])
    if case is None or not reaches(agent, case.brand_id):
        raise NotFound("There is no such case.", code="no_case")
    return get_case(unit, case.id, lock=True) if lock else living(unit, case)


def opened_at(unit: Unit, agent: Agent, reference: str) -> Opened:
    """The same with all that its page begins with. Raises NotFound."""
    found = opened(unit, reference.upper()[:16], agent.id)
    if found is None or not reaches(agent, found.case.brand_id):
        raise NotFound("There is no such case.", code="no_case")
    if found.case.merged_into_id:
        return opened_at(unit, agent, living(unit, found.case).reference)
    return found


def message_at(unit: Unit, case: Case, message_id: str) -> Message:
    """A message of this case. Raises NotFound."""
    message = store_messages.message_by_id(unit, message_id) if is_id(message_id) else None
    if message is None or message.case_id != case.id:
        raise NotFound("There is no such message.", code="no_message")
    return message


def delivery_at(unit: Unit, case: Case, delivery_id: str) -> Delivery:
    """A delivery of this case. Raises NotFound."""
    delivery = get_delivery(unit, delivery_id) if is_id(delivery_id) else None
    if delivery is None or delivery.case_id != case.id:
        raise NotFound("There is no such delivery.", code="no_delivery")
    return delivery


def file_at(unit: Unit, case: Case, file_id: str, agent: Agent) -> Attachment:
    """A file of this case; one in a draft only for its author. Raises NotFound."""
    found = store_messages.attachment_by_id(unit, file_id) if is_id(file_id) else None
    is_there = found is not None and found.case_id == case.id
    if found is None or not is_there or not (found.message_id or found.agent_id == agent.id):
        raise NotFound("There is no such file.", code="no_such_file")
    return found


def contact_at(unit: Unit, agent: Agent, contact_id: str) -> Contact:
    """A contact of the agent's brands. Raises NotFound."""
    contact = store_contacts.contact_by_id(unit, contact_id) if is_id(contact_id) else None
    if contact is None or not reaches(agent, contact.brand_id):
        raise NotFound("There is no such contact.", code="no_contact")
    return contact
