"""All SQL of hand-offs. Indexes: uq_transfers_open, ix_transfers_due, (case_id, id)."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, locked
from fairline.db.unit import Unit
from fairline.handoff.transfers.rows import Transfer
from fairline.handoff.transfers.tables import OPEN, transfers

_FIELDS = [transfers.c[field.name] for field in msgspec.structs.fields(Transfer)]
_OPEN_OF = sa.select(*_FIELDS).where(transfers.c.case_id == sa.bindparam("case_id"), sa.text(OPEN))
_ALL_OF = (
    sa.select(*_FIELDS)
    .where(transfers.c.case_id == sa.bindparam("case_id"))
    .order_by(transfers.c.id.desc())
    .limit(50)
)
_DUE = (
    sa.select(transfers.c.case_id)
    .where(sa.text(OPEN), transfers.c.expires_at <= sa.bindparam("now"))
    .order_by(transfers.c.expires_at, transfers.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def insert(unit: Unit, transfer: Transfer) -> bool:
    """False when one is open on the case already."""
    return insert_or_ignore(unit, transfers, msgspec.structs.asdict(transfer))


def open_of(unit: Unit, case_id: str, *, lock: bool = False) -> Transfer | None:
    """The one that waits to be taken. Index: uq_transfers_open."""
    query = locked(unit, _OPEN_OF) if lock else _OPEN_OF
    row = unit.execute(query, {"case_id": case_id}).one_or_none()
    return Transfer(**row._mapping) if row else None


def of_case(unit: Unit, case_id: str) -> list[Transfer]:
    """The last fifty, newest first. Index: (case_id, id)."""
    return [Transfer(**row._mapping) for row in unit.execute(_ALL_OF, {"case_id": case_id})]


def update(unit: Unit, transfer_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(transfers).where(transfers.c.id == transfer_id).values(**values))


def due(unit: Unit, now: datetime, *, most: int) -> list[str]:
    """Ids of cases whose offer nobody answered in time. Index: ix_transfers_due."""
    return list(unit.execute(_DUE, {"now": now, "most": most}).scalars())
