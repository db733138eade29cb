"""Opens SQLite (the default) or PostgreSQL from one URL and hands out units of work.

SQLite: WAL, synchronous=FULL, foreign keys on, one writer at a time. Writers of this process queue
on a lock instead of SQLite's busy handler, which sleeps and is not fair. PostgreSQL: psycopg 3 with
a pool; every statement of a read stands alone, so that nothing but statements goes over the wire.
Nothing above this folder knows which engine it is.
"""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from fairline.core.errors import Invalid, Unavailable
from fairline.db.turns import Turns
from fairline.db.unit import Unit

WRITE_TIMEOUT_S = 30.0
POOL_SIZE = 24
# A connection that has been idle for longer is asked whether it is still there.
PING_AFTER_S = 30.0
PREPARED = 400
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
    "PRAGMA mmap_size=268435456",
)
SQLITE_WRITING: dict[str, Any] = {"fairline_writes": True}
SQLITE_READING: dict[str, Any] = {"fairline_writes": False}
# Our connections to PostgreSQL begin read-only, so a statement on its own cannot write; only a
# transaction that says so can, with the words that begin it.
WRITING: dict[str, Any] = {"postgresql_readonly": False}
READING: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
ONE_MOMENT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """The one handle on the data. Thread-safe; made once per process by `open_database`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.inline: dict[str, list[Callable[[Unit, Any], None]]] = {}
        self.wake: list[Callable[[], None]] = []
        # (area, name) -> (number, value): what `kept` has read.
        self.kept: dict[tuple[str, str], tuple[int, Any]] = {}
        self.turns: dict[str, Turns] = {}
        self._writer = Turns()
        self._writing, self._reading, self._one_moment = (
            (SQLITE_WRITING, SQLITE_READING, SQLITE_READING)
            if self.is_sqlite
            else (WRITING, READING, ONE_MOMENT)
        )

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A transaction that may change things: commits at the end, rolls back on any error.

        Raises Unavailable when the one writer of SQLite is not free within 30 s.
        """
        if self.is_sqlite and not self._writer.acquire(timeout=WRITE_TIMEOUT_S):
            raise Unavailable("The database is busy. Try again in a moment.", code="busy")
        unit: Unit | None = None
        try:
            with self._connect(self._writing) as connection, connection.begin() as transaction:
                unit = Unit(self, connection, writes=True)
                yield unit
                unit.finish()
                if unit.parting:
                    with self._one_trip(connection):
                        for statement, parameters in unit.parting:
                            connection.execute(statement, parameters)
                        transaction.commit()
        except sa.exc.OperationalError as error:
            raise _translated(error) from error
        finally:
            if self.is_sqlite:
                self._writer.release()
            if unit:
                unit.ended()
        unit.ran_after_commit()

    @contextmanager
    def read(self, *, one_moment: bool = False) -> Iterator[Unit]:
        """What changes nothing: writing through it is refused by the engine.

        SQLite shows one moment throughout. PostgreSQL shows each statement what was committed when
        it began; with `one_moment` it shows all of them the same, for one transaction more.
        """
        try:
            options = self._one_moment if one_moment else self._reading
            with self._connect(options) as connection, connection.begin():
                yield Unit(self, connection, writes=False)
        except sa.exc.OperationalError as error:
            raise _translated(error) from error

    @contextmanager
    def _one_trip(self, connection: sa.Connection) -> Iterator[None]:
        """Send what is executed within at once (PostgreSQL); no result can be read there."""
        if self.is_sqlite:
            yield
            return
        raw: Any = connection.connection.dbapi_connection
        is_sent = False
        try:
            with raw.pipeline():
                yield
            is_sent = True
        finally:
            if not is_sent:
                # SQLAlchemy takes a commit that failed for the end of the transaction.
                with suppress(psycopg.Error):
                    raw.rollback()

    def _connect(self, options: dict[str, Any]) -> sa.Connection:
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
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        # The same few connections serve a quiet house, and know its statements already.
        pool_use_lifo=True,
        # Compiling a plan takes longer than any query of ours runs.
        connect_args={"options": "-c timezone=UTC -c jit=off -c default_transaction_read_only=on"},
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.prepared_max = PREPARED  # psycopg's 100 are fewer than a desk's statements

    @sa.event.listens_for(engine, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _is_there(connection: Any, record: Any, _proxy: Any) -> None:
        """Asking each time, as `pool_pre_ping` does, costs every page two more trips."""
        since = record.info.get("idle_since")
        if since is None:
            return
        if time.monotonic() - since < PING_AFTER_S and not _was_spoken_to(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise sa.exc.InvalidatePoolError from error

    return engine


def _was_spoken_to(connection: Any) -> bool:
    """Whether the server has said something to an idle connection: mostly its last words."""
    if connection.closed:
        return True
    ear = select.poll()
    ear.register(connection.fileno(), select.POLLIN)
    return bool(ear.poll(0))
