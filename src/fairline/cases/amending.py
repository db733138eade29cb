"""A network tells that somebody changed or took back what they had said there.

Only the author's own words change. What was taken back is shown nowhere outside any more, and no
agent can show it again; on the record it stands, marked, unless the network's rules forbid that.
"""

from typing import Any

import msgspec

from fairline.cases import editing, store, store_amending, store_messages
from fairline.cases.changes import get_case, nudge
from fairline.cases.rows import SYSTEM, TAKEN_BACK, Actor, Message
from fairline.cases.search import index_message
from fairline.db.unit import Unit
from fairline.people import store_contacts


def amend(
    unit: Unit, inbox_id: str, native_id: str, *, address: str, text: str, html: str = ""
) -> Message | None:
    """The author of a post has changed it. None where we have no such post, or it is another's.

    *Effects*: `message_edited`, and word to the case's owner where we had answered already.
    """
    message = _theirs(unit, inbox_id, native_id, address)
    if message is None or message.hidden_reason == TAKEN_BACK:
        return None
    text = text.replace("\x00", "").strip()
    if text == message.text:
        return message
    case = get_case(unit, message.case_id, lock=True)
    by = _actor(unit, message)
    message = editing.reword(unit, case, message, text, html=html, by=by)
    is_answered = case.last_answered_at is not None and case.last_answered_at > message.created_at
    if case.owner_id and is_answered:
        nudge(unit, case, case.owner_id, "message_edited", by=SYSTEM, message_id=message.id)
    return message


def take_back(
    unit: Unit, inbox_id: str, native_id: str, *, address: str, forget: bool = False
) -> Message | None:
    """A post is gone from its network. None where we have no such post, or it is another's.

    With `forget` its words and files leave the record too. *Effects*: `message_hidden`; a case that
    began with it leaves the board.
    """
    message = _theirs(unit, inbox_id, native_id, address)
    if message is None or message.hidden_reason == TAKEN_BACK:
        return message
    case = get_case(unit, message.case_id, lock=True)
    by = _actor(unit, message)
    if message.hidden_at is None:
        message = editing.hide_message(unit, message.id, by=by, reason=TAKEN_BACK)
    values: dict[str, Any] = {"hidden_at": unit.now, "hidden_reason": TAKEN_BACK, "found": ""}
    if forget:
        values |= {"text": "", "full_text": "", "html": "", "shown_text": None, "subject": ""}
        store_amending.delete_files(unit, message.id)
    store_messages.update_message(unit, message.id, values)
    message = msgspec.structs.replace(message, **values)
    first = store_messages.first_messages(unit, [case.id]).get(case.id)
    case = get_case(unit, case.id)
    if first and first.id == message.id and case.is_public and not case.hidden_at:
        editing.hide_case(unit, case.id, by=by, reason=TAKEN_BACK)
    if forget:
        index_message(unit, get_case(unit, case.id), message)
    store.update_case(unit, case.id, {})
    return message


def _theirs(unit: Unit, inbox_id: str, native_id: str, address: str) -> Message | None:
    """The post, if it is `address` who wrote it ('' where the network itself vouches)."""
    message = store_messages.message_by_native_id(unit, inbox_id, native_id)
    if message is None or message.direction != "inbound":
        return None
    identity = store_contacts.identity_by_id(unit, message.identity_id or "")
    is_theirs = not address or (identity is not None and identity.address == address)
    return message if is_theirs else None


def _actor(unit: Unit, message: Message) -> Actor:
    identity = store_contacts.identity_by_id(unit, message.identity_id or "")
    return Actor(
        kind="contact", id=identity.contact_id if identity else "", name=message.author_name
    )
