"""All SQL of what an exported case takes along of its channels."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.rows import Delivery, RawRow
from fairline.channels.tables import deliveries, inboxes, raw_items
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit

_DELIVERY = [deliveries.c[f.name] for f in msgspec.structs.fields(Delivery)]
_RAW = [raw_items.c[f.name] for f in msgspec.structs.fields(RawRow)]


def inbox_at(unit: Unit, brand_id: str, kind: str, address: str) -> str | None:
    """An archived one too. Index: unique (brand_id, kind, address)."""
    query = sa.select(inboxes.c.id).where(
        inboxes.c.brand_id == brand_id, inboxes.c.kind == kind, inboxes.c.address == address
    )
    found: str | None = unit.execute(query).scalar_one_or_none()
    return found


def deliveries_of(unit: Unit, case_id: str) -> list[Delivery]:
    """Oldest first. Index: case_id."""
    query = sa.select(*_DELIVERY).where(deliveries.c.case_id == case_id).order_by(deliveries.c.id)
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def is_delivery(unit: Unit, delivery_id: str) -> bool:
    query = sa.select(deliveries.c.id).where(deliveries.c.id == delivery_id)
    return unit.execute(query).first() is not None


def insert_delivery(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(deliveries).values(**values))


def raw_items_of(unit: Unit, case_id: str) -> list[RawRow]:
    """What came in about the case, by native id. Index: case_id."""
    query = sa.select(*_RAW).where(raw_items.c.case_id == case_id, raw_items.c.state == "taken")
    rows = unit.execute(query.order_by(raw_items.c.received_at, raw_items.c.native_id))
    return [RawRow(**row._mapping) for row in rows]


def insert_raw_item(unit: Unit, values: dict[str, Any]) -> None:
    """One that this inbox has already stays as it is."""
    insert_or_ignore(unit, raw_items, values)
