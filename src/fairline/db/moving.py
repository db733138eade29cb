"""Moves everything from one database into another, for the day SQLite has become too small.

One snapshot is read and one transaction is written: what fails halfway leaves the target empty and
the source as it was.
"""

from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from fairline.core.errors import Conflict
from fairline.db.engine import Database
from fairline.db.migrate import migrate, schema_of
from fairline.db.tables import install
from fairline.db.types import metadata
from fairline.db.unit import Unit

ROWS_AT_ONCE = 500
# Files are read one by one: ten of them may be a hundred megabytes.
FILES_AT_ONCE = 4


def move(
    source: Database,
    target: Database,
    *,
    leave: Mapping[str, Collection[str]] | None = None,
    say: Callable[[str, int], None] = lambda _table, _rows: None,
) -> dict[str, int]:
    """Copy all rows; returns how many of each table. Nobody else may write to either meanwhile.

    `leave` names columns of a table that the target fills by itself; `say` is told of each batch.
    *Effects*: the target's schema is brought up to date. Raises Conflict when the target holds
    data, or when the source's schema is not the newest.
    """
    if schema_of(source).pending:
        raise Conflict("Run `fairline migrate` on the present database first.", code="schema_older")
    migrate(target)
    with source.read(one_moment=True) as old, target.write() as new:
        _check_all_known(old)
        for table in metadata.sorted_tables:
            if table is not install and new.execute(sa.select(table).limit(1)).first():
                raise Conflict(
                    f"There is data in the other database already (table {table.name}). "
                    "Give an empty one.",
                    code="data_in_the_way",
                )
        new.execute(sa.delete(install))
        moved = {
            table.name: _copy(old, new, table, set((leave or {}).get(table.name, ())), say)
            for table in metadata.sorted_tables
        }
    if not target.is_sqlite:
        # Until then PostgreSQL knows nothing of what came, reads whole tables, and looks behind
        # each entry of an index whether its row is there. It would do so by itself, later.
        with target.read() as unit:
            unit.connection.exec_driver_sql("VACUUM ANALYZE")
    return moved


def _check_all_known(old: Unit) -> None:
    """A table that is not declared would be left behind without a word."""
    ours = {table.name for table in metadata.sorted_tables} | {"alembic_version"}
    there = {n for n in sa.inspect(old.connection).get_table_names() if "search_index" not in n}
    if there - ours:
        raise Conflict(
            f"The present database has tables that are not Fairline's and would be left behind: "
            f"{', '.join(sorted(there - ours))}. Move them elsewhere first.",
            code="unknown_tables",
        )


def _copy(
    old: Unit, new: Unit, table: sa.Table, left: set[str], say: Callable[[str, int], None]
) -> int:
    columns = [column for column in table.columns if column.name not in left]
    # A row may refer to one of the same table that comes after it: those columns follow at the end.
    inward = [column for column in columns if _refers_inward(column)]
    key = next(iter(table.primary_key))
    later: list[dict[str, object]] = []
    many = 0
    with closing(_batches(old, table, columns)) as batches:
        for batch in batches:
            for row in batch:
                inner = {column.name: row[column.name] for column in inward}
                if any(inner.values()):
                    later.append({"moved": row[key.name], **inner})
                    row.update(dict.fromkeys(inner))
            new.execute(sa.insert(table), batch)
            many += len(batch)
            say(table.name, len(batch))
    if later:
        changed: dict[Any, Any] = {column: sa.bindparam(column.name) for column in inward}
        new.execute(sa.update(table).where(key == sa.bindparam("moved")).values(changed), later)
    _go_on_counting(new, table, many)
    return many


def _refers_inward(column: sa.Column[object]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _batches(
    old: Unit, table: sa.Table, columns: list[sa.Column[object]]
) -> Generator[list[dict[str, object]], None, None]:
    has_files = any(isinstance(column.type, sa.LargeBinary) for column in columns)
    size = FILES_AT_ONCE if has_files else ROWS_AT_ONCE
    query = sa.select(*columns).order_by(*table.primary_key)
    with old.connection.execute(query.execution_options(yield_per=size)) as found:
        for rows in found.mappings().partitions():
            yield [dict(row) for row in rows]


def _go_on_counting(new: Unit, table: sa.Table, many: int) -> None:
    """Let PostgreSQL's own numbers go on after the last that was copied; SQLite does by itself."""
    number = table.autoincrement_column
    if new.database.is_sqlite or number is None or not many:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, number.name)
    new.execute(
        sa.select(sa.func.setval(sequence, sa.select(sa.func.max(number)).scalar_subquery()))
    )
