"""All SQL of told waits. Indexes: primary keys, told_waits by (brand_id, answered_at), and those
without an answer by (brand_id, told_at).
"""

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
_TELL = (
    sa.update(told_waits)
    .where(
        told.case_id == sa.bindparam("of_case", type_=told.case_id.type),
        told.low.is_(None),
        told.answered_at.is_(None),
    )
    .values(
        told_at=sa.bindparam("at", type_=told.told_at.type),
        ahead=sa.bindparam("now_ahead", type_=sa.Integer),
        low=sa.bindparam("now_low", type_=told.low.type),
        high=sa.bindparam("now_high", type_=told.high.type),
        expected_minutes=sa.bindparam("plain", type_=sa.Float),
    )
)
_IS_TOLD = sa.select(told.low.is_not(None)).where(
    told.case_id == sa.bindparam("case_id", type_=told.case_id.type)
)


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when this case was told before."""
    return insert_or_ignore(unit, told_waits, values)


def is_told(unit: Unit, case_id: str) -> bool | None:
    """Whether a range was told; None where nothing is known of the case."""
    found: bool | None = unit.execute(_IS_TOLD, {"case_id": case_id}).scalar()
    return found


def tell_late(unit: Unit, values: dict[str, Any]) -> bool:
    """Give a case its range that had none. False when it has one by now or was answered."""
    bound = {
        "of_case": values["case_id"],
        "at": values["told_at"],
        "now_ahead": values["ahead"],
        "now_low": values["low"],
        "now_high": values["high"],
        "plain": values["expected_minutes"],
    }
    return unit.execute(_TELL, bound, options={"preserve_rowcount": True}).rowcount == 1


def open_range(
    unit: Unit, case_id: str
) -> tuple[str, datetime, datetime | None, datetime | None] | None:
    """(brand, told at, low, high) of a case without an answer; held until the unit ends."""
    row = unit.execute(locked(unit, _OPEN), {"case_id": case_id}).one_or_none()
    return (row.brand_id, row.told_at, row.low, row.high) if row else None


def answered(unit: Unit, case_id: str, at: datetime, fate: int | None, took: float) -> None:
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
        told.told_at >= sa.bindparam("since", type_=told.told_at.type),
    )
    .order_by(told.told_at.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def met(unit: Unit, brand_id: str, since: datetime, *, most: int) -> list[Any]:
    """(ahead, told_at, expected, took) of the latest that met their answer."""
    values = {"brand_id": brand_id, "since": since, "most": most}
    return list(unit.execute(_LATEST, values))


def waiting(unit: Unit, brand_id: str, since: datetime, *, most: int) -> list[Any]:
    """The same of those that stand in line still, the latest first. Index: ix_told_waits_open."""
    values = {"brand_id": brand_id, "since": since, "most": most}
    return list(unit.execute(_WAITING, values))


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
    """What came of the ranges among the latest `most` cases. Index: (brand_id, answered_at)."""
    query = (
        sa.select(told.fate)
        .where(told.brand_id == brand_id, told.answered_at >= since)
        .order_by(told.answered_at.desc())
        .limit(most)
    )
    return [fate for fate in unit.execute(query).scalars() if fate is not None]
