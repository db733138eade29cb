"""All SQL of inboxes' health. What grows is read by an index and within bounds:
raw_items (inbox_id, received_at), ix_raw_items_open, ix_deliveries_waiting, ix_deliveries_stuck.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.tables import messages
from fairline.channels.tables import NOT_TAKEN, STUCK, WAITING, deliveries, raw_items
from fairline.db.dialect import insert_or_ignore
from fairline.db.types import MICROSECOND, from_micros, to_micros
from fairline.db.unit import Unit
from fairline.health.tables import inbox_alarms, inbox_arrivals

# Counting stops here: beyond it the number changes nothing that anybody does.
MOST = 1000
LATEST = 20
_HOUR = 3_600_000_000


class InboxAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `inbox_alarms`: one that stands."""

    id: str
    inbox_id: str
    brand_id: str
    kind: str
    text: str
    since: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None


_ALARM = [inbox_alarms.c[f.name] for f in msgspec.structs.fields(InboxAlarm)]


def alarms(unit: Unit, *, brand_ids: tuple[str, ...] = ()) -> list[InboxAlarm]:
    """What stands, the longest first; no `brand_ids` means all brands'. The table is small."""
    query = sa.select(*_ALARM).order_by(inbox_alarms.c.raised_at, inbox_alarms.c.id)
    if brand_ids:
        query = query.where(inbox_alarms.c.brand_id.in_(brand_ids))
    return [InboxAlarm(**row._mapping) for row in unit.execute(query)]


@lru_cache(maxsize=256)
def unheard_walk(brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """Alarms of inboxes that nobody has, to be counted. The table is small."""
    query = sa.select(sa.literal(1)).select_from(inbox_alarms)
    query = query.where(inbox_alarms.c.acknowledged_at.is_(None))
    if brand_ids:
        query = query.where(inbox_alarms.c.brand_id.in_(brand_ids))
    return query.limit(most)


def alarm_by_id(unit: Unit, alarm_id: str) -> InboxAlarm | None:
    row = unit.execute(sa.select(*_ALARM).where(inbox_alarms.c.id == alarm_id)).one_or_none()
    return InboxAlarm(**row._mapping) if row else None


def insert_alarm(unit: Unit, alarm: InboxAlarm) -> bool:
    """False when one of the kind stands already."""
    return insert_or_ignore(unit, inbox_alarms, msgspec.structs.asdict(alarm))


def change_alarm(unit: Unit, alarm_id: str, text: str) -> None:
    unit.execute(sa.update(inbox_alarms).where(inbox_alarms.c.id == alarm_id).values(text=text))


def remove_alarm(unit: Unit, alarm_id: str) -> None:
    unit.execute(sa.delete(inbox_alarms).where(inbox_alarms.c.id == alarm_id))


def acknowledge(unit: Unit, alarm_id: str, agent_id: str) -> bool:
    """False when somebody has it already, or it is gone."""
    result = unit.execute(
        sa.update(inbox_alarms)
        .where(inbox_alarms.c.id == alarm_id, inbox_alarms.c.acknowledged_at.is_(None))
        .values(acknowledged_at=unit.now, acknowledged_by=agent_id)
    )
    return bool(result.rowcount)


def last_arrival(unit: Unit, inbox_id: str) -> datetime | None:
    """When something came last. Index: (inbox_id, received_at)."""
    query = sa.select(sa.func.max(raw_items.c.received_at)).where(raw_items.c.inbox_id == inbox_id)
    found: datetime | None = unit.execute(query).scalar_one()
    return found


def counted_hours(unit: Unit, inbox_id: str, since: datetime) -> list[tuple[datetime, int]]:
    """The hours that were counted, oldest first: at most those of eight weeks. By primary key."""
    query = (
        sa.select(inbox_arrivals.c.hour, inbox_arrivals.c.count.label("many"))
        .where(inbox_arrivals.c.inbox_id == inbox_id, inbox_arrivals.c.hour >= since)
        .order_by(inbox_arrivals.c.hour)
    )
    return [(row.hour, row.many) for row in unit.execute(query)]


def last_counted(unit: Unit, inbox_id: str) -> datetime | None:
    """The last hour that was counted. By primary key."""
    query = sa.select(sa.func.max(inbox_arrivals.c.hour)).where(
        inbox_arrivals.c.inbox_id == inbox_id
    )
    found: datetime | None = unit.execute(query).scalar_one()
    return found


def came_by_hour(unit: Unit, inbox_id: str, start: datetime, end: datetime) -> dict[datetime, int]:
    """How many came in each hour; hours without any are left out.

    Index: (inbox_id, received_at), of which only the span is read.
    """
    at = sa.type_coerce(raw_items.c.received_at, sa.BigInteger)
    hour = (at - at % _HOUR).label("hour")
    query = (
        sa.select(hour, sa.func.count().label("many"))
        .where(
            raw_items.c.inbox_id == inbox_id,
            raw_items.c.received_at >= start,
            raw_items.c.received_at < end,
        )
        .group_by(hour)
    )
    return {from_micros(int(row.hour)): row.many for row in unit.execute(query)}


def note_hours(unit: Unit, inbox_id: str, hours: list[tuple[datetime, int]]) -> None:
    """Keep them; what is there already stays."""
    for hour, count in hours:
        row = {"inbox_id": inbox_id, "hour": hour, "count": count}
        insert_or_ignore(unit, inbox_arrivals, row)


def forget_hours(unit: Unit, inbox_id: str, before: datetime) -> None:
    unit.execute(
        sa.delete(inbox_arrivals).where(
            inbox_arrivals.c.inbox_id == inbox_id, inbox_arrivals.c.hour < before
        )
    )


def lags_s(unit: Unit, inbox_id: str) -> list[float]:
    """How long the latest took from being sent to being here, where it says when it was sent.

    Index: (inbox_id, received_at), then messages by primary key.
    """
    latest = (
        sa.select(raw_items.c.received_at, raw_items.c.message_id)
        .where(raw_items.c.inbox_id == inbox_id)
        .order_by(raw_items.c.received_at.desc())
        .limit(LATEST)
        .subquery()
    )
    query = (
        sa.select(latest.c.received_at, messages.c.sent_at)
        .join(messages, messages.c.id == latest.c.message_id)
        .where(messages.c.sent_at.is_not(None))
    )
    return [
        max(0.0, (row.received_at - row.sent_at).total_seconds()) for row in unit.execute(query)
    ]


def unread(unit: Unit, inbox_id: str) -> dict[str, int]:
    """Raw items by state that are not taken. Index: ix_raw_items_open, which holds only those."""
    walk = (
        sa.select(raw_items.c.state)
        .where(sa.text(NOT_TAKEN), raw_items.c.inbox_id == inbox_id)
        .limit(MOST)
        .subquery()
    )
    query = sa.select(walk.c.state, sa.func.count().label("many")).group_by(walk.c.state)
    return {row.state: row.many for row in unit.execute(query)}


def waiting(unit: Unit, inbox_id: str) -> tuple[int, datetime | None]:
    """How many deliveries wait for the wire, and since when the oldest does.

    Index: ix_deliveries_waiting (inbox_id, created_at, id).
    """
    walk = (
        sa.select(deliveries.c.created_at)
        .where(sa.text(WAITING), deliveries.c.inbox_id == inbox_id)
        .order_by(deliveries.c.created_at)
        .limit(MOST)
        .subquery()
    )
    oldest = sa.func.min(walk.c.created_at).label("oldest")
    row = unit.execute(sa.select(sa.func.count().label("many"), oldest)).one()
    return row.many, row.oldest


def stuck(unit: Unit, inbox_id: str) -> int:
    """How many did not arrive. Index: ix_deliveries_stuck, which holds only those."""
    walk = (
        sa.select(sa.literal(1))
        .select_from(deliveries)
        .where(sa.text(STUCK), deliveries.c.inbox_id == inbox_id)
        .limit(MOST)
        .subquery()
    )
    found: int = unit.execute(sa.select(sa.func.count()).select_from(walk)).scalar_one()
    return found


def hour_begin(moment: datetime) -> datetime:
    """The hour that a moment lies in."""
    return moment - (to_micros(moment) % _HOUR) * MICROSECOND
