"""Column types that mean the same on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC. Integer arithmetic: nothing is rounded."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """The opposite of `to_micros`."""
    return EPOCH + value * MICROSECOND


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, stored as microseconds since 1970.

    One integer sorts, compares and pages alike on SQLite and PostgreSQL, and a naive datetime is
    refused before it can be stored an hour off.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored")
        return to_micros(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return _as_moment(value)

    def result_processor(self, dialect: Any, coltype: Any) -> Any:  # noqa: ARG002
        """What a list reads five hundred times: one call for each, not three."""
        return _as_moment


def _as_moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + value * MICROSECOND


def id_type() -> sa.types.TypeEngine[str]:
    """UUIDv7 as text in Python; `uuid` on PostgreSQL, the same text on SQLite.

    Not SQLAlchemy's Uuid: on SQLite that takes each id apart and puts it together again, which was
    a twelfth of the time of a case page.
    """
    return sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def json_type() -> sa.types.TypeEngine[Any]:
    """JSON: text on SQLite, jsonb on PostgreSQL."""
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def big_key() -> sa.types.TypeEngine[int]:
    """A growing 64-bit primary key (SQLite grows only INTEGER PRIMARY KEY by itself)."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
