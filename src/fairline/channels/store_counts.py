"""How much went wrong on the way out or in: the two counts of the rail, in one statement."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fairline.channels.tables import NOT_TAKEN, STUCK, deliveries, inboxes, raw_items
from fairline.db.unit import Unit


def stuck(unit: Unit, brand_ids: tuple[str, ...], *, most: int) -> tuple[int, int]:
    """(undelivered, set aside), each counted to `most`; no `brand_ids` means all brands'.

    Indexes: ix_deliveries_stuck, ix_raw_items_open; both hold only what is open.
    """
    found = {row.name: row.many for row in unit.execute(_counts(brand_ids, most))}
    return int(found["undelivered"]), int(found["aside"])


@lru_cache(maxsize=256)
def _counts(brand_ids: tuple[str, ...], most: int) -> sa.CompoundSelect[Any]:
    undelivered = sa.select(sa.literal(1)).select_from(deliveries).where(sa.text(STUCK))
    aside = sa.select(sa.literal(1)).select_from(raw_items)
    aside = aside.where(sa.text(NOT_TAKEN), raw_items.c.state == "set_aside")
    if brand_ids:
        undelivered = undelivered.join(inboxes, inboxes.c.id == deliveries.c.inbox_id)
        aside = aside.join(inboxes, inboxes.c.id == raw_items.c.inbox_id)
        undelivered = undelivered.where(inboxes.c.brand_id.in_(brand_ids))
        aside = aside.where(inboxes.c.brand_id.in_(brand_ids))
    return sa.union_all(
        *(
            sa.select(sa.literal(name).label("name"), sa.func.count().label("many")).select_from(
                bounded.limit(most).subquery()
            )
            for name, bounded in (("undelivered", undelivered), ("aside", aside))
        )
    )
