"""All SQL of events. Indexes: (tx, position), (case_id, position)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.rows import Actor, Event
from fairline.cases.tables import events
from fairline.db.bundle import Part, at_most
from fairline.db.dialect import FirstUnfinished
from fairline.db.unit import Unit

_FIELDS = list(events.c)
_INSERT = sa.insert(events).returning(events.c.position, events.c.tx)
_OF_CASE = (
    sa.select(*_FIELDS)
    .where(events.c.case_id == sa.bindparam("case_id"))
    .order_by(events.c.position.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_LATEST_OF = (
    sa.select(*_FIELDS)
    .where(events.c.case_id == sa.bindparam("case_id"), events.c.kind == sa.bindparam("kind"))
    .order_by(events.c.position.desc())
    .limit(1)
)
_NEWEST = sa.select(*_FIELDS).order_by(events.c.tx.desc(), events.c.position.desc()).limit(1)
# Where a reader starts that wants only what happens from now on. Index: (tx, position).
NEWEST = Part(
    sa.select(events.c.tx, events.c.position)
    .where(events.c.tx < FirstUnfinished())
    .order_by(events.c.tx.desc(), events.c.position.desc())
    .limit(at_most(1)),
    lambda tx, position: f"{tx}-{position}",
)
_NEWEST_BELOW = _NEWEST.where(events.c.tx < sa.bindparam("below"))


def insert(
    unit: Unit,
    kind: str,
    case_id: str | None,
    brand_id: str | None,
    by: Actor,
    data: dict[str, Any],
) -> Event:
    values = {
        "case_id": case_id,
        "brand_id": brand_id,
        "kind": kind,
        "at": unit.now,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "data": data,
    }
    row = unit.execute(_INSERT, values).one()
    return Event(
        position=row.position,
        tx=row.tx,
        case_id=case_id,
        brand_id=brand_id,
        kind=kind,
        at=unit.now,
        actor_kind=by.kind,
        actor_id=by.id,
        data=data,
    )


def after(unit: Unit, tx: int, position: int, *, below: int | None, limit: int) -> list[Event]:
    """In the order (tx, position), only transactions that have surely ended."""
    query = (
        sa.select(*_FIELDS)
        .where(sa.tuple_(events.c.tx, events.c.position) > sa.tuple_(tx, position))
        .order_by(events.c.tx, events.c.position)
        .limit(limit)
    )
    if below is not None:
        query = query.where(events.c.tx < below)
    return [Event(**row._mapping) for row in unit.execute(query)]


def newest(unit: Unit, *, below: int | None) -> Event | None:
    """The last event, of those `below`. Index: (tx, position)."""
    query = _NEWEST if below is None else _NEWEST_BELOW
    row = unit.execute(query, {} if below is None else {"below": below}).one_or_none()
    return Event(**row._mapping) if row else None


def of_case(unit: Unit, case_id: str, *, limit: int = 1000) -> list[Event]:
    """The newest `limit` events of a case, oldest first."""
    rows = unit.execute(_OF_CASE, {"case_id": case_id, "most": limit})
    return [Event(**row._mapping) for row in rows][::-1]


def latest_of(unit: Unit, case_id: str, kind: str) -> Event | None:
    """The newest event of one kind on a case. Index: (case_id, position), walked backwards."""
    row = unit.execute(_LATEST_OF, {"case_id": case_id, "kind": kind}).one_or_none()
    return Event(**row._mapping) if row else None


def of_case_between(
    unit: Unit,
    case_id: str,
    since: datetime | None,
    until: datetime | None,
    *,
    limit: int = 2000,
) -> list[Event]:
    """The newest `limit` events from `since` and before `until`, oldest first.

    Index: (case_id, position).
    """
    if since is None and until is None:
        return of_case(unit, case_id, limit=limit)
    query = sa.select(*_FIELDS).where(events.c.case_id == case_id)
    if since:
        query = query.where(events.c.at >= since)
    if until:
        query = query.where(events.c.at < until)
    query = query.order_by(events.c.position.desc()).limit(limit)
    return [Event(**row._mapping) for row in unit.execute(query)][::-1]
