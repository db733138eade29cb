"""All SQL of what was sent another way by itself. Indexes: ix_deliveries_stuck,
ix_deliveries_waiting, fallbacks' key.
"""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.channels.rows import Delivery
from fairline.channels.tables import STUCK, WAITING, deliveries
from fairline.db.dialect import insert_or_ignore, update_row
from fairline.db.unit import Unit
from fairline.handoff.continuation.tables import fallbacks

_FIELDS = [deliveries.c[f.name] for f in msgspec.structs.fields(Delivery)]

# Walks the partial index of what is stuck, and of that only the last days.
_LOST = (
    sa.select(*_FIELDS)
    .outerjoin(fallbacks, fallbacks.c.message_id == deliveries.c.message_id)
    .where(
        sa.text(STUCK),
        deliveries.c.failed_at > sa.bindparam("since"),
        deliveries.c.failed_at <= sa.bindparam("now"),
        deliveries.c.is_notice.is_(False),
        fallbacks.c.message_id.is_(None),
        sa.or_(
            sa.and_(deliveries.c.state == "dead", deliveries.c.failed_at <= sa.bindparam("dead")),
            sa.and_(
                deliveries.c.state == "failed", deliveries.c.failed_at <= sa.bindparam("failed")
            ),
            sa.and_(
                deliveries.c.state == "unknown", deliveries.c.failed_at <= sa.bindparam("unknown")
            ),
        ),
    )
    .order_by(deliveries.c.failed_at, deliveries.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def lost(unit: Unit, *, since: datetime, until: dict[str, datetime], most: int) -> list[Delivery]:
    """What has not arrived and was not looked at yet, longest lost first.

    `until` says for each state how long ago it must have happened. Index: ix_deliveries_stuck.
    """
    rows = unit.execute(_LOST, {"since": since, "now": unit.now, "most": most, **until})
    return [Delivery(**row._mapping) for row in rows]


def waiting(unit: Unit, inbox_id: str, *, since: datetime, until: datetime, most: int) -> list[str]:
    """Ids of what waits for an inbox, was written between the two and not looked at yet, oldest
    first. No notices: their link or digits are for one reader. Index: ix_deliveries_waiting.
    """
    query = (
        sa.select(deliveries.c.id)
        .outerjoin(fallbacks, fallbacks.c.message_id == deliveries.c.message_id)
        .where(
            sa.text(WAITING),
            deliveries.c.inbox_id == inbox_id,
            deliveries.c.created_at > since,
            deliveries.c.created_at <= until,
            deliveries.c.is_notice.is_(False),
            fallbacks.c.message_id.is_(None),
        )
        .order_by(deliveries.c.created_at, deliveries.c.id)
        .limit(most)
    )
    return list(unit.execute(query).scalars())


def note(unit: Unit, message_id: str, case_id: str) -> bool:
    """Note that a message was looked at. False when somebody else was faster."""
    values = {
        "message_id": message_id,
        "case_id": case_id,
        "delivery_id": None,
        "at": unit.now,
    }
    return insert_or_ignore(unit, fallbacks, values)


def set_delivery(unit: Unit, message_id: str, delivery_id: str) -> None:
    """The delivery that it went out by."""
    update_row(unit, fallbacks, message_id, {"delivery_id": delivery_id}, key="message_id")
