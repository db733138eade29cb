"""All SQL of the ledger. Indexes: ix_deliveries_due, ix_deliveries_stuck, message_id, native_id."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.rows import Delivery
from fairline.channels.tables import BY_HAND, IN_FLIGHT, STUCK, WAITING, deliveries, inboxes
from fairline.core.ids import new_id
from fairline.db.dialect import claimed
from fairline.db.unit import Unit

MOST_NAMESAKES = 20
_FIELDS = [deliveries.c[f.name] for f in msgspec.structs.fields(Delivery)]


def insert(unit: Unit, delivery: Delivery) -> None:
    unit.execute(sa.insert(deliveries).values(**msgspec.structs.asdict(delivery)))


def divide(unit: Unit, delivery: Delivery, parts: int) -> Delivery:
    """Make it the first of so many: the others wait, each until the one before it has gone."""
    for part in range(2, parts + 1):
        waiting = msgspec.structs.replace(
            delivery,
            id=new_id(),
            state="queued",
            next_try_at=None,
            leased_by=None,
            leased_until=None,
            native_id=None,
            part=part,
            parts=parts,
        )
        insert(unit, waiting)
    update(unit, delivery.id, {"part": 1, "parts": parts})
    return msgspec.structs.replace(delivery, part=1, parts=parts)


def release_next(unit: Unit, delivery: Delivery) -> None:
    """Let the part after this one go. Index: message_id."""
    unit.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.message_id == delivery.message_id,
            deliveries.c.identity_id == delivery.identity_id,
            deliveries.c.part == delivery.part + 1,
            deliveries.c.state == "queued",
            deliveries.c.next_try_at.is_(None),
        )
        .values(next_try_at=unit.now)
    )


def parts_after(unit: Unit, delivery: Delivery) -> list[Delivery]:
    """The parts that wait for this one, in order. Index: message_id."""
    query = (
        sa.select(*_FIELDS)
        .where(
            deliveries.c.message_id == delivery.message_id,
            deliveries.c.identity_id == delivery.identity_id,
            deliveries.c.part > delivery.part,
            deliveries.c.state == "queued",
            deliveries.c.next_try_at.is_(None),
        )
        .order_by(deliveries.c.part)
    )
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def native_id_before(unit: Unit, delivery: Delivery) -> str:
    """What the part before this one is called where it was posted; '' for the first."""
    query = sa.select(deliveries.c.native_id).where(
        deliveries.c.message_id == delivery.message_id,
        deliveries.c.identity_id == delivery.identity_id,
        deliveries.c.part == delivery.part - 1,
        deliveries.c.parts == delivery.parts,
    )
    return unit.execute(query).scalars().first() or "" if delivery.part > 1 else ""


def claim(unit: Unit, worker: str, lease: timedelta) -> Delivery | None:
    """Take the oldest due delivery of an active inbox, or one whose sender let its lease run out.

    While it is being sent, `next_try_at` is the end of the lease: one index serves both.
    """
    due = (
        sa.select(deliveries.c.id)
        .join(inboxes, inboxes.c.id == deliveries.c.inbox_id)
        .where(
            sa.text(IN_FLIGHT),
            deliveries.c.next_try_at <= unit.now,
            inboxes.c.state == "active",
        )
        .order_by(deliveries.c.next_try_at, deliveries.c.id)
        .limit(1)
    )
    found = unit.execute(claimed(unit, due, of=deliveries)).scalar_one_or_none()
    if found is None:
        return None
    before = by_id(unit, found)
    until = unit.now + lease
    unit.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == found)
        .values(state="sending", leased_by=worker, leased_until=until, next_try_at=until)
    )
    return before


def by_id(unit: Unit, delivery_id: str) -> Delivery | None:
    row = unit.execute(sa.select(*_FIELDS).where(deliveries.c.id == delivery_id)).one_or_none()
    return Delivery(**row._mapping) if row else None


def by_native_id(unit: Unit, native_id: str) -> list[Delivery]:
    """In any inbox: networks may use the same id for different things. Index: native_id."""
    query = sa.select(*_FIELDS).where(deliveries.c.native_id == native_id).limit(MOST_NAMESAKES)
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def held(unit: Unit, delivery_id: str, worker: str) -> bool:
    """Whether `worker` still has the lease."""
    query = sa.select(deliveries.c.id).where(
        deliveries.c.id == delivery_id,
        deliveries.c.leased_by == worker,
        deliveries.c.state == "sending",
    )
    return unit.execute(query).first() is not None


def update(unit: Unit, delivery_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(deliveries).where(deliveries.c.id == delivery_id).values(**values))


def of_messages(unit: Unit, message_ids: list[str]) -> dict[str, list[Delivery]]:
    """Message id -> its deliveries, oldest first. Index: message_id."""
    found: dict[str, list[Delivery]] = {}
    if message_ids:
        query = sa.select(*_FIELDS).where(deliveries.c.message_id.in_(message_ids))
        for row in unit.execute(query.order_by(deliveries.c.id)):
            found.setdefault(row.message_id, []).append(Delivery(**row._mapping))
    return found


def stuck(
    unit: Unit,
    *,
    before: str | None = None,
    brand_ids: tuple[str, ...] = (),
    limit: int = 50,
) -> list[Delivery]:
    """Dead, failed or unknown, newest first; no `brand_ids` means all brands'.

    Index: ix_deliveries_stuck.
    """
    query = sa.select(*_FIELDS).where(sa.text(STUCK))
    if before:
        query = query.where(deliveries.c.id < before)
    if brand_ids:
        query = query.join(inboxes, inboxes.c.id == deliveries.c.inbox_id)
        query = query.where(inboxes.c.brand_id.in_(brand_ids))
    query = query.order_by(deliveries.c.failed_at.desc(), deliveries.c.id.desc()).limit(limit)
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def leave_to_a_person(unit: Unit, delivery_id: str) -> None:
    """No wire can send it: it waits, without a next try, until somebody says that it is done."""
    update(
        unit,
        delivery_id,
        {"state": "queued", "next_try_at": None, "leased_by": None, "leased_until": None},
    )


def give_up_waiting(unit: Unit, delivery_id: str) -> bool:
    """Take it from the wire, unless a worker has it already. By primary key."""
    result = unit.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == "queued")
        .values(state="dead", next_try_at=None)
    )
    return bool(result.rowcount)


def waiting_long(
    unit: Unit, until: datetime, brand_ids: tuple[str, ...] = (), *, limit: int = 50
) -> list[Delivery]:
    """What has waited for a wire since before `until`, oldest first; no `brand_ids` means all
    brands'. Index: ix_deliveries_waiting, by each inbox.
    """
    found: list[Delivery] = []
    wanted = sa.select(inboxes.c.id).order_by(inboxes.c.id)
    if brand_ids:
        wanted = wanted.where(inboxes.c.brand_id.in_(brand_ids))
    for inbox_id in unit.execute(wanted).scalars().all():
        query = (
            sa.select(*_FIELDS)
            .where(
                sa.text(WAITING),
                deliveries.c.inbox_id == inbox_id,
                deliveries.c.created_at <= until,
            )
            .order_by(deliveries.c.created_at, deliveries.c.id)
            .limit(limit)
        )
        found += [Delivery(**row._mapping) for row in unit.execute(query)]
    return sorted(found, key=lambda one: (one.created_at, one.id))[:limit]


def by_hand_of(unit: Unit, case_id: str, channel: str) -> list[Delivery]:
    """What a person still has to say or post on a case, oldest first. Index: case_id."""
    query = sa.select(*_FIELDS).where(
        deliveries.c.case_id == case_id, deliveries.c.channel == channel, sa.text(BY_HAND)
    )
    return [Delivery(**row._mapping) for row in unit.execute(query.order_by(deliveries.c.id))]


def by_hand(unit: Unit, channel: str, brand_ids: tuple[str, ...], *, limit: int) -> list[Delivery]:
    """What waits to be said or posted by a person, oldest first. Index: ix_deliveries_by_hand."""
    query = sa.select(*_FIELDS).where(sa.text(BY_HAND), deliveries.c.channel == channel)
    if brand_ids:
        query = query.join(inboxes, inboxes.c.id == deliveries.c.inbox_id)
        query = query.where(inboxes.c.brand_id.in_(brand_ids))
    query = query.order_by(deliveries.c.created_at, deliveries.c.id).limit(limit)
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def has_unread(unit: Unit, case_id: str, identity_id: str) -> bool:
    """Whether `mark_read` has something to write. Index: case_id."""
    query = sa.select(deliveries.c.id).where(*_unread(case_id, identity_id)).limit(1)
    return unit.execute(query).first() is not None


def mark_read(unit: Unit, case_id: str, identity_id: str) -> list[Delivery]:
    """What this identity had not read yet; marked read now. Index: case_id."""
    rows = unit.execute(
        sa.update(deliveries)
        .where(*_unread(case_id, identity_id))
        .values(state="read", read_at=unit.now)
        .returning(*_FIELDS)
    )
    return [Delivery(**row._mapping) for row in rows]


def sent_until(unit: Unit, case_id: str, identity_id: str, until: datetime) -> list[Delivery]:
    """What went to this identity until a moment and has not been read yet. Index: case_id.

    A network's clock stamps a message between our handing it over and our noting that it went.
    """
    left_at = sa.func.coalesce(deliveries.c.handed_at, deliveries.c.sent_at)
    query = sa.select(*_FIELDS).where(*_unread(case_id, identity_id), left_at <= until)
    return [Delivery(**row._mapping) for row in unit.execute(query)]


def _unread(case_id: str, identity_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.case_id == case_id,
        deliveries.c.identity_id == identity_id,
        deliveries.c.state.in_(("sent", "delivered")),
        deliveries.c.read_at.is_(None),
    )


def counts_by_state(unit: Unit) -> dict[str, int]:
    """How many are stuck or waiting, by state; ended ones are not counted."""
    found: dict[str, int] = {}
    for part in (IN_FLIGHT, STUCK):
        query = (
            sa.select(deliveries.c.state, sa.func.count().label("many"))
            .where(sa.text(part))
            .group_by(deliveries.c.state)
        )
        found |= {row.state: row.many for row in unit.execute(query)}
    return found
