"""Questions to the engine that a doctor asks: does it answer, does it keep the time, how large."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from fairline.core.clock import now
from fairline.db.engine import Database
from fairline.db.types import from_micros


def engine_version(database: Database) -> str:
    """Ask the engine for its name and version. Raises Unavailable when it does not answer."""
    if database.is_sqlite:
        with database.read() as unit:
            found = unit.connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        return f"SQLite {found}"
    with database.read() as unit:
        return f"PostgreSQL {unit.connection.exec_driver_sql('SHOW server_version').scalar_one()}"


def clock_gap_s(database: Database) -> float:
    """Seconds by which the database's clock is ahead of ours; 0 for SQLite, which has none."""
    if database.is_sqlite:
        return 0.0
    with database.read() as unit:
        theirs: datetime = unit.connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return (theirs - now()).total_seconds()


def newest_moment(database: Database) -> datetime | None:
    """The time of the last event: a clock that stands before it was turned back."""
    with database.read() as unit:
        found = unit.connection.execute(sa.text("SELECT max(at) FROM events")).scalar_one_or_none()
    return from_micros(found) if found is not None else None


def problems_in_file(database: Database) -> list[str]:
    """What SQLite finds wrong with its file, if anything. PostgreSQL looks after itself."""
    if not database.is_sqlite:
        return []
    with database.read() as unit:
        rows = unit.connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    return [str(row) for row in rows if row != "ok"]


def file_of(database: Database) -> Path | None:
    """The file of an SQLite database."""
    name = database.engine.url.database
    return Path(name) if database.is_sqlite and name else None


def shown_url(database: Database) -> str:
    """The URL without its password."""
    return database.engine.url.render_as_string(hide_password=True)
