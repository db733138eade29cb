"""An answer of ours that is hidden at the desk, or made private, is taken back on other servers.

`hear` only asks for it; the job sends the farewell to whom the answer went, and leaves its
tombstone where it could be fetched. Other servers may keep copies all the same, and what was taken
back cannot be said again under the same address: shown again, it stays on our own pages.
"""

from typing import Any

from fairline.cases import store_messages
from fairline.cases.rows import Event
from fairline.channels import store_deliveries
from fairline.channels.activitypub import composing, delivering, places
from fairline.channels.activitypub.people import KIND
from fairline.channels.registry import Channels
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue

JOB = "fediverse_recall"
ARRIVED = frozenset({"sent", "delivered", "read", "unknown"})


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_hidden` and `visibility_changed`. *Effects*: a job, where the
    message had gone there. Of a whole thread made private the posts stay: it says no one message.
    """
    message_id = str(event.data.get("message_id") or "")
    if not message_id or event.data.get("to") == "public":
        return
    sent = store_deliveries.of_messages(unit, [message_id]).get(message_id, [])
    if any(one.channel == KIND and one.state in ARRIVED for one in sent):
        enqueue(unit, JOB, {"message_id": message_id}, key=f"{JOB}:{message_id}")


class Recaller:
    """Runs the job."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels

    def work(self, database: Database, payload: dict[str, Any]) -> None:
        message_id = str(payload["message_id"])
        with database.write() as unit:
            message = store_messages.message_by_id(unit, message_id)
            if message is None:
                return
            for sent in store_deliveries.of_messages(unit, [message_id]).get(message_id, []):
                inbox = self.channels.info_by_id(unit, sent.inbox_id)
                uri = sent.native_id or ""
                is_out = sent.channel == KIND and sent.state in ARRIVED
                if not is_out or not places.own_key(inbox, uri):
                    continue
                note = delivering.note_of(unit, uri)
                if message.hidden_at is None and (note is None or message.visibility == "public"):
                    continue  # shown again before we came to it, or private from the beginning
                known = note or {"id": uri, "type": "Note", "to": [sent.recipient], "cc": []}
                gone = composing.delete(known, inbox, at=unit.now)
                if note is not None:
                    delivering.publish(
                        unit, inbox.id, gone, composing.tombstone(known, at=unit.now)
                    )
                delivering.post(unit, inbox.id, gone, to=(sent.recipient,))
