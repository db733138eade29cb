"""Changes to what was said: edit, hide, and who can read it. The search index follows at once.

Only the author changes words; only the customer makes something public (R17). Agents may take a
public message off the board with a reason.
"""

from typing import Any

import msgspec

from fairline.cases import guard, store, store_messages
from fairline.cases.actions import MAX_TEXT
from fairline.cases.changes import get_case
from fairline.cases.opening import MAX_PREVIEW, clipped, subject_of
from fairline.cases.rows import TAKEN_BACK, Actor, Case, Message
from fairline.cases.search import index_case, index_message
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from fairline.db.unit import Unit
from fairline.people import store_contacts

# The subject of a case whose opening words are hidden.
HIDDEN = "(hidden)"


def get_message(unit: Unit, message_id: str) -> Message:
    """Raises NotFound."""
    message = store_messages.message_by_id(unit, message_id)
    if message is None:
        raise NotFound("There is no such message.", code="no_message")
    return message


def edit_message(unit: Unit, message_id: str, text: str, *, by: Actor) -> Message:
    """Change the words of one's own message: a note, or what was said on our own board.

    Raises NotAllowed for somebody else's, Conflict for what has already left by another channel.
    """
    message = get_message(unit, message_id)
    case = get_case(unit, message.case_id, lock=True)
    author = message.agent_id if by.kind == "agent" else case.contact_id
    if by.id != author or (by.kind == "contact") != (message.direction == "inbound"):
        raise NotAllowed("Only its author can change a message.")
    if message.direction != "note" and message.channel != "web":
        raise Conflict("This went out by another channel and cannot be changed.", code="sent")
    if message.direction == "outbound":
        raise Conflict("The customer has it already. Write a further message.", code="sent")
    text = text.replace("\x00", "").strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid("Write something first.", code="empty", field="text")
    if text == message.text:
        return message
    return reword(unit, case, message, text, by=by)


def reword(
    unit: Unit, case: Case, message: Message, text: str, *, html: str = "", by: Actor
) -> Message:
    """Give a message other words: title, preview, guard and search follow. Who may is for the
    caller to check.
    """
    if message.found or message.shown_text:
        message = guard.uncover(unit, case, message)
    words: dict[str, Any] = {"text": text, "full_text": "", "html": html, "edited_at": unit.now}
    store_messages.update_message(unit, message.id, words)
    case = _retitle(unit, case, message, text)
    message = msgspec.structs.replace(message, **words)
    message = guard.look_at(unit, case, message)
    return _changed(unit, case, message, "message_edited", by, {"message_id": message.id})


def hide_message(unit: Unit, message_id: str, *, by: Actor, reason: str) -> Message:
    """Take a message off every outside page; agents still see it and why."""
    message = get_message(unit, message_id)
    case = get_case(unit, message.case_id, lock=True)
    if not reason.strip():
        raise Invalid("Say why: the customer is told.", code="reason_needed", field="reason")
    if message.hidden_at:
        return message
    store_messages.update_message(
        unit,
        message.id,
        # What the guard had let through or masked is judged anew when it is shown again.
        {"hidden_at": unit.now, "hidden_reason": reason.strip()[:500], "found": ""},
    )
    before = message
    message = msgspec.structs.replace(
        message, hidden_at=unit.now, hidden_reason=reason.strip()[:500], found=""
    )
    data = {"message_id": message.id, "reason": message.hidden_reason}
    case = _retitle(unit, case, before, "")
    return _changed(unit, case, message, "message_hidden", by, data)


def show_message(unit: Unit, message_id: str, *, by: Actor) -> Message:
    """Take a hiding back. A no-op for a message that is not hidden.

    What the guard hid (`cases/guard.py`) is for its author to show, masked. What its author took
    back stays hidden. Raises Conflict.
    """
    message = get_message(unit, message_id)
    case = get_case(unit, message.case_id, lock=True)
    if not message.hidden_at:
        return message
    if message.hidden_reason == TAKEN_BACK:
        raise Conflict("Its author took it back, and nobody shows it again.", code="taken_back")
    if message.is_guarded:
        raise Conflict(
            "Personal data stands in it. Its author can show it without, or go on in private.",
            code="personal_data",
        )
    store_messages.update_message(unit, message.id, {"hidden_at": None, "hidden_reason": ""})
    message = msgspec.structs.replace(message, hidden_at=None, hidden_reason="")
    if case.subject == HIDDEN:
        shown = subject_of(message.subject, message.text)
        store.update_case(unit, case.id, {"subject": shown})
        case = msgspec.structs.replace(case, subject=shown)
        index_case(unit, case)
    message = guard.look_at(unit, case, message)
    return _changed(unit, case, message, "message_shown", by, {"message_id": message.id})


def hide_case(unit: Unit, case_id: str, *, by: Actor, reason: str) -> Case:
    """Take a public case off the board; it stays the customer's, open, and in its place."""
    case = get_case(unit, case_id, lock=True)
    if not reason.strip():
        raise Invalid("Say why: the customer is told.", code="reason_needed", field="reason")
    if not case.is_public:
        raise Conflict("This case is not on the board.", code="case_is_private")
    if case.hidden_at:
        return case
    data = {"reason": reason.strip()[:500]}
    return _set_hidden(unit, case, "case_hidden", by, data, is_hidden=True)


def show_case(unit: Unit, case_id: str, *, by: Actor) -> Case:
    """Put a hidden case on the board again. A no-op for one that is not hidden."""
    case = get_case(unit, case_id, lock=True)
    return (
        _set_hidden(unit, case, "case_shown", by, {}, is_hidden=False) if case.hidden_at else case
    )


def _set_hidden(
    unit: Unit, case: Case, kind: str, by: Actor, data: dict[str, Any], *, is_hidden: bool
) -> Case:
    hidden_at = unit.now if is_hidden else None
    store.update_case(unit, case.id, {"hidden_at": hidden_at})
    case = msgspec.structs.replace(case, hidden_at=hidden_at, updated_at=unit.now)
    index_case(unit, case)
    for message in store_messages.thread(unit, case.id):
        index_message(unit, case, message)
        guard.look_at(unit, case, message)
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return case


def set_visibility(unit: Unit, message_id: str, visibility: str, *, by: Actor) -> Message:
    """Make one message public or private. Public only by the customer, and only their own words."""
    message = get_message(unit, message_id)
    case = get_case(unit, message.case_id, lock=True)
    if visibility not in {"public", "private"} or message.direction == "note":
        raise Invalid("Choose public or private.", field="visibility")
    if visibility == "public" and not _is_own(unit, message, case, by):
        raise NotAllowed("Only the customer can make their own words public.")
    if message.visibility == visibility:
        return message
    if visibility == "private" and case.is_public and _is_opening(unit, message):
        raise Conflict(
            "This is what the thread is about, and its title. Make the whole thread private.",
            code="opening_message",
        )
    store_messages.update_message(unit, message.id, {"visibility": visibility})
    message = msgspec.structs.replace(message, visibility=visibility)
    if visibility == "public" and not case.is_public:
        case = _set_case_public(unit, case, is_public=True)
    if visibility == "private" and message.found:
        message = guard.uncover(unit, case, message)
    message = guard.look_at(unit, case, message)
    data = {"message_id": message.id, "to": visibility}
    return _changed(unit, case, message, "visibility_changed", by, data)


def set_case_visibility(unit: Unit, case_id: str, *, is_public: bool, by: Actor) -> Case:
    """Put a whole thread on the board or take it off.

    On: the customer's own words that were said before stay as they are, except the first message,
    which is what the thread is about. Off: nothing of it is shown outside any more.
    """
    case = get_case(unit, case_id, lock=True)
    if is_public and (by.kind != "contact" or by.id != case.contact_id):
        raise NotAllowed("Only the customer can make their case public.")
    if case.is_public == is_public:
        return case
    case = _set_case_public(unit, case, is_public=is_public)
    thread = store_messages.thread(unit, case.id)
    if is_public:
        first = next((m for m in thread if m.direction == "inbound"), None)
        if first:
            store_messages.update_message(unit, first.id, {"visibility": "public"})
    for message in store_messages.thread(unit, case.id):
        index_message(unit, case, message)
        if is_public:
            guard.look_at(unit, case, message)
        elif message.is_guarded:
            guard.uncover(unit, case, message)
    record(
        unit,
        "visibility_changed",
        by=by,
        case_id=case.id,
        brand_id=case.brand_id,
        data={"message_id": None, "to": "public" if is_public else "private"},
    )
    return case


def _is_own(unit: Unit, message: Message, case: Case, by: Actor) -> bool:
    """Said by the case's customer, who now asks: not by an agent, not by somebody copied in."""
    if by.kind != "contact" or by.id != case.contact_id or message.direction != "inbound":
        return False
    identity = store_contacts.identity_by_id(unit, message.identity_id or "")
    return identity is not None and identity.contact_id == case.contact_id


def _is_opening(unit: Unit, message: Message) -> bool:
    first = store_messages.first_messages(unit, [message.case_id]).get(message.case_id)
    return first is not None and first.id == message.id


def _retitle(unit: Unit, case: Case, message: Message, text: str) -> Case:
    """Where subject and preview were taken from a message's words, they change with them.

    A subject that somebody wrote stays; one that quotes hidden words does not.
    """
    changes: dict[str, str] = {}
    if case.preview == clipped(message.text, MAX_PREVIEW):
        changes["preview"] = clipped(text, MAX_PREVIEW)
    if not message.subject and case.subject == subject_of("", message.text):
        changes["subject"] = subject_of("", text) or HIDDEN
    if not changes:
        return case
    store.update_case(unit, case.id, changes)
    case = msgspec.structs.replace(case, **changes)
    index_case(unit, case)
    return case


def _set_case_public(unit: Unit, case: Case, *, is_public: bool) -> Case:
    store.update_case(unit, case.id, {"is_public": is_public})
    case = msgspec.structs.replace(case, is_public=is_public, updated_at=unit.now)
    index_case(unit, case)
    return case


def _changed(
    unit: Unit, case: Case, message: Message, kind: str, by: Actor, data: dict[str, Any]
) -> Message:
    store.update_case(unit, case.id, {})
    index_message(unit, case, message)
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return message
