"""All SQL of taking a case out and putting one in: whole, in order, without the limits of lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Attachment, Case, Event, Message
from fairline.cases.store_messages import FILE_FIELDS, MESSAGE_FIELDS
from fairline.cases.tables import (
    attachments,
    cases,
    events,
    messages,
    participants,
    related_cases,
    sent_ids,
)
from fairline.db.dialect import insert_or_ignore
from fairline.db.tables import blobs
from fairline.db.unit import Unit
from fairline.people.tables import contacts, identities, teams

# Says what became of an install's own copy, not what happened on the case.
OF_THE_INSTALL = ("case_imported",)


def all_messages(unit: Unit, case_id: str) -> list[Message]:
    """Oldest first. Index: (case_id, created_at, id)."""
    query = sa.select(*MESSAGE_FIELDS).where(messages.c.case_id == case_id)
    rows = unit.execute(query.order_by(messages.c.created_at, messages.c.id))
    return [Message(**row._mapping) for row in rows]


def all_files(unit: Unit, case_id: str) -> list[Attachment]:
    """Of messages, not of drafts. Index: (case_id, id)."""
    query = sa.select(*FILE_FIELDS).where(
        attachments.c.case_id == case_id, attachments.c.message_id.is_not(None)
    )
    return [Attachment(**row._mapping) for row in unit.execute(query.order_by(attachments.c.id))]


def all_events(unit: Unit, case_id: str) -> list[Event]:
    """In the order in which they happened. Index: (case_id, position)."""
    query = sa.select(*events.c).where(
        events.c.case_id == case_id, events.c.kind.not_in(OF_THE_INSTALL)
    )
    rows = unit.execute(query.order_by(events.c.tx, events.c.position))
    return [Event(**row._mapping) for row in rows]


def all_participants(unit: Unit, case_id: str) -> list[dict[str, Any]]:
    query = sa.select(participants).where(participants.c.case_id == case_id)
    rows = unit.execute(query.order_by(participants.c.added_at, participants.c.identity_id))
    return [dict(row._mapping) for row in rows]


def all_related(unit: Unit, case_id: str) -> list[dict[str, Any]]:
    query = (
        sa.select(related_cases, cases.c.reference)
        .join(cases, cases.c.id == related_cases.c.other_id)
        .where(related_cases.c.case_id == case_id)
        .order_by(related_cases.c.other_id)
    )
    return [dict(row._mapping) for row in unit.execute(query)]


def all_sent(unit: Unit, case_id: str) -> list[dict[str, Any]]:
    """Index: (case_id, message_id)."""
    query = sa.select(sent_ids).where(sent_ids.c.case_id == case_id)
    return [dict(row._mapping) for row in unit.execute(query.order_by(sent_ids.c.native_id))]


def blob_size(unit: Unit, sha256: str) -> int:
    found = unit.execute(sa.select(blobs.c.size_bytes).where(blobs.c.sha256 == sha256))
    return int(found.scalar_one())


def team_by_name(unit: Unit, name: str) -> str | None:
    """An archived one too."""
    query = sa.select(teams.c.id).where(teams.c.name == name)
    found: str | None = unit.execute(query).scalar_one_or_none()
    return found


def is_taken(unit: Unit, kind: str, row_id: str) -> bool:
    """Whether a case, message or file has this id here."""
    table = {"case": cases, "message": messages, "file": attachments}[kind]
    return unit.execute(sa.select(table.c.id).where(table.c.id == row_id)).first() is not None


def insert_case(unit: Unit, case: Case) -> bool:
    """False when the reference, the id or the mail token is taken."""
    return insert_or_ignore(unit, cases, msgspec.structs.asdict(case))


def insert_message(unit: Unit, message: Message) -> bool:
    """False when this inbox has a message with the same native id."""
    return insert_or_ignore(unit, messages, msgspec.structs.asdict(message))


def insert_contact(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(contacts).values(**values))


def insert_identity(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(identities).values(**values))


def insert_participants(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        unit.execute(sa.insert(participants), list(rows))


def insert_events(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    """Facts of the past: nobody is to act on them, so no listener hears them."""
    for row in rows:
        unit.execute(sa.insert(events).values(**row))


def insert_sent(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        insert_or_ignore(unit, sent_ids, row)


def relate(unit: Unit, case_id: str, other_id: str, reason: str, at: datetime) -> None:
    """Both ways, when the other case is here."""
    if not is_taken(unit, "case", other_id):
        return
    for one, two in ((case_id, other_id), (other_id, case_id)):
        values = {"case_id": one, "other_id": two, "reason": reason, "created_at": at}
        insert_or_ignore(unit, related_cases, values)
