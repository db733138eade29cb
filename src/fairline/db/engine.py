"""Opens SQLite (the default) or PostgreSQL from one URL and hands out units of work.

SQLite: WAL, synchronous=FULL, foreign keys on, one writer at a time. Writers of this process queue
on a lock instead of SQLite's busy handler, which sleeps and is not fair. PostgreSQL: psycopg 3 with
a pool. Nothing above this folder knows which engine it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from fairline.core.errors import Invalid, Unavailable
from fairline.db.turns import Turns
from fairline.db.unit import Unit

WRITE_TIMEOUT_S = 30.0
POOL_SIZE = 24
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
    "PRAGMA mmap_size=268435456",
)


class Database:
    """The one handle on the data. Thread-safe; made once per process by `open_database`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.inline: dict[str, list[Callable[[Unit, Any], None]]] = {}
        self.wake: list[Callable[[], None]] = []
        self._writer = Turns()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A transaction that may change things: commits at the end, rolls back on any error.

        Raises Unavailable when the one writer of SQLite is not free within 30 s.
        """
        if self.is_sqlite and not self._writer.acquire(timeout=WRITE_TIMEOUT_S):
            raise Unavailable("The database is busy. Try again in a moment.", code="busy")
        try:
            with self._connect(fairline_writes=True) as connection, connection.begin():
                unit = Unit(self, connection, writes=True)
                yield unit
                unit.finish()
        except sa.exc.OperationalError as error:
            raise _translated(error) from error
        finally:
            if self.is_sqlite:
                self._writer.release()
        unit.ran_after_commit()

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A snapshot that changes nothing; writing through it is refused by the engine."""
        options: dict[str, Any] = {"fairline_writes": False}
        if not self.is_sqlite:
            options["postgresql_readonly"] = True
        try:
            with self._connect(**options) as connection, connection.begin():
                yield Unit(self, connection, writes=False)
        except sa.exc.OperationalError as error:
            raise _translated(error) from error

    def _connect(self, **options: Any) -> sa.Connection:
        return self.engine.connect().execution_options(**options)

    def listen(self, kind: str, hear: Callable[[Unit, Any], None]) -> None:
        """Let `hear` run inside the transaction of every event of `kind` ('*' is every kind)."""
        self.inline.setdefault(kind, []).append(hear)

    def rouse(self) -> None:
        """Tell whoever waits in this process that something was committed."""
        for wake in list(self.wake):
            wake()

    def close(self) -> None:
        """Close every connection. The Database cannot be used afterwards."""
        self.engine.dispose()


def _translated(error: sa.exc.OperationalError) -> Exception:
    text = str(error.orig)
    if "readonly database" in text or "read-only" in text:
        return RuntimeError(f"a read unit tried to write: {text}")
    if "locked" in text or "busy" in text or "deadlock" in text:
        return Unavailable("The database is busy. Try again in a moment.", code="busy", detail=text)
    if "disk is full" in text or "disk full" in text or "No space" in text:
        return Unavailable(
            "The disk is full, so nothing could be stored.", code="disk_full", detail=text
        )
    return Unavailable(
        "The database does not answer. Try again in a moment.", code="database", detail=text
    )


def open_database(url: str) -> Database:
    """Open the database at `url`. Effects: makes the folder of an SQLite file, connects lazily.

    Raises Invalid when the URL is not one of the two engines.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise Invalid(f"database_url is not a URL: {url!r}", code="bad_settings") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return Database(_open_sqlite(parsed))
    if backend in {"postgresql", "postgres"}:
        return Database(_open_postgresql(parsed))
    raise Invalid(
        f"database_url names {backend!r}; it must be sqlite:///path or postgresql://…",
        code="bad_settings",
    )


def _open_sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise Invalid("SQLite needs a file: sqlite:///path/to/fairline.db", code="bad_settings")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        connect_args={"check_same_thread": False, "timeout": 15},
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma).close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("fairline_writes", True)
        # What cannot fail goes past SQLAlchemy, whose way costs as much as a whole query.
        raw: Any = connection.connection.dbapi_connection
        if connection.info.get("writes") != writes:
            raw.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}").close()
            connection.info["writes"] = writes
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            raw.execute("BEGIN").close()

    return engine


def _open_postgresql(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_pre_ping=True,
        # Compiling a plan takes longer than any query of ours runs.
        connect_args={"options": "-c timezone=UTC -c jit=off"},
    )
