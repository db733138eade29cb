"""All SQL of turns. Each is one INSERT … SELECT from the place the case still has in the line.

Counted are those who stood before it in the same brand and could have been served instead: free
ones of its team or of no team when it was taken, the agent's own when it was answered. A count
looks at no more than MOST_LOOKED_AT neighbours, the nearest first.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import claimed
from fairline.db.unit import Unit
from fairline.line.fairness.tables import served_turns
from fairline.line.tables import line_places

MOST_LOOKED_AT = 1000
_COLUMNS = ("brand_id", "case_id", "agent_id", "at", "what", "how", "ahead", "is_public")
_HERE = line_places.c
_other = line_places.alias("other")
_KEY = (_other.c.due_at, _other.c.entered_at, _other.c.case_id)
_AGENT = sa.bindparam("taker", type_=_HERE.owner_id.type)


def _nearest_ahead(*where: sa.ColumnElement[bool]) -> sa.Subquery:
    """Those before the outer row, the nearest first."""
    return (
        sa.select(_other.c.owner_id, _other.c.team_id)
        .where(
            *where,
            _other.c.brand_id == _HERE.brand_id,
            sa.tuple_(*_KEY) < sa.tuple_(_HERE.due_at, _HERE.entered_at, _HERE.case_id),
        )
        .order_by(*(column.desc() for column in _KEY))
        .limit(MOST_LOOKED_AT)
        .correlate(line_places)
        .subquery("ahead")
    )


def _turn(what: str, ahead: sa.Select[Any]) -> sa.Insert:
    rows = (
        sa.select(
            _HERE.brand_id,
            _HERE.case_id,
            _AGENT,
            sa.bindparam("moment", type_=served_turns.c.at.type),
            sa.literal(what),
            sa.bindparam("manner", type_=sa.Text),
            ahead.correlate(line_places).scalar_subquery(),
            cases.c.is_public,
        )
        .join(cases, cases.c.id == _HERE.case_id)
        .where(_HERE.case_id == sa.bindparam("wanted"))
    )
    return sa.insert(served_turns).from_select(_COLUMNS, rows)


# Index: line_places (brand_id, due_at, entered_at, case_id), walked backwards from the case.
_near = _nearest_ahead()
_FREE_AHEAD = (
    sa.select(sa.func.count())
    .select_from(_near)
    .where(
        _near.c.owner_id.is_(None),
        sa.or_(_near.c.team_id.is_(None), _near.c.team_id == _HERE.team_id),
    )
)
_TAKEN = _turn("taken", _FREE_AHEAD).returning(served_turns.c.ahead)
# Index: line_places (owner_id, due_at, entered_at, case_id): the agent's own, a handful.
_mine = _nearest_ahead(_other.c.owner_id == _AGENT)
_ANSWERED = _turn("answered", sa.select(sa.func.count()).select_from(_mine))


def note_taken(unit: Unit, case_id: str, agent_id: str, how: str) -> int:
    """Write the turn of a waiting case that nobody had; nothing when it does not wait.

    Returns how many free ones stood before it.
    """
    found = unit.execute(_TAKEN, _bound(unit, case_id, agent_id, how)).scalar_one_or_none()
    return int(found or 0)


def note_answered(unit: Unit, case_id: str, agent_id: str) -> None:
    """Write that a waiting case was answered; nothing when nobody waited."""
    unit.execute(_ANSWERED, _bound(unit, case_id, agent_id, "picked"))


def _bound(unit: Unit, case_id: str, agent_id: str, how: str) -> dict[str, Any]:
    return {"wanted": case_id, "taker": agent_id, "moment": unit.now, "manner": how}


def forget_those_being_taken(unit: Unit, case_id: str) -> None:
    """Count anew, without those that others are taking at this very moment (PostgreSQL).

    *Next case* passes over rows that another transaction holds; to a plain count they still look
    free. The rows are held for the length of the count only: the savepoint lets go of them.
    """
    if unit.database.is_sqlite:
        return
    place = unit.execute(
        sa.select(_HERE.brand_id, _HERE.team_id, _HERE.due_at, _HERE.entered_at).where(
            _HERE.case_id == case_id
        )
    ).one()
    still_free = (
        sa.select(_other.c.case_id)
        .where(
            _other.c.brand_id == place.brand_id,
            _other.c.owner_id.is_(None),
            sa.or_(_other.c.team_id.is_(None), _other.c.team_id == place.team_id),
            sa.tuple_(*_KEY)
            < sa.tuple_(
                sa.literal(place.due_at, _HERE.due_at.type),
                sa.literal(place.entered_at, _HERE.entered_at.type),
                sa.literal(case_id, _HERE.case_id.type),
            ),
        )
        .limit(MOST_LOOKED_AT)
    )
    probe = unit.savepoint()
    many = len(unit.execute(claimed(unit, still_free)).all())
    probe.rollback()
    unit.execute(
        sa.update(served_turns)
        .where(
            served_turns.c.brand_id == place.brand_id,
            served_turns.c.at == unit.now,
            served_turns.c.case_id == case_id,
        )
        .values(ahead=many)
    )


def forget_turns(unit: Unit, brand_id: str, before: datetime, *, limit: int = 10_000) -> int:
    """Drop old turns, at most `limit`. Index: (brand_id, at). Returns how many went."""
    old = (
        sa.select(served_turns.c.id)
        .where(served_turns.c.brand_id == brand_id, served_turns.c.at < before)
        .order_by(served_turns.c.at)
        .limit(limit)
    )
    return unit.execute(sa.delete(served_turns).where(served_turns.c.id.in_(old))).rowcount
