"""All SQL of what is shown to everybody. Only here is it said which messages are public."""

from datetime import datetime

import sqlalchemy as sa

from fairline.cases.rows import Case, Message
from fairline.cases.store import CASE_FIELDS
from fairline.cases.store_messages import MESSAGE_FIELDS
from fairline.cases.tables import cases, messages
from fairline.db.unit import Unit

MOST_SPOKEN = 500

# What was masked is read masked; the words themselves are for the two sides of the thread.
_IS_MASKED = messages.c.shown_text.is_not(None)
SHOWN_FIELDS = [
    *(c for c in MESSAGE_FIELDS if c.name not in {"text", "full_text", "html", "subject"}),
    sa.func.coalesce(messages.c.shown_text, messages.c.text).label("text"),
    *(
        sa.case((_IS_MASKED, ""), else_=messages.c[name]).label(name)
        for name in ("full_text", "html", "subject")
    ),
]
_ON_THE_BOARD = (cases.c.is_public, cases.c.hidden_at.is_(None))
_SPOKEN = (
    messages.c.visibility == "public",
    messages.c.direction.in_(("inbound", "outbound")),
    messages.c.hidden_at.is_(None),
    messages.c.is_automatic.is_(False),
)


def page(
    unit: Unit, brand_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[Case]:
    """Public cases of a brand, newest activity first, below the key `before`.

    Index: ix_cases_public (brand_id, updated_at, id).
    """
    query = sa.select(*CASE_FIELDS).where(*_ON_THE_BOARD, cases.c.brand_id == brand_id)
    if before:
        moment, case_id = before
        query = query.where(
            sa.tuple_(cases.c.updated_at, cases.c.id)
            < sa.tuple_(
                sa.literal(moment, cases.c.updated_at.type), sa.literal(case_id, cases.c.id.type)
            )
        )
    query = query.order_by(cases.c.updated_at.desc(), cases.c.id.desc()).limit(limit)
    return [Case(**row._mapping) for row in unit.execute(query)]


def spoken(unit: Unit, case_id: str) -> list[Message]:
    """The public messages of a case, oldest first. Index: (case_id, created_at, id)."""
    query = (
        sa.select(*SHOWN_FIELDS)
        .where(messages.c.case_id == case_id, *_SPOKEN)
        .order_by(messages.c.created_at, messages.c.id)
        .limit(MOST_SPOKEN)
    )
    return [Message(**row._mapping) for row in unit.execute(query)]


def spoken_by_id(unit: Unit, message_ids: list[str]) -> dict[str, Message]:
    """Those of the messages that are public. By primary key."""
    if not message_ids:
        return {}
    query = sa.select(*SHOWN_FIELDS).where(messages.c.id.in_(message_ids), *_SPOKEN)
    return {row.id: Message(**row._mapping) for row in unit.execute(query)}


def spoken_natively(unit: Unit, inbox_id: str, native_ids: list[str]) -> dict[str, Message]:
    """Those of an inbox's posts that are public, on a case that is. Index: uq_messages_native."""
    if not native_ids:
        return {}
    query = (
        sa.select(*SHOWN_FIELDS)
        .join(cases, cases.c.id == messages.c.case_id)
        .where(
            messages.c.inbox_id == inbox_id,
            messages.c.native_id.in_(native_ids),
            *_SPOKEN,
            *_ON_THE_BOARD,
        )
    )
    return {row.native_id: Message(**row._mapping) for row in unit.execute(query)}


def spoken_on(
    unit: Unit, case_ids: list[str], *, limit: int
) -> tuple[list[Message], dict[str, str]]:
    """The latest public messages of some cases, oldest first, and the cases' references.

    Index: (case_id, created_at, id).
    """
    if not case_ids:
        return [], {}
    query = (
        sa.select(*SHOWN_FIELDS, cases.c.reference)
        .join(cases, cases.c.id == messages.c.case_id)
        .where(messages.c.case_id.in_(case_ids), *_SPOKEN, *_ON_THE_BOARD)
        .order_by(messages.c.created_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    found: list[Message] = []
    references: dict[str, str] = {}
    for row in unit.execute(query):
        values = dict(row._mapping)
        references[row.case_id] = values.pop("reference")
        found.append(Message(**values))
    return found[::-1], references


def ends_of(unit: Unit, case_ids: list[str]) -> dict[str, tuple[Message, Message | None]]:
    """Case id -> its first public message and its last public answer, in one statement.

    Index: (case_id, created_at, id).
    """
    if not case_ids:
        return {}
    order = (messages.c.created_at, messages.c.id)
    from_start = sa.func.row_number().over(partition_by=messages.c.case_id, order_by=order)
    from_end = sa.func.row_number().over(
        partition_by=(messages.c.case_id, messages.c.direction),
        order_by=[column.desc() for column in order],
    )
    ranked = (
        sa.select(messages.c.id, from_start.label("start"), from_end.label("end"))
        .where(messages.c.case_id.in_(case_ids), *_SPOKEN)
        .subquery()
    )
    query = (
        sa.select(*SHOWN_FIELDS, ranked.c.start)
        .join(ranked, ranked.c.id == messages.c.id)
        .where(
            sa.or_(
                ranked.c.start == 1,
                sa.and_(ranked.c.end == 1, messages.c.direction == "outbound"),
            )
        )
    )
    firsts: dict[str, Message] = {}
    answers: dict[str, Message] = {}
    for row in unit.execute(query):
        values = dict(row._mapping)
        is_first = values.pop("start") == 1
        message = Message(**values)
        if is_first:
            firsts[message.case_id] = message
        if message.direction == "outbound":
            answers[message.case_id] = message
    return {case_id: (first, answers.get(case_id)) for case_id, first in firsts.items()}


def of_brand(unit: Unit, brand_id: str, *, limit: int) -> list[tuple[str, datetime]]:
    """References of public cases with their last change. Index: ix_cases_public."""
    query = (
        sa.select(cases.c.reference, cases.c.updated_at)
        .where(*_ON_THE_BOARD, cases.c.brand_id == brand_id)
        .order_by(cases.c.updated_at.desc(), cases.c.id.desc())
        .limit(limit)
    )
    return [(row.reference, row.updated_at) for row in unit.execute(query)]
