"""All SQL of raw items. Indexes: unique (inbox_id, native_id); ix_raw_items_open (state, id)."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.rows import RawRow
from fairline.channels.tables import NOT_TAKEN, inboxes, raw_items
from fairline.db.dialect import insert_or_ignore, locked
from fairline.db.unit import Unit

_FIELDS = [raw_items.c[f.name] for f in msgspec.structs.fields(RawRow)]


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the inbox has this native id already."""
    return insert_or_ignore(unit, raw_items, values)


def oldest_stored(unit: Unit, *, limit: int) -> list[RawRow]:
    """What waits to be understood, in order of arrival."""
    query = sa.select(*_FIELDS).where(sa.text(NOT_TAKEN), raw_items.c.state == "stored")
    return [RawRow(**r._mapping) for r in unit.execute(query.order_by(raw_items.c.id).limit(limit))]


def by_id(unit: Unit, raw_id: str, *, lock: bool = False) -> RawRow | None:
    query = sa.select(*_FIELDS).where(raw_items.c.id == raw_id)
    row = unit.execute(locked(unit, query) if lock else query).one_or_none()
    return RawRow(**row._mapping) if row else None


def by_native_id(unit: Unit, inbox_id: str, native_id: str) -> RawRow | None:
    row = unit.execute(
        sa.select(*_FIELDS).where(
            raw_items.c.inbox_id == inbox_id, raw_items.c.native_id == native_id
        )
    ).one_or_none()
    return RawRow(**row._mapping) if row else None


def update(unit: Unit, raw_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(raw_items).where(raw_items.c.id == raw_id).values(**values))


def set_aside(unit: Unit, *, brand_ids: tuple[str, ...] = (), limit: int = 200) -> list[RawRow]:
    """What could not be understood, newest first; no `brand_ids` means all brands'.

    Index: ix_raw_items_open.
    """
    query = sa.select(*_FIELDS).where(sa.text(NOT_TAKEN), raw_items.c.state == "set_aside")
    if brand_ids:
        query = query.join(inboxes, inboxes.c.id == raw_items.c.inbox_id)
        query = query.where(inboxes.c.brand_id.in_(brand_ids))
    query = query.order_by(raw_items.c.id.desc()).limit(limit)
    return [RawRow(**row._mapping) for row in unit.execute(query)]
