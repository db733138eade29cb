"""EVERY difference between SQLite and PostgreSQL, in one file.

Stores call these; nothing else asks which engine it is.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from fairline.db.unit import Unit


@lru_cache(maxsize=256)
def _insert_or_ignore(table: sa.Table, is_sqlite: bool) -> sa.Executable:
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    statement: sa.Executable = insert(table).on_conflict_do_nothing()
    return statement


@lru_cache(maxsize=256)
def _upsert(
    table: sa.Table, names: tuple[str, ...], keys: tuple[str, ...], is_sqlite: bool
) -> sa.Executable:
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    upserting: sa.Executable = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return upserting


def insert_or_ignore(unit: Unit, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert unless a unique key stands in the way. Returns whether a row was added."""
    statement = _insert_or_ignore(table, unit.database.is_sqlite)
    # Without the option SQLAlchemy forgets an INSERT's count on PostgreSQL and answers -1.
    options = {"preserve_rowcount": True}
    result = unit.execute(statement, values, options=options)
    return result.rowcount == 1


def upsert(unit: Unit, table: sa.Table, values: dict[str, Any], *, keys: tuple[str, ...]) -> None:
    """Insert, or overwrite the row with the same `keys`."""
    unit.execute(_upsert(table, tuple(values), keys, unit.database.is_sqlite), values)


@lru_cache(maxsize=512)
def _update(table: sa.Table, names: tuple[str, ...], key: str) -> sa.Executable:
    values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return sa.update(table).where(table.c[key] == sa.bindparam("row_key")).values(values)


def update_row(
    unit: Unit, table: sa.Table, row_key: str, values: dict[str, Any], *, key: str = "id"
) -> None:
    """Change some columns of one row. The statement is built once per set of columns."""
    if values:
        bound = {f"new_{name}": value for name, value in values.items()}
        unit.execute(_update(table, tuple(values), key), {"row_key": row_key, **bound})


def claimed(
    unit: Unit, select: sa.Select[Any], *, of: sa.FromClause | None = None
) -> sa.Select[Any]:
    """Let a SELECT take only rows that no other worker holds, and hold them.

    PostgreSQL: FOR UPDATE SKIP LOCKED. SQLite: the write transaction already excludes everybody.
    """
    return select if unit.database.is_sqlite else select.with_for_update(skip_locked=True, of=of)


def locked(unit: Unit, select: sa.Select[Any], *, key_stays: bool = False) -> sa.Select[Any]:
    """Let a SELECT wait for its rows and hold them until the unit ends.

    With `key_stays` others may go on writing rows that refer to these.
    """
    return select if unit.database.is_sqlite else select.with_for_update(key_share=key_stays)


def holds_what_it_reads(unit: Unit) -> bool:
    """Whether a row that was only read cannot be changed by anybody else before the unit ends.

    On SQLite nobody else writes while a write unit is open; on PostgreSQL a row must be locked.
    """
    return unit.writes and unit.database.is_sqlite


def only_writer(unit: Unit, table: sa.Table) -> None:
    """Let nobody else change `table` until the unit ends; those who try wait."""
    if not unit.database.is_sqlite:
        name = unit.connection.dialect.identifier_preparer.format_table(table)
        unit.connection.exec_driver_sql(f"LOCK TABLE {name} IN EXCLUSIVE MODE")


def is_unique_violation(error: sa.exc.IntegrityError) -> bool:
    """Whether a unique key, not a foreign key or a check, refused the row."""
    code = getattr(error.orig, "sqlstate", None)
    return code == "23505" or "UNIQUE constraint failed" in str(error.orig)


def finished_before(unit: Unit) -> int | None:
    """The transaction below which every one has ended (PostgreSQL); None where order is total.

    SQLite has one writer, so positions are committed in order.
    """
    if unit.database.is_sqlite:
        return None
    value = unit.connection.exec_driver_sql(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    ).scalar_one()
    return int(value)


class FirstUnfinished(FunctionElement[int]):
    """The same inside a statement: the lowest transaction that may still be under way, above all
    of them where order is total.
    """

    inherit_cache = True
    type = sa.BigInteger()


@compiles(FirstUnfinished, "postgresql")
def _first_unfinished(_element: Any, _compiler: Any, **_: Any) -> str:
    return "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@compiles(FirstUnfinished)
def _all_are_finished(_element: Any, _compiler: Any, **_: Any) -> str:
    return str(2**63 - 1)


def notify(unit: Unit, channel: str, payload: str) -> None:
    """Tell other processes on PostgreSQL, at commit. Does nothing on SQLite."""
    if not unit.database.is_sqlite:
        unit.connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (channel, payload))


def match_source(unit: Unit) -> str:
    """FROM and WHERE of a full-text search over `search_docs d`, parameter `:words`.

    Index: `search_index` (FTS5, walked in rowid order) or the GIN index on `lexemes`.
    """
    if unit.database.is_sqlite:
        return "search_index i JOIN search_docs d ON d.id = i.rowid WHERE search_index MATCH :words"
    return "search_docs d WHERE d.lexemes @@ to_tsquery('simple', :words)"


def match_key(unit: Unit) -> str:
    """What to order and page a search by. FTS5 walks its own rowid backwards and stops after a
    page; by the equal `d.id` it would gather and sort every match first (50 times slower).
    """
    return "i.rowid" if unit.database.is_sqlite else "d.id"


def match_words(unit: Unit, words: list[str]) -> str:
    """The value of `:words`: every word, the last one as a prefix."""
    if unit.database.is_sqlite:
        return " ".join(f'"{word}"' for word in words) + "*"
    return " & ".join(words) + ":*"
