"""All SQL of what inboxes keep. Every row is found by its unique or primary key."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.channels.shapes import Spent
from fairline.channels.tables_memory import inbox_facts, inbox_limits, inbox_spend
from fairline.core.ids import new_id
from fairline.db.dialect import insert_or_ignore, upsert
from fairline.db.unit import Unit

MOST_NAME = 300


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider last said of one limit: `left_over` of `most` (0: it did not say of how many)
    until `resets_at`.
    """

    what: str
    left_over: int
    most: int
    resets_at: datetime | None
    noted_at: datetime


def fact(unit: Unit, inbox_id: str, name: str) -> str:
    """The sealed value; '' when there is none or it has expired."""
    row = unit.execute(
        sa.select(inbox_facts.c.value, inbox_facts.c.expires_at).where(
            inbox_facts.c.inbox_id == inbox_id, inbox_facts.c.name == name[:MOST_NAME]
        )
    ).one_or_none()
    is_over = row is None or (row.expires_at is not None and row.expires_at <= unit.now)
    return "" if row is None or is_over else str(row.value)


def put_fact(unit: Unit, inbox_id: str, name: str, value: str, expires_at: datetime | None) -> None:
    """Write a sealed value; '' takes the row away."""
    mine = sa.and_(inbox_facts.c.inbox_id == inbox_id, inbox_facts.c.name == name[:MOST_NAME])
    if not value:
        unit.execute(sa.delete(inbox_facts).where(mine))
        return
    changed = {"value": value, "expires_at": expires_at, "updated_at": unit.now}
    fresh = {"id": new_id(), "inbox_id": inbox_id, "name": name[:MOST_NAME], **changed}
    if not insert_or_ignore(unit, inbox_facts, fresh):
        unit.execute(sa.update(inbox_facts).where(mine).values(**changed))


def forget_expired(unit: Unit) -> None:
    """Take away what has expired. The table is small: some rows for each inbox."""
    unit.execute(sa.delete(inbox_facts).where(inbox_facts.c.expires_at < unit.now))


def add_spend(unit: Unit, inbox_id: str, month: str, what: str, n: int, cents: float) -> None:
    """Add to a month's count, in one statement, so that two at once both count."""
    row = {"inbox_id": inbox_id, "month": month, "what": what[:100]}
    insert_or_ignore(unit, inbox_spend, {**row, "count": 0, "cents": 0.0})
    unit.execute(
        sa.update(inbox_spend)
        .where(*[inbox_spend.c[name] == value for name, value in row.items()])
        .values(count=inbox_spend.c.count + n, cents=inbox_spend.c.cents + cents)
    )


def spend_of(unit: Unit, inbox_id: str, month: str) -> dict[str, Spent]:
    """What an inbox used up in a month, by what."""
    rows = unit.execute(
        sa.select(inbox_spend.c.what, inbox_spend.c.count, inbox_spend.c.cents).where(
            inbox_spend.c.inbox_id == inbox_id, inbox_spend.c.month == month
        )
    )
    return {row.what: Spent(count=row._mapping["count"], cents=row.cents) for row in rows}


def put_limit(
    unit: Unit, inbox_id: str, what: str, left: int, most: int, resets_at: datetime | None
) -> None:
    values = {"left_over": left, "most": most, "resets_at": resets_at, "noted_at": unit.now}
    row = {"inbox_id": inbox_id, "what": what[:100], **values}
    upsert(unit, inbox_limits, row, keys=("inbox_id", "what"))


def limits_of(unit: Unit, inbox_id: str) -> list[Limit]:
    """What the provider last said, by name."""
    fields = [inbox_limits.c[field.name] for field in msgspec.structs.fields(Limit)]
    rows = unit.execute(
        sa.select(*fields).where(inbox_limits.c.inbox_id == inbox_id).order_by(inbox_limits.c.what)
    )
    return [Limit(**row._mapping) for row in rows]
