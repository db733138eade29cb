"""All SQL of calls. Indexes: uq_calls_open, ix_calls_due, calls (case_id, id), tries (call_id, id).

Only calls that are still to be made are in the partial indexes, so walks of them stay short
however many were made.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import insert_or_ignore, locked, update_row
from fairline.db.unit import Unit
from fairline.handoff.calls.rows import Call, Try
from fairline.handoff.calls.tables import OPEN, call_tries, calls

_FIELDS = [calls.c[field.name] for field in msgspec.structs.fields(Call)]
_TRY_FIELDS = [call_tries.c[field.name] for field in msgspec.structs.fields(Try)]
_CALLS = sa.select(*_FIELDS)
_BY_ID = _CALLS.where(calls.c.id == sa.bindparam("call_id"))
_OPEN_OF = _CALLS.where(calls.c.case_id == sa.bindparam("case_id"), sa.text(OPEN))
_OPEN_TO_NUMBER = (
    _CALLS.where(
        sa.text(OPEN),
        calls.c.brand_id == sa.bindparam("brand_id"),
        calls.c.number == sa.bindparam("number"),
    )
    .order_by(calls.c.next_at, calls.c.id)
    .limit(1)
)
_LAST_OF = (
    _CALLS.where(calls.c.case_id == sa.bindparam("case_id")).order_by(calls.c.id.desc()).limit(1)
)
_TRIES_OF = (
    sa.select(*_TRY_FIELDS)
    .where(call_tries.c.call_id == sa.bindparam("call_id"))
    .order_by(call_tries.c.id)
)
_TRY_BY_ID = sa.select(*_TRY_FIELDS).where(call_tries.c.id == sa.bindparam("try_id"))
_TRY_OF_PROVIDER = sa.select(*_TRY_FIELDS).where(
    call_tries.c.provider_id == sa.bindparam("provider_id"), sa.text("provider_id <> ''")
)
_TO_TELL = (
    sa.select(calls.c.id)
    .where(
        sa.text(OPEN),
        calls.c.state == "asked",
        calls.c.told_at.is_(None),
        calls.c.next_at <= sa.bindparam("now"),
    )
    .order_by(calls.c.next_at, calls.c.id)
    .limit(sa.bindparam("most"))
)
_TO_MISS = (
    sa.select(calls.c.id)
    .where(
        sa.text(OPEN),
        calls.c.state == "asked",
        calls.c.missed_at.is_(None),
        calls.c.next_at <= sa.bindparam("now"),
        calls.c.until_at <= sa.bindparam("now"),
    )
    .order_by(calls.c.next_at, calls.c.id)
    .limit(sa.bindparam("most"))
)
_TO_FREE = (
    sa.select(calls.c.id)
    .where(sa.text(OPEN), calls.c.state == "calling", calls.c.leased_until <= sa.bindparam("now"))
    .order_by(calls.c.next_at, calls.c.id)
    .limit(sa.bindparam("most"))
)


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the case has an open call already."""
    return insert_or_ignore(unit, calls, values)


def by_id(unit: Unit, call_id: str, *, lock: bool = False) -> Call | None:
    query = locked(unit, _BY_ID) if lock else _BY_ID
    row = unit.execute(query, {"call_id": call_id}).one_or_none()
    return Call(**row._mapping) if row else None


def open_of(unit: Unit, case_id: str, *, lock: bool = False) -> Call | None:
    """The call that is asked for or under way on a case. Index: uq_calls_open."""
    query = locked(unit, _OPEN_OF) if lock else _OPEN_OF
    row = unit.execute(query, {"case_id": case_id}).one_or_none()
    return Call(**row._mapping) if row else None


def open_to_number(unit: Unit, brand_id: str, number: str) -> Call | None:
    """The earliest open call of a brand to a number. Index: ix_calls_due (only open ones)."""
    row = unit.execute(_OPEN_TO_NUMBER, {"brand_id": brand_id, "number": number}).one_or_none()
    return Call(**row._mapping) if row else None


def last_of(unit: Unit, case_id: str) -> Call | None:
    """The newest call of a case, also one that is over. Index: (case_id, id)."""
    row = unit.execute(_LAST_OF, {"case_id": case_id}).one_or_none()
    return Call(**row._mapping) if row else None


def update(unit: Unit, call_id: str, values: dict[str, Any]) -> None:
    update_row(unit, calls, call_id, values)


def open_calls(
    unit: Unit, brand_ids: tuple[str, ...], *, limit: int
) -> list[tuple[Call, str, str, str | None, str | None]]:
    """(call, reference, subject, owner, team) of what is to be done, earliest first.

    Index: ix_calls_due; cases by primary key.
    """
    query = (
        sa.select(*_FIELDS, cases.c.reference, cases.c.subject, cases.c.owner_id, cases.c.team_id)
        .join(cases, cases.c.id == calls.c.case_id)
        .where(sa.text(OPEN))
        .order_by(calls.c.next_at, calls.c.id)
        .limit(limit)
    )
    if brand_ids:
        query = query.where(calls.c.brand_id.in_(brand_ids))
    names = [field.name for field in msgspec.structs.fields(Call)]
    return [
        (
            Call(**{name: row._mapping[name] for name in names}),
            row.reference,
            row.subject,
            row.owner_id,
            row.team_id,
        )
        for row in unit.execute(query)
    ]


@lru_cache(maxsize=256)
def due_walk(brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """What has been told of and waits for somebody, to be counted. Index: ix_calls_due."""
    query = (
        sa.select(sa.literal(1))
        .select_from(calls)
        .where(sa.text(OPEN), calls.c.state == "asked", calls.c.told_at.is_not(None))
    )
    if brand_ids:
        query = query.where(calls.c.brand_id.in_(brand_ids))
    return query.limit(most)


def to_tell(unit: Unit, now: datetime, *, most: int) -> list[str]:
    """Calls whose time has come and of which nobody was told. Index: ix_calls_due."""
    return list(unit.execute(_TO_TELL, {"now": now, "most": most}).scalars())


def to_miss(unit: Unit, now: datetime, *, most: int) -> list[str]:
    """Calls whose time is over. Index: ix_calls_due."""
    return list(unit.execute(_TO_MISS, {"now": now, "most": most}).scalars())


def to_free(unit: Unit, now: datetime, *, most: int) -> list[str]:
    """Calls whose caller has not been heard of since. Index: ix_calls_due."""
    return list(unit.execute(_TO_FREE, {"now": now, "most": most}).scalars())


def insert_try(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(call_tries), values)


def try_by_id(unit: Unit, try_id: str) -> Try | None:
    row = unit.execute(_TRY_BY_ID, {"try_id": try_id}).one_or_none()
    return Try(**row._mapping) if row else None


def try_of_provider(unit: Unit, provider_id: str) -> Try | None:
    """Index: uq_call_tries_provider."""
    row = unit.execute(_TRY_OF_PROVIDER, {"provider_id": provider_id}).one_or_none()
    return Try(**row._mapping) if row else None


def tries_of(unit: Unit, call_id: str) -> list[Try]:
    """Oldest first. Index: (call_id, id)."""
    return [Try(**row._mapping) for row in unit.execute(_TRIES_OF, {"call_id": call_id})]


def update_try(unit: Unit, try_id: str, values: dict[str, Any]) -> None:
    update_row(unit, call_tries, try_id, values)
