"""Copies of a whole database, taken while it is in use, and put back.

SQLite: its own backup in one step, one transaction's view of the data. PostgreSQL: `pg_dump` and
`pg_restore`, which must be installed; the password goes through the environment, not the list of
processes.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from fairline.core.errors import Conflict, Invalid, Unavailable
from fairline.db.engine import Database
from fairline.db.health import file_of


def copy_out(database: Database, target: Path) -> None:
    """Write a copy of the database to `target`. Raises Unavailable."""
    source = file_of(database)
    if source is None:
        _run("pg_dump", database, ["--format=custom", "--no-owner", f"--file={target}"])
        return
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        # The copy is one file by itself: no log beside it.
        here.execute("PRAGMA journal_mode=DELETE")


def check_copy(copy: Path) -> str:
    """The revision of an SQLite copy. Raises Invalid when it is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as opened:
            problem = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
            revision = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise Invalid(f"The backup's database is damaged: {error}.", code="bad_backup") from error
    if problem != "ok" or not revision:
        raise Invalid(f"The backup's database is damaged: {problem}.", code="bad_backup")
    return str(revision[0])


def put_back(database: Database, copy: Path, *, replace: bool) -> Path | None:
    """Make `copy` the database. Returns where the one before was put, if there was one.

    Nobody else may use it meanwhile. Raises Conflict when there is one and `replace` is off.
    """
    target = file_of(database)
    if target is None:
        if _has_tables(database) and not replace:
            raise _in_the_way("the database")
        flags = ["--clean", "--if-exists"] if replace else []
        _run(
            "pg_restore",
            database,
            [*flags, "--single-transaction", "--no-owner", "--exit-on-error", str(copy)],
        )
        return None
    database.close()
    kept: Path | None = None
    if target.exists():
        if not replace:
            raise _in_the_way(str(target))
        kept = _keep(target)
    for beside in ("-wal", "-shm"):
        Path(f"{target}{beside}").unlink(missing_ok=True)
    shutil.move(copy, target)
    return kept


def _keep(target: Path) -> Path:
    """Fold the log into the old file and move it aside."""
    try:
        with closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        pass  # it may be the damaged one that is being replaced
    number = 1
    while (kept := target.with_name(f"{target.name}.before-restore-{number}")).exists():
        number += 1
    target.rename(kept)
    return kept


def _in_the_way(what: str) -> Conflict:
    return Conflict(
        f"There is data in {what} already. With --replace it gives way to the backup.",
        code="data_in_the_way",
    )


def _has_tables(database: Database) -> bool:
    with database.read() as unit:
        return bool(sa.inspect(unit.connection).get_table_names())


def _run(program: str, database: Database, arguments: list[str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unavailable(
            f"{program} is not installed, and PostgreSQL's own tools are what copies it well. "
            "Install PostgreSQL's client programs (on Debian: apt-get install postgresql-client).",
            code="no_pg_tools",
        )
    url = database.engine.url
    names = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    given = {name: str(value) for name, value in names.items() if value}
    where = [f"--dbname={url.database}"] if program == "pg_restore" else []
    done = subprocess.run(  # noqa: S603  the program is found by name, the arguments are ours
        [found, *where, *arguments],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"{program} failed: {last}", code="pg_tool_failed")
