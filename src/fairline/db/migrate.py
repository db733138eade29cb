"""Brings the schema up to date, and says how it stands.

`fairline migrate` calls `migrate`; every start calls `prepare`. Alembic is imported only when
there is something to do. Before an existing SQLite file is changed a copy is kept beside it, which
is the way back; on PostgreSQL the whole upgrade is one transaction.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from fairline.core.errors import Unavailable
from fairline.db.engine import Database

SCRIPTS = Path(__file__).parent / "migrations"


class Schema(msgspec.Struct, frozen=True):
    """How the schema stands. `present` is '' for an empty database; `pending` oldest first."""

    present: str
    head: str
    pending: tuple[str, ...]
    is_newer: bool


def known_revisions() -> list[str]:
    """Every revision this program knows, oldest first (the numbers of the migration files)."""
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


def schema_of(database: Database) -> Schema:
    """Read the revision of the database, without Alembic."""
    known = known_revisions()
    with database.read() as unit:
        present = ""
        if sa.inspect(unit.connection).has_table("alembic_version"):
            row = unit.connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            present = row[0] if row else ""
    pending = (
        known if not present else known[known.index(present) + 1 :] if present in known else []
    )
    return Schema(present, known[-1], tuple(pending), bool(present) and present not in known)


def prepare(database: Database, *, auto_migrate: bool) -> Schema:
    """Make the database ready to serve, or refuse.

    Raises Unavailable when the schema is newer than this program, or older while `auto_migrate`
    is off (an empty database is always filled).
    """
    schema = schema_of(database)
    if schema.is_newer:
        raise Unavailable(
            f"The database is at revision {schema.present}, which is newer than this program knows "
            f"({schema.head}). Start the newer Fairline again, or restore an older backup.",
            code="schema_newer",
        )
    if schema.pending and schema.present and not auto_migrate:
        raise Unavailable(
            f"The database is at revision {schema.present} and needs {schema.pending[-1]}. "
            "Run `fairline migrate`.",
            code="schema_older",
        )
    if schema.pending:
        migrate(database)
    heal_positions(database)
    return schema


def migrate(database: Database, *, say: Callable[[str], None] = lambda _: None) -> Schema:
    """Upgrade to the newest revision in one transaction. Returns how the schema stood before.

    Safe when several processes start at once: the second one waits and finds nothing to do.
    """
    schema = schema_of(database)
    if schema.is_newer:
        raise Unavailable(
            f"The database (revision {schema.present}) is newer than this program ({schema.head}).",
            code="schema_newer",
        )
    if not schema.pending:
        return schema
    if schema.present and database.is_sqlite:
        say(f"Kept a copy at {_keep_copy(database, schema.present)}")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with database.write() as unit:
        if not database.is_sqlite:
            unit.connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240101)")
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "head")
    say(f"Schema is at revision {schema.head}")
    return schema


def heal_positions(database: Database) -> None:
    """After a dump was restored into another PostgreSQL cluster, transaction numbers start anew and
    old events would look unfinished for ever; give them number 0, below all.
    """
    if database.is_sqlite:
        return
    with database.write() as unit:
        unit.connection.exec_driver_sql(
            "UPDATE events SET tx = 0 WHERE tx > pg_current_xact_id()::text::bigint"
        )


def _keep_copy(database: Database, revision: str) -> Path:
    path = Path(str(database.engine.url.database))
    copy = path.with_name(f"{path.name}.before-upgrade-from-{revision}")
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy
