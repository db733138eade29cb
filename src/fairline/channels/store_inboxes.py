"""All SQL of inboxes. The table is small."""

from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.rows import Inbox
from fairline.channels.tables import inboxes
from fairline.db.bundle import Part
from fairline.db.dialect import insert_or_ignore
from fairline.db.types import Moment
from fairline.db.unit import Unit

_FIELDS = [inboxes.c[f.name] for f in msgspec.structs.fields(Inbox)]

# A case's own, for its page. By primary key.
OWN = Part(
    sa.select(*_FIELDS).where(inboxes.c.id == sa.bindparam("inbox_id", type_=inboxes.c.id.type)),
    Inbox,
)
_BY_ID = sa.select(*_FIELDS).where(inboxes.c.id == sa.bindparam("inbox_id"))


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the brand has an inbox of this kind and address already."""
    return insert_or_ignore(unit, inboxes, values)


def update(unit: Unit, inbox_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(inboxes).where(inboxes.c.id == inbox_id).values(**values))


def inbox_by_id(unit: Unit, inbox_id: str) -> Inbox | None:
    row = unit.execute(_BY_ID, {"inbox_id": inbox_id}).one_or_none()
    return Inbox(**row._mapping) if row else None


def all_inboxes(unit: Unit, *, brand_id: str | None = None, kind: str | None = None) -> list[Inbox]:
    """Not the archived ones, oldest first."""
    query = sa.select(*_FIELDS).where(inboxes.c.archived_at.is_(None)).order_by(inboxes.c.id)
    if brand_id:
        query = query.where(inboxes.c.brand_id == brand_id)
    if kind:
        query = query.where(inboxes.c.kind == kind)
    return [Inbox(**row._mapping) for row in unit.execute(query)]


def troubled(unit: Unit) -> list[Inbox]:
    """Paused, archived, or with an error, also the archived ones. The table is small."""
    query = sa.select(*_FIELDS).where(
        sa.or_(
            inboxes.c.state == "paused",
            inboxes.c.archived_at.is_not(None),
            inboxes.c.error_since.is_not(None),
        )
    )
    return [Inbox(**row._mapping) for row in unit.execute(query.order_by(inboxes.c.id))]


def note_error(unit: Unit, inbox_id: str, text: str) -> None:
    """It does not work; since when stays as it was."""
    unit.execute(
        sa.update(inboxes)
        .where(inboxes.c.id == inbox_id)
        .values(
            error=text[:1000],
            error_since=sa.func.coalesce(
                inboxes.c.error_since, sa.bindparam("at", unit.now, Moment)
            ),
        )
    )


def clear_error(unit: Unit, inbox_id: str) -> None:
    """It works again. Nothing is written where nothing was wrong."""
    unit.execute(
        sa.update(inboxes)
        .where(inboxes.c.id == inbox_id, inboxes.c.error_since.is_not(None))
        .values(error="", error_since=None)
    )


def leave_team(unit: Unit, team_id: str) -> None:
    """The team has ended: what comes into its inboxes belongs to no team."""
    unit.execute(sa.update(inboxes).where(inboxes.c.team_id == team_id).values(team_id=None))


def lease(unit: Unit, inbox_id: str, worker: str, for_s: float) -> bool:
    """Let only one node poll an inbox. True when `worker` has it now."""
    result = unit.execute(
        sa.update(inboxes)
        .where(
            inboxes.c.id == inbox_id,
            inboxes.c.state == "active",
            sa.or_(
                inboxes.c.polled_by == worker,
                inboxes.c.polled_until.is_(None),
                inboxes.c.polled_until < unit.now,
            ),
        )
        .values(polled_by=worker, polled_until=unit.now + timedelta(seconds=for_s))
    )
    return bool(result.rowcount)


def release(unit: Unit, inbox_id: str, worker: str) -> None:
    unit.execute(
        sa.update(inboxes)
        .where(inboxes.c.id == inbox_id, inboxes.c.polled_by == worker)
        .values(polled_by=None, polled_until=None)
    )
