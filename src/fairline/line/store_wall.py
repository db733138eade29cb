"""SQL of the wallboard: bounded walks and first entries of indexes, in a handful of statements."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases, events
from fairline.db.unit import Unit
from fairline.line.tables import line_places
from fairline.line.tables_alarms import alarms

places = line_places.c
MOST_READ = 5000


def of_teams(
    unit: Unit, team_ids: tuple[str | None, ...], brand_ids: tuple[str, ...], *, most: int
) -> dict[str | None, tuple[int, int]]:
    """Team id (None: no team) -> (waiting, late), each counted to `most`.

    Index: line_places (team_id, due_at, …), two bounded walks for each team.
    """
    query = _of_teams(team_ids, brand_ids, most)
    found: dict[str | None, list[int]] = {team_id: [0, 0] for team_id in team_ids}
    for row in unit.execute(query, {"now": unit.now}):
        found[team_ids[row.number // 2]][row.number % 2] = int(row.many)
    return {team_id: (waiting, late) for team_id, (waiting, late) in found.items()}


@lru_cache(maxsize=64)
def _of_teams(
    team_ids: tuple[str | None, ...], brand_ids: tuple[str, ...], most: int
) -> sa.CompoundSelect[Any]:
    parts = []
    for number, team_id in enumerate(team_ids):
        whose = places.team_id.is_(None) if team_id is None else places.team_id == team_id
        query = sa.select(sa.literal(1)).where(whose)
        if brand_ids:
            query = query.where(places.brand_id.in_(brand_ids))
        late = query.where(places.due_at <= sa.bindparam("now", type_=places.due_at.type))
        for at, one in enumerate((query, late)):
            bounded = one.limit(most).subquery()
            columns = (sa.literal(2 * number + at).label("number"), sa.func.count().label("many"))
            parts.append(sa.select(*columns).select_from(bounded))
    return sa.union_all(*parts)


def oldest_wait(unit: Unit, brand_id: str) -> datetime | None:
    """Since when somebody of the brand waits. Index: line_places (brand_id, entered_at)."""
    query = sa.select(sa.func.min(places.entered_at)).where(places.brand_id == brand_id)
    found: datetime | None = unit.execute(query).scalar_one()
    return found


def taken(unit: Unit, agent_ids: list[str], brand_ids: tuple[str, ...], *, most: int) -> int:
    """How many in line somebody owns, counted to `most`. Index: line_places (owner_id, …)."""
    query = sa.select(sa.literal(1)).where(places.owner_id.in_(agent_ids))
    if brand_ids:
        query = query.where(places.brand_id.in_(brand_ids))
    bounded = query.limit(most).subquery()
    return int(unit.execute(sa.select(sa.func.count()).select_from(bounded)).scalar_one())


def at_risk(unit: Unit) -> list[tuple[str, str | None, int]]:
    """(brand, team, promises at risk). Index: alarms (kind, …), which holds only what stands."""
    query = (
        sa.select(alarms.c.brand_id, alarms.c.team_id, sa.func.count().label("many"))
        .where(alarms.c.kind == "promise_at_risk")
        .group_by(alarms.c.brand_id, alarms.c.team_id)
    )
    return [(row.brand_id, row.team_id, int(row.many)) for row in unit.execute(query)]


def arrivals(unit: Unit, since: datetime) -> list[tuple[str | None, datetime]]:
    """(brand, time) of cases that began, the latest 5,000. Index: events (kind, at)."""
    query = (
        sa.select(events.c.brand_id, events.c.at)
        .where(events.c.kind == "case_opened", events.c.at >= since)
        .order_by(events.c.at.desc())
        .limit(MOST_READ)
    )
    return [(row.brand_id, row.at) for row in unit.execute(query)]


def answers(unit: Unit, brand_id: str, since: datetime) -> list[datetime]:
    """When cases were last answered, the latest 5,000.

    Index: cases (brand_id, last_answered_at).
    """
    query = (
        sa.select(cases.c.last_answered_at)
        .where(cases.c.brand_id == brand_id, cases.c.last_answered_at >= since)
        .order_by(cases.c.last_answered_at.desc())
        .limit(MOST_READ)
    )
    return list(unit.execute(query).scalars())


def first_answers(unit: Unit, brand_id: str, since: datetime) -> tuple[int, int]:
    """(in time, all) of first answers given since, of the 5,000 cases last answered.

    Index: cases (brand_id, last_answered_at): what was first answered was answered since.
    """
    latest = (
        sa.select(cases.c.first_answered_at, cases.c.first_due_at)
        .where(cases.c.brand_id == brand_id, cases.c.last_answered_at >= since)
        .order_by(cases.c.last_answered_at.desc())
        .limit(MOST_READ)
        .subquery()
    )
    kept = sa.func.sum(sa.case((latest.c.first_answered_at <= latest.c.first_due_at, 1), else_=0))
    query = sa.select(kept.label("kept"), sa.func.count().label("many")).where(
        latest.c.first_answered_at >= since, latest.c.first_due_at.is_not(None)
    )
    row = unit.execute(query.select_from(latest)).one()
    return int(row.kept or 0), int(row.many)
