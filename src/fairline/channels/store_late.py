"""All SQL of items that wait for what they belong to. The table holds only those, so it is small.

Indexes: late_items (inbox_id, waits_for), (inbox_id, native_id), (look_at); ix_deliveries_due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fairline.channels.tables import IN_FLIGHT, STUCK, deliveries, raw_items
from fairline.channels.tables_late import late_items
from fairline.db.dialect import upsert
from fairline.db.unit import Unit

# As long as the ledger leases a delivery: one that is being sent is due again within it.
LEASE = timedelta(minutes=5)
MOST_UNKNOWN = 20
MOST_ROUSED = 500


def put(unit: Unit, values: dict[str, Any]) -> None:
    """Let an item wait."""
    upsert(unit, late_items, values, keys=("raw_id",))


def waiting_for(
    unit: Unit, inbox_id: str, names: Sequence[str], answered: Sequence[str]
) -> list[str]:
    """Items that wait for one of `names`, or are themselves one of those `answered`: the first 500.
    Whatever strangers have piled up behind one post is looked at when its time has come.
    """
    here = sa.select(late_items.c.raw_id).where(late_items.c.inbox_id == inbox_id)
    found = here.where(late_items.c.waits_for.in_(names))
    query = sa.union(found, here.where(late_items.c.native_id.in_(answered))) if answered else found
    return list(unit.execute(query.limit(MOST_ROUSED)).scalars())


def due(unit: Unit, *, limit: int) -> list[str]:
    """Whose time to look again has come."""
    query = sa.select(late_items.c.raw_id).where(late_items.c.look_at <= unit.now)
    return list(unit.execute(query.order_by(late_items.c.look_at).limit(limit)).scalars())


def let_go(unit: Unit, raw_ids: Sequence[str]) -> None:
    """They are understood anew. By primary key."""
    unit.execute(sa.delete(late_items).where(late_items.c.raw_id.in_(raw_ids)))
    unit.execute(
        sa.update(raw_items)
        .where(raw_items.c.id.in_(raw_ids), raw_items.c.state == "waits")
        .values(state="stored")
    )


def is_handing_over(unit: Unit, inbox_id: str, *, since: datetime) -> bool:
    """Whether a delivery of the inbox that began before then is at the point of no return now.

    What is being sent is due again when its lease ends: one walk of some minutes of the index.
    """
    query = sa.select(deliveries.c.id).where(
        sa.text(IN_FLIGHT),
        deliveries.c.next_try_at > unit.now,
        deliveries.c.next_try_at <= unit.now + LEASE,
        deliveries.c.state == "sending",
        deliveries.c.inbox_id == inbox_id,
        deliveries.c.handed_at <= since,
    )
    return unit.execute(query.limit(1)).first() is not None


def unknown_outcomes(unit: Unit, inbox_id: str) -> list[str]:
    """Deliveries of the inbox that were cut off in the last day, the latest first.

    Index: ix_deliveries_stuck, of which a day is walked.
    """
    query = sa.select(deliveries.c.id).where(
        sa.text(STUCK),
        deliveries.c.failed_at >= unit.now - timedelta(days=1),
        deliveries.c.state == "unknown",
        deliveries.c.inbox_id == inbox_id,
    )
    query = query.order_by(deliveries.c.failed_at.desc()).limit(MOST_UNKNOWN)
    return list(unit.execute(query).scalars())
