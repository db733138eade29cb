"""All SQL of the guards: rate buckets and idempotency keys."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, locked, upsert
from fairline.db.unit import Unit
from fairline.web.tables import idempotency_keys, rate_buckets

KEEP = timedelta(days=2)


def bucket(unit: Unit, key: str) -> tuple[float, datetime | None]:
    """How full it was, and when."""
    query = sa.select(rate_buckets.c.used, rate_buckets.c.updated_at).where(
        rate_buckets.c.key == key
    )
    row = unit.execute(locked(unit, query)).one_or_none()
    return (row.used, row.updated_at) if row else (0.0, None)


def set_bucket(unit: Unit, key: str, used: float) -> None:
    values = {"key": key, "used": used, "updated_at": unit.now}
    upsert(unit, rate_buckets, values, keys=("key",))


def remembered(unit: Unit, key: str) -> dict[str, Any] | None:
    """The answer given under an idempotency key: request_hash, status, body."""
    query = sa.select(idempotency_keys).where(idempotency_keys.c.key == key)
    row = unit.execute(query).one_or_none()
    return dict(row._mapping) if row else None


def remember(unit: Unit, key: str, request_hash: str, status: int, body: bytes) -> bool:
    """False when another request was faster."""
    values = {
        "key": key,
        "request_hash": request_hash,
        "status": status,
        "body": body,
        "created_at": unit.now,
    }
    return insert_or_ignore(unit, idempotency_keys, values)


def sweep(unit: Unit) -> None:
    """Forget what is over two days old."""
    old = unit.now - KEEP
    unit.execute(sa.delete(rate_buckets).where(rate_buckets.c.updated_at < old))
    unit.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.created_at < old))
