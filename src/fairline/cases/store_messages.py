"""All SQL of messages, files, drafts and nudges. A thread's index: (case_id, created_at, id)."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Attachment, Message
from fairline.cases.tables import attachments, drafts, messages, nudges
from fairline.db.bundle import Part, at_most
from fairline.db.dialect import update_row, upsert
from fairline.db.unit import Unit

MESSAGE_FIELDS = [messages.c[f.name] for f in msgspec.structs.fields(Message)]
_INSERT_MESSAGE = sa.insert(messages)
_MESSAGE_BY_ID = sa.select(*MESSAGE_FIELDS).where(messages.c.id == sa.bindparam("message_id"))
_BY_NATIVE_ID = sa.select(*MESSAGE_FIELDS).where(
    messages.c.inbox_id == sa.bindparam("inbox_id"),
    messages.c.native_id == sa.bindparam("native_id"),
)
_THREAD = (
    sa.select(*MESSAGE_FIELDS)
    .where(messages.c.case_id == sa.bindparam("case_id"))
    .order_by(messages.c.created_at.desc(), messages.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
FILE_FIELDS = [attachments.c[f.name] for f in msgspec.structs.fields(Attachment)]


_MINE = (nudges.c.agent_id == sa.bindparam("agent_id"), nudges.c.read_at.is_(None))
_UNREAD = (
    sa.select(nudges)
    .where(*_MINE)
    .order_by(nudges.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_IS_NUDGED = (
    sa.select(nudges.c.id).where(*_MINE, nudges.c.case_id == sa.bindparam("case_id")).limit(1)
)
MOST_NUDGES = 100
# How many nudges an agent has not read, counted no further. Index: (agent_id, read_at, id).
UNREAD = Part(
    sa.select(sa.func.count().label("many")).select_from(
        sa.select(nudges.c.id).where(*_MINE).limit(at_most(MOST_NUDGES)).subquery()
    ),
    lambda many: many,
)

_WAITING_FILES = (
    sa.select(*FILE_FIELDS)
    .where(
        attachments.c.case_id == sa.bindparam("case_id"),
        attachments.c.agent_id == sa.bindparam("agent_id"),
        attachments.c.message_id.is_(None),
    )
    .order_by(attachments.c.id)
)

# Everybody's drafts on a case: agent_id, mode, text, updated_at. Index: primary key.
DRAFTS = Part(sa.select(drafts).where(drafts.c.case_id == sa.bindparam("case_id")), dict[str, Any])

# All files of a case that belong to a message or to the agent's own draft. Index: (case_id, id).
FILES = Part(
    sa.select(*FILE_FIELDS)
    .where(
        attachments.c.case_id == sa.bindparam("case_id"),
        sa.or_(
            attachments.c.message_id.is_not(None),
            attachments.c.agent_id == sa.bindparam("agent_id"),
        ),
    )
    .order_by(attachments.c.id),
    Attachment,
)
_FILES_OF_CASE = (
    sa.select(*FILE_FIELDS)
    .where(attachments.c.case_id == sa.bindparam("case_id"), attachments.c.message_id.is_not(None))
    .order_by(attachments.c.id)
)


def insert_message(unit: Unit, message: Message) -> None:
    """Raises sqlalchemy IntegrityError when (inbox, native id) is already stored."""
    unit.execute(_INSERT_MESSAGE, msgspec.structs.asdict(message))


def message_by_id(unit: Unit, message_id: str) -> Message | None:
    row = unit.execute(_MESSAGE_BY_ID, {"message_id": message_id}).one_or_none()
    return Message(**row._mapping) if row else None


def message_by_native_id(unit: Unit, inbox_id: str, native_id: str) -> Message | None:
    """Index: unique (inbox_id, native_id)."""
    row = unit.execute(_BY_NATIVE_ID, {"inbox_id": inbox_id, "native_id": native_id}).one_or_none()
    return Message(**row._mapping) if row else None


def messages_with_native_ids(unit: Unit, native_ids: list[str]) -> list[Message]:
    """In any inbox. Index: ix_messages_native_id."""
    if not native_ids:
        return []
    query = sa.select(*MESSAGE_FIELDS).where(messages.c.native_id.in_(native_ids)).limit(200)
    return [Message(**row._mapping) for row in unit.execute(query)]


def thread(unit: Unit, case_id: str, *, limit: int = 1000) -> list[Message]:
    """The newest `limit` messages, oldest first."""
    rows = unit.execute(_THREAD, {"case_id": case_id, "most": limit})
    return [Message(**row._mapping) for row in rows][::-1]


def thread_before(unit: Unit, case_id: str, before: Message | None, *, limit: int) -> list[Message]:
    """The newest `limit` messages said before `before` (None: of all), oldest first."""
    if before is None:
        return thread(unit, case_id, limit=limit)
    query = sa.select(*MESSAGE_FIELDS).where(messages.c.case_id == case_id)
    query = query.where(
        sa.tuple_(messages.c.created_at, messages.c.id)
        < sa.tuple_(
            sa.literal(before.created_at, messages.c.created_at.type),
            sa.literal(before.id, messages.c.id.type),
        )
    )
    query = query.order_by(messages.c.created_at.desc(), messages.c.id.desc()).limit(limit)
    return [Message(**row._mapping) for row in unit.execute(query)][::-1]


def first_messages(unit: Unit, case_ids: list[str]) -> dict[str, Message]:
    """Case id -> its first public message, for lists of the board."""
    found: dict[str, Message] = {}
    for case_id in case_ids:
        query = (
            sa.select(*MESSAGE_FIELDS)
            .where(messages.c.case_id == case_id, messages.c.visibility == "public")
            .order_by(messages.c.created_at, messages.c.id)
            .limit(1)
        )
        row = unit.execute(query).one_or_none()
        if row:
            found[case_id] = Message(**row._mapping)
    return found


def update_message(unit: Unit, message_id: str, values: dict[str, Any]) -> None:
    update_row(unit, messages, message_id, values)


def insert_attachment(unit: Unit, attachment: Attachment) -> None:
    unit.execute(sa.insert(attachments).values(**msgspec.structs.asdict(attachment)))


def attachment_by_id(unit: Unit, attachment_id: str) -> Attachment | None:
    row = unit.execute(
        sa.select(*FILE_FIELDS).where(attachments.c.id == attachment_id)
    ).one_or_none()
    return Attachment(**row._mapping) if row else None


def attachments_of(unit: Unit, case_id: str) -> list[Attachment]:
    """All files of a case that belong to a message. Index: (case_id, id)."""
    return [
        Attachment(**row._mapping) for row in unit.execute(_FILES_OF_CASE, {"case_id": case_id})
    ]


def attachments_of_message(unit: Unit, message_id: str) -> list[Attachment]:
    query = sa.select(*FILE_FIELDS).where(attachments.c.message_id == message_id)
    return [Attachment(**row._mapping) for row in unit.execute(query.order_by(attachments.c.id))]


def waiting_attachments(unit: Unit, case_id: str, agent_id: str) -> list[Attachment]:
    """Files an agent has put into a draft."""
    rows = unit.execute(_WAITING_FILES, {"case_id": case_id, "agent_id": agent_id})
    return [Attachment(**row._mapping) for row in rows]


def bind_attachments(unit: Unit, attachment_ids: list[str], message_id: str) -> None:
    unit.execute(
        sa.update(attachments)
        .where(attachments.c.id.in_(attachment_ids), attachments.c.message_id.is_(None))
        .values(message_id=message_id)
    )


def delete_waiting_attachment(unit: Unit, attachment_id: str, agent_id: str) -> bool:
    result = unit.execute(
        sa.delete(attachments).where(
            attachments.c.id == attachment_id,
            attachments.c.agent_id == agent_id,
            attachments.c.message_id.is_(None),
        )
    )
    return bool(result.rowcount)


def save_draft(unit: Unit, case_id: str, agent_id: str, mode: str, text: str) -> None:
    upsert(
        unit,
        drafts,
        {
            "case_id": case_id,
            "agent_id": agent_id,
            "mode": mode,
            "text": text,
            "updated_at": unit.now,
        },
        keys=("case_id", "agent_id"),
    )


def delete_draft(unit: Unit, case_id: str, agent_id: str) -> None:
    unit.execute(
        sa.delete(drafts).where(drafts.c.case_id == case_id, drafts.c.agent_id == agent_id)
    )


def drafts_of(unit: Unit, case_id: str) -> list[dict[str, Any]]:
    """Everybody's drafts on a case."""
    return DRAFTS.read(unit, {"case_id": case_id})


def insert_nudge(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(nudges).values(created_at=unit.now, **values))


def unread_nudges(unit: Unit, agent_id: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Newest first. Index: (agent_id, read_at, id)."""
    return [
        dict(row._mapping) for row in unit.execute(_UNREAD, {"agent_id": agent_id, "limit": limit})
    ]


def unread_of(case_id: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Unread nudges of the bound `agent_id` that point to the case of the statement around it."""
    return sa.select(sa.literal(1)).where(*_MINE, nudges.c.case_id == case_id)


def is_nudged(unit: Unit, agent_id: str, case_id: str) -> bool:
    """Whether an unread nudge points to the case. Index: (agent_id, read_at, id)."""
    wanted = {"agent_id": agent_id, "case_id": case_id}
    return unit.execute(_IS_NUDGED, wanted).first() is not None


def read_nudges(unit: Unit, agent_id: str, case_id: str | None) -> None:
    change = sa.update(nudges).where(nudges.c.agent_id == agent_id, nudges.c.read_at.is_(None))
    if case_id:
        change = change.where(nudges.c.case_id == case_id)
    unit.execute(change.values(read_at=unit.now))


def read_old_nudges(unit: Unit, before: datetime) -> None:
    """Mark as read what agents were told before that time."""
    unit.execute(
        sa.update(nudges)
        .where(nudges.c.read_at.is_(None), nudges.c.created_at < before)
        .values(read_at=unit.now)
    )
