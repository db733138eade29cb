"""SQL of what shows alarms: marks on lists, counts for the rail, the page, and the mails.

Only what stands has a row, so even a walk of all of them is short; each names its index anyway.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.bundle import Part
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.line.alarm_rows import Alarm
from fairline.line.store_alarms import FIELDS
from fairline.line.tables_alarms import alarm_letters, alarms
from fairline.people.tables import Agent, team_members

# What stands on `case_ids`. Index: unique (case_id, kind).
OF_CASES = Part(
    sa.select(*FIELDS).where(alarms.c.case_id.in_(sa.bindparam("case_ids", expanding=True))), Alarm
)


def of_cases(unit: Unit, case_ids: list[str]) -> dict[str, list[Alarm]]:
    """Case id -> what stands on it. One statement."""
    return by_case(OF_CASES.read(unit, {"case_ids": case_ids})) if case_ids else {}


def by_case(found: list[Alarm]) -> dict[str, list[Alarm]]:
    """The rows of `OF_CASES` by their case."""
    every: dict[str, list[Alarm]] = {}
    for alarm in found:
        every.setdefault(alarm.case_id, []).append(alarm)
    return every


@lru_cache(maxsize=512)
def _concerns(
    agent_id: str, role: str, brand_ids: tuple[str, ...]
) -> tuple[sa.ColumnElement[bool], ...]:
    """Supervisors: all of their brands. Agents: their own, their teams', and nobody's."""
    found: list[sa.ColumnElement[bool]] = []
    if brand_ids:
        found.append(alarms.c.brand_id.in_(brand_ids))
    if role == "agent":
        teams = sa.select(team_members.c.team_id).where(team_members.c.agent_id == agent_id)
        nobodys = sa.and_(alarms.c.owner_id.is_(None), alarms.c.team_id.is_(None))
        found.append(sa.or_(alarms.c.owner_id == agent_id, alarms.c.team_id.in_(teams), nobodys))
    return tuple(found)


@lru_cache(maxsize=512)
def unheard(agent_id: str, role: str, brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """A walk of what concerns the agent and nobody has, to be counted. Index: ix_alarms_unheard."""
    return (
        sa.select(sa.literal(1))
        .select_from(alarms)
        .where(alarms.c.acknowledged_at.is_(None), *_concerns(agent_id, role, brand_ids))
        .limit(most)
    )


def standing_for(
    unit: Unit, agent: Agent, *, kind: str = "", only_own: bool = False, limit: int
) -> list[tuple[Alarm, str, str]]:
    """(alarm, reference, subject) of what concerns the agent, the longest standing first.

    Index: (raised_at, id), or (kind, raised_at, id); cases by primary key.
    """
    query = sa.select(*FIELDS, cases.c.reference, cases.c.subject).join(
        cases, cases.c.id == alarms.c.case_id
    )
    query = query.where(*_concerns(agent.id, agent.role, agent.brand_ids))
    if kind:
        query = query.where(alarms.c.kind == kind)
    if only_own:
        query = query.where(alarms.c.owner_id == agent.id)
    found = []
    for row in unit.execute(query.order_by(alarms.c.raised_at, alarms.c.id).limit(limit)):
        values = dict(row._mapping)
        reference, subject = values.pop("reference"), values.pop("subject")
        found.append((Alarm(**values), reference, subject))
    return found


def count_by_kind(unit: Unit, agent: Agent) -> dict[str, int]:
    """How many of each kind concern the agent. One walk of what stands."""
    query = sa.select(alarms.c.kind, sa.func.count().label("many")).group_by(alarms.c.kind)
    query = query.where(*_concerns(agent.id, agent.role, agent.brand_ids))
    return {row.kind: row.many for row in unit.execute(query)}


def newest_for(unit: Unit, agent: Agent, since: datetime, until: datetime) -> datetime | None:
    """When the latest that nobody has was raised after `since` and not after `until`.

    Index: (raised_at, id).
    """
    query = (
        sa.select(alarms.c.raised_at)
        .where(
            alarms.c.raised_at > since,
            alarms.c.raised_at <= until,
            alarms.c.acknowledged_at.is_(None),
            *_concerns(agent.id, agent.role, agent.brand_ids),
        )
        .order_by(alarms.c.raised_at.desc())
        .limit(1)
    )
    found: datetime | None = unit.execute(query).scalar_one_or_none()
    return found


def letters(unit: Unit) -> dict[str, tuple[datetime, datetime | None]]:
    """Agent id -> (told until, last mailed at). A row per agent who wants mail."""
    rows = unit.execute(sa.select(alarm_letters))
    return {row.agent_id: (row.told_until, row.mailed_at) for row in rows}


def begin_letters(unit: Unit, agent_id: str) -> None:
    """From now on this agent is told; nothing happens when they are already."""
    row = {"agent_id": agent_id, "told_until": unit.now, "mailed_at": None}
    insert_or_ignore(unit, alarm_letters, row)


def end_letters(unit: Unit, agent_id: str) -> None:
    unit.execute(sa.delete(alarm_letters).where(alarm_letters.c.agent_id == agent_id))


def claim_letter(
    unit: Unit,
    agent_id: str,
    before: datetime,
    told_until: datetime,
    mailed_at: datetime | None,
) -> bool:
    """Whether it is for the caller to write the mail: one winner among the nodes."""
    result = unit.execute(
        sa.update(alarm_letters)
        .where(alarm_letters.c.agent_id == agent_id, alarm_letters.c.told_until == before)
        .values(told_until=told_until, mailed_at=mailed_at)
    )
    return bool(result.rowcount)
