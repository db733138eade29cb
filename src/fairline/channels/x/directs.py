"""A direct message, whichever version of the API told it. Pure.

Sources: docs.x.com, "Direct Messages lookup" (v2 `dm_events`), "Account Activity API" and
"X Activity API event payload examples" (both tell v1.1 `message_create` objects).
"""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.x.media_in import files_of
from fairline.channels.x.people import Person, people_in, person_of
from fairline.channels.x.posts import MOST_TEXT, opened
from fairline.channels.x.reading import moment, number, plain, rows, table, words


class Direct(msgspec.Struct, frozen=True, kw_only=True):
    """`recipient` is an id, '' where it is not told or there are several."""

    id: str
    sender: Person
    recipient: str
    text: str
    at: datetime | None = None
    files: tuple[InboundFile, ...] = ()


def new_direct(value: dict[str, Any], includes: dict[str, Any]) -> Direct | None:
    """A v2 event; None for one that is no message."""
    event_id, sender = number(value.get("id")), number(value.get("sender_id"))
    if not event_id or not sender or value.get("event_type", "MessageCreate") != "MessageCreate":
        return None
    both = words(value.get("dm_conversation_id")).split("-")
    others = [one for one in both if one != sender]
    return Direct(
        id=event_id,
        sender=person_of(None, people_in(includes.get("users")), id_=sender),
        recipient=number(*others) if len(both) == 2 else "",
        text=_text(value),
        at=moment(value.get("created_at")),
        files=files_of(
            includes.get("media"), keys=table(value.get("attachments")).get("media_keys")
        ),
    )


def old_direct(value: dict[str, Any], users: Any) -> Direct | None:
    """A v1.1 event; None for one that is no message."""
    created = table(value.get("message_create"))
    event_id, sender = number(value.get("id")), number(created.get("sender_id"))
    if not event_id or not sender:
        return None
    said = table(created.get("message_data"))
    attached = table(table(said.get("attachment")).get("media"))
    return Direct(
        id=event_id,
        sender=person_of(None, people_in(users), id_=sender),
        recipient=number(table(created.get("target")).get("recipient_id")),
        text=_text(said, attached),
        at=moment(value.get("created_timestamp")),
        files=files_of([attached] if attached else None),
    )


def _text(value: dict[str, Any], attached: dict[str, Any] | None = None) -> str:
    entities = dict(table(value.get("entities")))
    if attached:
        entities["media"] = [*rows(entities.get("media")), attached]
    return plain(opened(words(value.get("text"))[:MOST_TEXT], entities)).strip()
