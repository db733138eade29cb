"""All SQL of told waits. Indexes: primary keys, and told_waits by (brand_id, answered_at)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, locked
from fairline.db.unit import Unit
from fairline.line.tables import line_places
from fairline.line.tables_told import told_waits, wait_tails
from fairline.promises.calibration import UNLEARNED, Tails

told = told_waits.c
_OPEN = sa.select(told.brand_id, told.told_at, told.low, told.high).where(
    told.case_id == sa.bindparam("case_id", type_=told.case_id.type), told.answered_at.is_(None)
)
_TAILS = sa.select(wait_tails.c.early, wait_tails.c.late).where(
    wait_tails.c.brand_id == sa.bindparam("brand_id", type_=wait_tails.c.brand_id.type)
)
_LEARN = (
    sa.update(wait_tails)
    .where(wait_tails.c.brand_id == sa.bindparam("of_brand", type_=wait_tails.c.brand_id.type))
    .values(
        early=sa.bindparam("new_early"),
        late=sa.bindparam("new_late"),
        learned=wait_tails.c.learned + sa.bindparam("more", type_=sa.BigInteger),
    )
)
_ANSWERED = (
    sa.update(told_waits)
    .where(told.case_id == sa.bindparam("of_case", type_=told.case_id.type))
    .values(
        answered_at=sa.bindparam("at", type_=told.answered_at.type),
        fate=sa.bindparam("came"),
        took_minutes=sa.bindparam("took"),
    )
)


_RANGE = sa.select(told.low, told.high).where(
    told.case_id == sa.bindparam("case_id", type_=told.case_id.type), told.answered_at.is_(None)
)


def range_of(unit: Unit, case_id: str) -> tuple[datetime, datetime] | None:
    """What a customer was told and still waits for. By primary key."""
    row = unit.execute(_RANGE, {"case_id": case_id}).one_or_none()
    return (row.low, row.high) if row else None


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when this case was told before."""
    return insert_or_ignore(unit, told_waits, values)


def is_told(unit: Unit, case_id: str) -> bool:
    return unit.execute(sa.select(told.case_id).where(told.case_id == case_id)).first() is not None


def open_range(unit: Unit, case_id: str) -> tuple[str, datetime, datetime, datetime] | None:
    """(brand, told at, low, high) of a range without an answer; held until the unit ends."""
    row = unit.execute(locked(unit, _OPEN), {"case_id": case_id}).one_or_none()
    return (row.brand_id, row.told_at, row.low, row.high) if row else None


def answered(unit: Unit, case_id: str, at: datetime, fate: int, took: float) -> None:
    unit.execute(_ANSWERED, {"of_case": case_id, "at": at, "came": fate, "took": took})


_LATEST = (
    sa.select(told.ahead, told.told_at, told.expected_minutes, told.took_minutes)
    .where(
        told.brand_id == sa.bindparam("brand_id", type_=told.brand_id.type),
        told.answered_at >= sa.bindparam("since", type_=told.answered_at.type),
    )
    .order_by(told.answered_at.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WAITING = (
    sa.select(told.ahead, told.told_at, told.expected_minutes, told.took_minutes)
    .join(line_places, line_places.c.case_id == told.case_id)
    .where(
        told.brand_id == sa.bindparam("brand_id", type_=told.brand_id.type),
        told.answered_at.is_(None),
    )
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def met(unit: Unit, brand_id: str, since: datetime, *, most: int) -> list[Any]:
    """(ahead, told_at, expected, took) of the latest that met their answer."""
    values = {"brand_id": brand_id, "since": since, "most": most}
    return list(unit.execute(_LATEST, values))


def waiting(unit: Unit, brand_id: str, *, most: int) -> list[Any]:
    """The same of some that stand in line still."""
    return list(unit.execute(_WAITING, {"brand_id": brand_id, "most": most}))


def tails(unit: Unit, brand_id: str, *, lock: bool = False) -> Tails:
    """What was learned of a brand. `lock` makes its row where there is none, and holds it."""
    if lock:
        first = {"brand_id": brand_id, "learned": 0, "early": UNLEARNED.early}
        insert_or_ignore(unit, wait_tails, {**first, "late": UNLEARNED.late})
    query = locked(unit, _TAILS) if lock else _TAILS
    row = unit.execute(query, {"brand_id": brand_id}).one_or_none()
    return Tails(early=row.early, late=row.late) if row else UNLEARNED


def learn(unit: Unit, brand_id: str, found: Tails, more: int) -> None:
    values = {"new_early": found.early, "new_late": found.late, "more": more}
    unit.execute(_LEARN, {"of_brand": brand_id, **values})


def fates(unit: Unit, brand_id: str, since: datetime, *, most: int) -> list[int]:
    """What came of the latest ranges, at most `most`. Index: (brand_id, answered_at)."""
    query = (
        sa.select(told.fate)
        .where(told.brand_id == brand_id, told.answered_at >= since)
        .order_by(told.answered_at.desc())
        .limit(most)
    )
    return list(unit.execute(query).scalars())
