"""What one of us said on the network itself, or by another tool: it stands on the case it answers.

Called by `channels/echoes.py` for what we did not send. It answers the customer as any answer does
(the promise is met, the place in line is left) and sends nothing: it has been sent. Said before the
customer's latest words, it is kept and moves nothing.
"""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases import changes, guard, store, store_messages, store_threads, threads
from fairline.cases.following import living
from fairline.cases.inbound import InboxRef, Taken
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.cases.search import index_message
from fairline.cases.store_sent import cases_sent_under
from fairline.cases.store_threads import Answer
from fairline.cases.timeline import record
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.tables import Identity

MOST_LOOKED_AT = 20


class Ours(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said in our name. `in_reply_to` nearest first; `recipient` in normal form or ''."""

    native_id: str
    text: str
    is_public: bool
    in_reply_to: tuple[str, ...] = ()
    recipient: str = ""
    author_name: str = ""
    html: str = ""
    sent_at: datetime | None = None
    permalink: str = ""


def take(
    unit: Unit, inbox: InboxRef, ours: Ours, *, raw_sha256: str | None, is_last_try: bool = False
) -> Taken | None:
    """Put it on the case it belongs to; None while that is not known.

    With `is_last_try` the open case of its recipient will do, though it answers something else that
    never came. *Effects*: message, `message_sent` (elsewhere), status `waiting`.
    """
    known = store_messages.message_by_native_id(unit, inbox.id, ours.native_id)
    if known is not None:
        return Taken(outcome="duplicate", case_id=known.case_id, message_id=known.id)
    to = (
        store_contacts.identity_at(unit, inbox.brand_id, inbox.channel, ours.recipient)
        if ours.recipient
        else None
    )
    if to:
        store_threads.hold_author(unit, to.id)
    answers = store_threads.answers_to(unit, inbox.id, ours.native_id)
    answered = _answered(unit, inbox, ours)
    case = answered or _by_answer(unit, inbox, answers, ours, to)
    if case is None and to and (is_last_try or not ours.in_reply_to):
        case = _open_case_of(unit, inbox, to, is_public=ours.is_public)
    if case is None:
        return None
    case = changes.get_case(unit, case.id, lock=True)
    message = _store(unit, inbox, ours, case, raw_sha256)
    is_overtaken = _is_overtaken(unit, case, ours, answers)
    _tell(unit, case, message, is_overtaken=is_overtaken)
    if answers:
        case = threads.tie(unit, inbox, case, [answered] if answered else [], answers)
    return Taken(outcome="said_elsewhere", case_id=case.id, message_id=message.id)


def _answered(unit: Unit, inbox: InboxRef, ours: Ours) -> Case | None:
    """The case of the nearest post it answers that we know."""
    ids = list(ours.in_reply_to)
    by_native = {native: case_id for native, (case_id, _) in cases_sent_under(unit, ids).items()}
    for message in store_messages.messages_with_native_ids(unit, ids):
        if message.inbox_id == inbox.id:
            by_native[message.native_id or ""] = message.case_id
    for native in ids:
        case = store.case_by_id(unit, by_native[native]) if native in by_native else None
        if case and case.brand_id == inbox.brand_id:
            return living(unit, case)
    return None


def _by_answer(
    unit: Unit, inbox: InboxRef, answers: list[Answer], ours: Ours, to: Identity | None
) -> Case | None:
    """The case of who answered it: of its recipient, where it names one."""
    heard = [one for one in answers if one.direction == "inbound"]
    if ours.recipient:
        heard = [one for one in heard if to and one.identity_id == to.id]
    for one in heard:
        case = store.case_by_id(unit, one.case_id)
        if case and case.brand_id == inbox.brand_id:
            return living(unit, case)
    return None


def _open_case_of(unit: Unit, inbox: InboxRef, to: Identity, *, is_public: bool) -> Case | None:
    """The recipient's open case on this channel with the latest activity."""
    for case in store.open_threads_of(unit, to.id, limit=MOST_LOOKED_AT):
        is_theirs = case.contact_id == to.contact_id and case.brand_id == inbox.brand_id
        if (
            is_theirs
            and case.channel == inbox.channel
            and not case.is_ended
            and (case.is_public or not is_public)
        ):
            return case
    return None


def _store(unit: Unit, inbox: InboxRef, ours: Ours, case: Case, raw_sha256: str | None) -> Message:
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction="outbound",
        visibility="public" if ours.is_public and case.is_public else "private",
        channel=inbox.channel,
        inbox_id=inbox.id,
        identity_id=None,
        agent_id=None,
        author_name=ours.author_name,
        subject="",
        text=ours.text,
        full_text="",
        html=ours.html,
        native_id=ours.native_id,
        in_reply_to=ours.in_reply_to[0] if ours.in_reply_to else "",
        copied=[],
        auth=None,
        permalink=ours.permalink,
        raw_sha256=raw_sha256,
        is_automatic=False,
        is_cut=False,
        sent_at=ours.sent_at,
        created_at=unit.now,
        edited_at=None,
        hidden_at=None,
        hidden_reason="",
    )
    case, message = guard.cover(unit, case, message)
    store_messages.insert_message(unit, message)
    index_message(unit, case, message)
    guard.told(unit, case, message)
    return message


def _is_overtaken(unit: Unit, case: Case, ours: Ours, answers: list[Answer]) -> bool:
    """Whether the customer has said something since: then that still waits for an answer."""
    if any(one.case_id == case.id and one.direction == "inbound" for one in answers):
        return True
    if ours.sent_at is None:
        return False
    heard = [m for m in store_messages.thread(unit, case.id, limit=50) if m.direction == "inbound"]
    return any(m.sent_at and m.sent_at > ours.sent_at and not m.is_automatic for m in heard)


def _tell(unit: Unit, case: Case, message: Message, *, is_overtaken: bool) -> None:
    values: dict[str, Any] = {"message_count": case.message_count + 1}
    if not is_overtaken:
        values["last_answered_at"] = unit.now
        if case.first_answered_at is None:
            values["first_answered_at"] = unit.now
    store.update_case(unit, case.id, values)
    record(
        unit,
        "message_sent",
        by=SYSTEM,
        case_id=case.id,
        brand_id=case.brand_id,
        data={
            "message_id": message.id,
            "channel": message.channel,
            "visibility": message.visibility,
            "is_notice": is_overtaken,
            "elsewhere": True,
        },
    )
    if not is_overtaken and not case.is_ended and case.status != "waiting":
        changes.set_status(unit, changes.get_case(unit, case.id), "waiting", by=SYSTEM)
