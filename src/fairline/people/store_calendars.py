"""SQL of calendars and of who works by them. These tables are small; the promises of a case are one
statement by primary keys.
"""

from typing import Any

import sqlalchemy as sa

from fairline.db.unit import Unit
from fairline.people.tables import CalendarRow, brands, calendars, inbox_hours

_own = calendars.alias("own")
_general = calendars.alias("general")
# Built once: it runs whenever a case begins or changes its clocks.
_PROMISES = (
    sa.select(_own.c.hours.label("own"), _general.c.hours.label("general"), brands.c.targets)
    .select_from(
        brands.outerjoin(_general, _general.c.id == brands.c.calendar_id)
        .outerjoin(inbox_hours, inbox_hours.c.inbox_id == sa.bindparam("inbox_id"))
        .outerjoin(_own, _own.c.id == inbox_hours.c.calendar_id)
    )
    .where(brands.c.id == sa.bindparam("brand_id"))
)
_BY_ID = sa.select(calendars).where(calendars.c.id == sa.bindparam("calendar_id"))


def promises(unit: Unit, brand_id: str, inbox_id: str | None) -> tuple[Any, Any] | None:
    """(hours, targets) as stored: the inbox's own hours, else the brand's. None for no brand."""
    row = unit.execute(_PROMISES, {"brand_id": brand_id, "inbox_id": inbox_id}).one_or_none()
    return (row.own or row.general, row.targets) if row else None


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(calendars), values)


def update(unit: Unit, calendar_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(calendars).where(calendars.c.id == calendar_id).values(**values))


def by_id(unit: Unit, calendar_id: str) -> CalendarRow | None:
    row = unit.execute(_BY_ID, {"calendar_id": calendar_id}).one_or_none()
    return CalendarRow(**row._mapping) if row else None


def by_name(unit: Unit, name: str) -> CalendarRow | None:
    row = unit.execute(sa.select(calendars).where(calendars.c.name == name)).one_or_none()
    return CalendarRow(**row._mapping) if row else None


def all_calendars(unit: Unit, *, include_archived: bool = False) -> list[CalendarRow]:
    """By name."""
    query = sa.select(calendars).order_by(calendars.c.name)
    if not include_archived:
        query = query.where(calendars.c.archived_at.is_(None))
    return [CalendarRow(**row._mapping) for row in unit.execute(query)]


def brands_with(unit: Unit, calendar_id: str) -> list[str]:
    """Ids of the brands that work by it."""
    query = sa.select(brands.c.id).where(brands.c.calendar_id == calendar_id)
    return list(unit.execute(query).scalars())


def inboxes_with(unit: Unit, calendar_id: str) -> dict[str, str]:
    """Inbox id -> brand id of the inboxes with these hours of their own."""
    query = sa.select(inbox_hours.c.inbox_id, inbox_hours.c.brand_id).where(
        inbox_hours.c.calendar_id == calendar_id
    )
    return {row.inbox_id: row.brand_id for row in unit.execute(query)}


def hours_of_inboxes(unit: Unit, brand_id: str) -> dict[str, str]:
    """Inbox id -> calendar id, for the inboxes of a brand that have hours of their own."""
    query = sa.select(inbox_hours.c.inbox_id, inbox_hours.c.calendar_id).where(
        inbox_hours.c.brand_id == brand_id
    )
    return {row.inbox_id: row.calendar_id for row in unit.execute(query)}


def set_inbox(unit: Unit, inbox_id: str, brand_id: str, calendar_id: str | None) -> None:
    """Give an inbox hours of its own, or with None its brand's again."""
    unit.execute(sa.delete(inbox_hours).where(inbox_hours.c.inbox_id == inbox_id))
    if calendar_id:
        values = {"inbox_id": inbox_id, "brand_id": brand_id, "calendar_id": calendar_id}
        unit.execute(sa.insert(inbox_hours), values)
