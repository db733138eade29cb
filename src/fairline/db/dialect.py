"""EVERY difference between SQLite and PostgreSQL, in one file.

Stores call these; nothing else asks which engine it is.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fairline.db.unit import Unit


def _insert(unit: Unit) -> Any:
    return sqlite.insert if unit.database.is_sqlite else postgresql.insert


def insert_or_ignore(unit: Unit, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert unless a unique key stands in the way. Returns whether a row was added."""
    statement = _insert(unit)(table).values(values).on_conflict_do_nothing()
    # Without the option SQLAlchemy forgets an INSERT's count on PostgreSQL and answers -1.
    result = unit.connection.execute(statement, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


def upsert(unit: Unit, table: sa.Table, values: dict[str, Any], *, keys: Iterable[str]) -> None:
    """Insert, or overwrite the row with the same `keys`."""
    names = list(keys)
    statement = _insert(unit)(table).values(values)
    changed = {name: statement.excluded[name] for name in values if name not in names}
    unit.execute(statement.on_conflict_do_update(index_elements=names, set_=changed))


def claimed(unit: Unit, select: sa.Select[Any], *, of: sa.Table | None = None) -> sa.Select[Any]:
    """Let a SELECT take only rows that no other worker holds, and hold them.

    PostgreSQL: FOR UPDATE SKIP LOCKED. SQLite: the write transaction already excludes everybody.
    """
    return select if unit.database.is_sqlite else select.with_for_update(skip_locked=True, of=of)


def locked(unit: Unit, select: sa.Select[Any]) -> sa.Select[Any]:
    """Let a SELECT wait for its rows and hold them until the unit ends."""
    return select if unit.database.is_sqlite else select.with_for_update()


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


def match_words(unit: Unit, words: list[str]) -> str:
    """The value of `:words`: every word, the last one as a prefix."""
    if unit.database.is_sqlite:
        return " ".join(f'"{word}"' for word in words) + "*"
    return " & ".join(words) + ":*"
