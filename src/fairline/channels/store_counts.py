"""What went wrong on the way out or in, as bounded walks for the counts of the rail."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fairline.channels.tables import NOT_TAKEN, STUCK, deliveries, inboxes, raw_items


@lru_cache(maxsize=256)
def undelivered(brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """Dead, failed or unknown; no `brand_ids` means all brands'. Index: ix_deliveries_stuck."""
    query = sa.select(sa.literal(1)).select_from(deliveries).where(sa.text(STUCK))
    if brand_ids:
        query = query.join(inboxes, inboxes.c.id == deliveries.c.inbox_id)
        query = query.where(inboxes.c.brand_id.in_(brand_ids))
    return query.limit(most)


@lru_cache(maxsize=256)
def set_aside(brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """What could not be understood. Index: ix_raw_items_open, which holds only what is open."""
    query = sa.select(sa.literal(1)).select_from(raw_items)
    query = query.where(sa.text(NOT_TAKEN), raw_items.c.state == "set_aside")
    if brand_ids:
        query = query.join(inboxes, inboxes.c.id == raw_items.c.inbox_id)
        query = query.where(inboxes.c.brand_id.in_(brand_ids))
    return query.limit(most)
