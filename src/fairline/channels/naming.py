"""Looks up what people see of somebody whose network tells only an id, after their message is here.

One question for each new person, never while a message waits. A network that does not say, or that
is away, changes nothing: the next message asks again.
"""

from typing import Any

from fairline.cases import store, store_messages
from fairline.cases.changes import get_case
from fairline.cases.inbound import Inbound
from fairline.cases.rows import SYSTEM
from fairline.cases.timeline import record
from fairline.channels.contract import Channel, Names
from fairline.channels.memory import open_wire
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people import store_contacts
from fairline.people.contacts import resolve

JOB = "names.look_up"


def ask_for(unit: Unit, channel: Channel, inbox_id: str, message_id: str, inbound: Inbound) -> None:
    """Let a name be looked up where none came along. *Effects*: one job, for a channel that can."""
    if inbound.author.name or not channel.capabilities.names:
        return
    message = store_messages.message_by_id(unit, message_id)
    if message and not message.author_name:
        payload = {"inbox_id": inbox_id, "message_id": message_id}
        enqueue(unit, JOB, payload, key=f"name:{message.identity_id}")


class Namer:
    """Does the job. One for the process."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def look_up(self, database: Database, payload: dict[str, Any]) -> None:
        """Ask the network, and write the name where it was missing."""
        with database.read() as unit:
            message = store_messages.message_by_id(unit, payload["message_id"])
            known = (
                store_contacts.identity_by_id(unit, message.identity_id)
                if message and message.identity_id
                else None
            )
            info = self._channels.info_by_id(unit, payload["inbox_id"])
        if message is None or known is None:
            return
        name = known.name
        if not name:
            wire = open_wire(self._channels, info, database)
            try:
                name = wire.name_of(known.address) if isinstance(wire, Names) else ""
            except FairlineError as error:
                log.warning("name not looked up", inbox=info.id, error=error.text)
            finally:
                wire.close()
        if not name:
            return
        with database.write() as unit:
            resolve(unit, known.brand_id, known.channel, known.address, name=name)
            case = get_case(unit, message.case_id, lock=True)
            store_messages.update_message(unit, message.id, {"author_name": name})
            store.update_case(unit, case.id, {})
            said = {"contact_id": known.contact_id, "fields": ["name"]}
            record(unit, "contact_changed", by=SYSTEM, brand_id=known.brand_id, data=said)
