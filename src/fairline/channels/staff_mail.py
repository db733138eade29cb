"""Mail to one of us, through the mailbox that the brand sends from. Not part of any case's record.

A letter is a job: written with what it tells of, tried again while it is fresh, and forgotten when
it is an hour old, since by then the desk tells more.
"""

from datetime import datetime, timedelta
from typing import Any

from fairline.channels import store_inboxes
from fairline.channels.contract import Outbound
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.core.errors import DeliveryError
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people import store as people

JOB = "staff_mail"
FRESH = timedelta(hours=1)
KIND = "email"


def post(unit: Unit, *, agent_id: str, brand_id: str, subject: str, text: str) -> bool:
    """Let a worker send it. False, and a line in the log, when the brand has no mailbox for it."""
    if sender_of(unit, brand_id) is None:
        log.warning("no mailbox to write to an agent from", brand=brand_id)
        return False
    payload = {"agent_id": agent_id, "brand_id": brand_id, "subject": subject, "text": text}
    enqueue(unit, JOB, {**payload, "key": new_id(), "at": unit.now.isoformat()})
    return True


def sender_of(unit: Unit, brand_id: str) -> Inbox | None:
    """The active mailbox that the brand sends from, or else any active one of the brand."""
    brand = people.brand_by_id(unit, brand_id)
    found = [
        inbox
        for inbox in store_inboxes.all_inboxes(unit, brand_id=brand_id, kind=KIND)
        if inbox.state == "active"
    ]
    chosen = brand.sender_id if brand else None
    return next((inbox for inbox in found if inbox.id == chosen), found[0] if found else None)


class Postman:
    """Handles the jobs of a process."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def send(self, database: Database, payload: dict[str, Any]) -> None:
        """Send one letter. Raises DeliveryError when it is worth another try."""
        if now() - datetime.fromisoformat(str(payload["at"])) > FRESH:
            return
        with database.read() as unit:
            agent = people.agent_by_id(unit, str(payload["agent_id"]))
            inbox = sender_of(unit, str(payload["brand_id"]))
            if agent is None or agent.disabled_at or inbox is None:
                return
            info = self._channels.info(unit, inbox)
        key = str(payload["key"])
        outbound = Outbound(
            key=key,
            native_id=f"{key}@{inbox.address.rpartition('@')[2]}",
            recipient=agent.email,
            recipient_name=agent.name,
            subject=str(payload["subject"]),
            text=str(payload["text"]),
            notice=True,
        )
        wire = self._channels.of_kind(inbox.kind).open(info)
        try:
            wire.send(outbound, handing_over=lambda: None)
        except DeliveryError as error:
            if not error.permanent and not error.is_unknown:
                raise
            log.warning("an agent was not told", agent=agent.id, error=str(error))
        finally:
            wire.close()
