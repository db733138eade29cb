"""All SQL of turns. Each is one INSERT … SELECT from the place the case still has in the line.

Counted are those who stood before it and could have been served instead: the free ones of its queue
(the same brand, team and skills) when it was taken, the agent's own of the brand when it was
answered; at most MOST_COUNTED, nearest first. A case that was brought forward is counted from where
its own promise puts it, so that an override is seen as what it is.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import claimed
from fairline.db.unit import Unit
from fairline.line.fairness.tables import served_turns
from fairline.line.tables import line_places

MOST_COUNTED = 200
_COLUMNS = ("brand_id", "case_id", "agent_id", "at", "what", "how", "ahead", "is_public")
_HERE = line_places.c
_other = line_places.alias("other")
_KEY = (_other.c.due_at, _other.c.entered_at, _other.c.case_id)
_AGENT = sa.bindparam("taker", type_=_HERE.owner_id.type)
_IS_FORWARD = cases.c.brought_forward_at >= cases.c.entered_at
_OWN_DUE = sa.case((_IS_FORWARD, cases.c.due_at), else_=_HERE.due_at)
# Index: ix_line_places_free, whose predicate is said in its own words.
_FREE = (sa.text("other.owner_id IS NULL"), _other.c.queue_id == _HERE.queue_id)
# Index: line_places (owner_id, due_at, entered_at, case_id); the agent's own are a handful.
_MINE = (_other.c.owner_id == _AGENT, _other.c.brand_id == _HERE.brand_id)


def _ahead(*which: Any) -> sa.ScalarSelect[int]:
    """How many of those stand before the outer row."""
    nearest = (
        sa.select(sa.literal(1).label("one"))
        .where(
            *which,
            _other.c.case_id != _HERE.case_id,
            sa.tuple_(*_KEY) < sa.tuple_(_OWN_DUE, _HERE.entered_at, _HERE.case_id),
        )
        .order_by(*(column.desc() for column in _KEY))
        .limit(MOST_COUNTED)
        .correlate(line_places, cases)
        .subquery("nearest")
    )
    return sa.select(sa.func.count()).select_from(nearest).scalar_subquery()


def _turn(what: str, ahead: sa.ScalarSelect[int]) -> sa.Insert:
    manner = sa.bindparam("manner", type_=sa.Text)
    rows = (
        sa.select(
            _HERE.brand_id,
            _HERE.case_id,
            _AGENT,
            sa.bindparam("moment", type_=served_turns.c.at.type),
            sa.literal(what),
            sa.case((_IS_FORWARD, sa.literal("forward")), else_=manner),
            ahead,
            cases.c.is_public,
        )
        .join(cases, cases.c.id == _HERE.case_id)
        .where(_HERE.case_id == sa.bindparam("wanted"))
    )
    return sa.insert(served_turns).from_select(_COLUMNS, rows)


_TAKEN = _turn("taken", _ahead(*_FREE)).returning(served_turns.c.ahead, served_turns.c.how)
_ANSWERED = _turn("answered", _ahead(*_MINE))
_STILL_FREE = (
    sa.select(_other.c.case_id)
    .select_from(line_places)
    .join(
        _other,
        sa.and_(
            *_FREE, sa.tuple_(*_KEY) < sa.tuple_(_HERE.due_at, _HERE.entered_at, _HERE.case_id)
        ),
    )
    .where(_HERE.case_id == sa.bindparam("wanted"))
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_COUNTED_ANEW = (
    sa.update(served_turns)
    .where(
        served_turns.c.brand_id == sa.bindparam("of_brand", type_=served_turns.c.brand_id.type),
        served_turns.c.at == sa.bindparam("moment", type_=served_turns.c.at.type),
        served_turns.c.case_id == sa.bindparam("wanted", type_=served_turns.c.case_id.type),
    )
    .values(ahead=sa.bindparam("many", type_=sa.Integer))
)


def note_taken(unit: Unit, case_id: str, agent_id: str, how: str) -> bool:
    """Write the turn of a waiting case that nobody had; nothing when it does not wait.

    Returns whether *Next case* seems to have passed over somebody: see `forget_those_being_taken`.
    """
    turn = unit.execute(_TAKEN, _bound(unit, case_id, agent_id, how)).one_or_none()
    return turn is not None and turn.how == "next" and turn.ahead > 0


def note_answered(unit: Unit, case_id: str, agent_id: str) -> None:
    """Write that a waiting case was answered; nothing when nobody waited."""
    unit.execute(_ANSWERED, _bound(unit, case_id, agent_id, "picked"))


def _bound(unit: Unit, case_id: str, agent_id: str, how: str) -> dict[str, Any]:
    return {"wanted": case_id, "taker": agent_id, "moment": unit.now, "manner": how}


def forget_those_being_taken(unit: Unit, brand_id: str, case_id: str) -> None:
    """Count anew, without those that others are taking at this very moment (PostgreSQL).

    *Next case* passes over rows that another transaction holds; to a plain count they still look
    free. Mostly all of them are being taken, and then none is held by the count; else only
    for its length: the savepoint lets go of them.
    """
    if unit.database.is_sqlite:
        return
    query = claimed(unit, _STILL_FREE, of=_other)
    with unit.savepoint() as probe:
        many = len(unit.execute(query, {"wanted": case_id, "most": 1}).all())
        if many:
            many = len(unit.execute(query, {"wanted": case_id, "most": MOST_COUNTED}).all())
        probe.rollback()
    bound = {"of_brand": brand_id, "moment": unit.now, "wanted": case_id, "many": many}
    unit.execute(_COUNTED_ANEW, bound)


def forget_turns(unit: Unit, brand_id: str, before: datetime, *, limit: int = 10_000) -> int:
    """Drop old turns, at most `limit`. Index: (brand_id, at). Returns how many went."""
    old = (
        sa.select(served_turns.c.id)
        .where(served_turns.c.brand_id == brand_id, served_turns.c.at < before)
        .order_by(served_turns.c.at)
        .limit(limit)
    )
    return unit.execute(sa.delete(served_turns).where(served_turns.c.id.in_(old))).rowcount
