"""All SQL of the line. A page costs the same at ten thousand and ten million cases: every list is
a walk of one index of `line_places` or `cases`, and every count stops at a bound.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import insert_or_ignore, locked, update_row
from fairline.db.unit import Unit
from fairline.line.tables import line_places
from fairline.promises.order import Standing

places = line_places.c
KEY = (places.due_at, places.entered_at, places.case_id)
_REMOVE = (
    sa.delete(line_places)
    .where(places.case_id == sa.bindparam("gone"))
    .returning(places.brand_id, *KEY)
)
_PLACED = sa.select(line_places).where(places.case_id == sa.bindparam("case_id"))
_STANDING = sa.select(*KEY).where(places.case_id == sa.bindparam("case_id"))


def placed(unit: Unit, case_id: str) -> dict[str, Any] | None:
    """The place as it is, held until the unit ends. By primary key."""
    row = unit.execute(locked(unit, _PLACED), {"case_id": case_id}).one_or_none()
    return dict(row._mapping) if row else None


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the case has a place already."""
    return insert_or_ignore(unit, line_places, values)


def change(unit: Unit, case_id: str, values: dict[str, Any]) -> None:
    """Change some columns of a place. By primary key."""
    update_row(unit, line_places, case_id, values, key="case_id")


def remove(unit: Unit, case_id: str) -> tuple[str, Standing] | None:
    """Take a place away. Returns its brand and standing. By primary key."""
    row = unit.execute(_REMOVE, {"gone": case_id}).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    return found.pop("brand_id"), Standing(**found)


def standing(unit: Unit, case_id: str) -> Standing | None:
    """The order key of a waiting case. By primary key."""
    row = unit.execute(_STANDING, {"case_id": case_id}).one_or_none()
    return Standing(**row._mapping) if row else None


def before(key: Standing) -> sa.ColumnElement[bool]:
    """The condition of standing ahead of `key`."""
    return sa.tuple_(*KEY) < sa.tuple_(
        sa.literal(key.due_at, places.due_at.type),
        sa.literal(key.entered_at, places.entered_at.type),
        sa.literal(key.case_id, places.case_id.type),
    )


def after(key: Standing) -> sa.ColumnElement[bool]:
    """The condition of standing behind `key`."""
    return sa.tuple_(*KEY) > sa.tuple_(
        sa.literal(key.due_at, places.due_at.type),
        sa.literal(key.entered_at, places.entered_at.type),
        sa.literal(key.case_id, places.case_id.type),
    )


def recent_answers(unit: Unit, brand_id: str, since: datetime, *, most: int = 60) -> list[datetime]:
    """When cases of the brand were last answered, oldest first, at most `most`.

    Index: (brand_id, last_answered_at).
    """
    query = (
        sa.select(cases.c.last_answered_at)
        .where(cases.c.brand_id == brand_id, cases.c.last_answered_at >= since)
        .order_by(cases.c.last_answered_at.desc())
        .limit(most)
    )
    return list(unit.execute(query).scalars())[::-1]


def promises_kept(
    unit: Unit, brand_id: str, since: datetime, *, most: int = 1000
) -> tuple[int, int]:
    """(kept, all) of the latest first answers, at most `most` of them.

    Index: (brand_id, last_answered_at).
    """
    latest = (
        sa.select(cases.c.first_answered_at, cases.c.first_due_at)
        .where(
            cases.c.brand_id == brand_id,
            cases.c.last_answered_at >= since,
            cases.c.first_due_at.is_not(None),
        )
        .order_by(cases.c.last_answered_at.desc())
        .limit(most)
        .subquery()
    )
    kept = sa.func.sum(sa.case((latest.c.first_answered_at <= latest.c.first_due_at, 1), else_=0))
    query = sa.select(kept.label("kept"), sa.func.count().label("many")).select_from(latest)
    row = unit.execute(query).one()
    return int(row.kept or 0), row.many
