"""All SQL of answers to many. Index: primary keys, and the partial one of what is queued."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import claimed
from fairline.db.unit import Unit
from fairline.line.tables_bulk import QUEUED, bulk_answer_cases, bulk_answers

MOST_LISTED = 20
_of = bulk_answer_cases.c


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `bulk_answers`."""

    id: str
    agent_id: str
    text: str
    status: str
    created_at: datetime
    finished_at: datetime | None


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """One that is to be sent."""

    case_id: str
    words: str
    visibility: str
    seen_count: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one."""

    reference: str
    subject: str
    visibility: str
    state: str
    reason: str


def insert(unit: Unit, bulk_id: str, agent_id: str, text: str, status: str) -> None:
    values = {"id": bulk_id, "agent_id": agent_id, "text": text, "status": status}
    unit.execute(sa.insert(bulk_answers).values(**values, created_at=unit.now))


def insert_cases(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    unit.execute(sa.insert(bulk_answer_cases), list(rows))


def by_id(unit: Unit, bulk_id: str) -> Bulk | None:
    row = unit.execute(sa.select(bulk_answers).where(bulk_answers.c.id == bulk_id)).one_or_none()
    return Bulk(**row._mapping) if row else None


def latest_of(unit: Unit, agent_id: str) -> list[Bulk]:
    """The newest first. Index: (agent_id, created_at)."""
    query = (
        sa.select(bulk_answers)
        .where(bulk_answers.c.agent_id == agent_id)
        .order_by(bulk_answers.c.created_at.desc())
        .limit(MOST_LISTED)
    )
    return [Bulk(**row._mapping) for row in unit.execute(query)]


def claim(unit: Unit, bulk_id: str, *, limit: int) -> list[Queued]:
    """Some that are queued and that nobody else sends now. Index: ix_bulk_answer_cases_queued."""
    query = (
        sa.select(_of.case_id, _of.words, _of.visibility, _of.seen_count)
        .where(_of.bulk_id == bulk_id, sa.text(QUEUED))
        .order_by(_of.case_id)
        .limit(limit)
    )
    return [Queued(**row._mapping) for row in unit.execute(claimed(unit, query))]


def is_any_queued(unit: Unit, bulk_id: str) -> bool:
    query = sa.select(_of.case_id).where(_of.bulk_id == bulk_id, sa.text(QUEUED)).limit(1)
    return unit.execute(query).first() is not None


def settle(unit: Unit, bulk_id: str, case_id: str, *, state: str, reason: str) -> None:
    unit.execute(
        sa.update(bulk_answer_cases)
        .where(_of.bulk_id == bulk_id, _of.case_id == case_id)
        .values(state=state, reason=reason)
    )


def finish(unit: Unit, bulk_id: str) -> None:
    change = sa.update(bulk_answers).where(bulk_answers.c.id == bulk_id)
    unit.execute(change.values(finished_at=unit.now))


def results(unit: Unit, bulk_id: str, brand_ids: tuple[str, ...]) -> list[Result]:
    """What came of each, those left out first. By primary key."""
    query = (
        sa.select(cases.c.reference, cases.c.subject, _of.visibility, _of.state, _of.reason)
        .join(cases, cases.c.id == _of.case_id)
        .where(_of.bulk_id == bulk_id)
        .order_by(_of.state.desc(), _of.case_id)
    )
    if brand_ids:
        query = query.where(cases.c.brand_id.in_(brand_ids))
    return [Result(**row._mapping) for row in unit.execute(query)]
