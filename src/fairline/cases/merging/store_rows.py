"""SQL that moves rows from one case (or contact) to another and back, by the list in registry.py.

Two statements for each table, however many rows: their names go into `merge_rows`, then they move.
Indexes: those of each table by case; `merge_rows` by its primary key.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fairline.cases.merging.registry import Follow
from fairline.cases.merging.tables import merge_rows
from fairline.cases.tables import messages, search_docs
from fairline.db.types import id_type, metadata
from fairline.db.unit import Unit
from fairline.people.tables import agents

MADE_PRIVATE = "made private"
MOST_AT_ONCE = 1000


def move(
    unit: Unit,
    follow: Follow,
    from_id: str,
    into_id: str,
    *,
    merge_id: str | None,
    message_ids: Sequence[str] | None = None,
) -> None:
    """Let the rows of one case belong to the other; with `message_ids` only what belongs to them.

    `merge_id` notes which: None where it is for good.
    """
    table = metadata.tables[follow.table]
    column = table.c[follow.column]
    where = [column == from_id, *_narrowed(follow, into_id)]
    if follow.table == "nudges":  # no index by case: through what each agent has not read
        mine = table.c.agent_id.in_(sa.select(agents.c.id))
        where += [mine, table.c.read_at.is_(None)]
    parts: Sequence[Sequence[str] | None] = [None]
    if message_ids is not None:
        ids = list(message_ids)
        parts = [ids[n : n + MOST_AT_ONCE] for n in range(0, len(ids), MOST_AT_ONCE)]
    for part in parts:
        chosen = where if part is None else [*where, table.c[follow.message].in_(part)]
        if merge_id:
            _note(unit, merge_id, place_of(follow), sa.select(_key(follow)).where(*chosen))
        unit.execute(sa.update(table).where(*chosen).values({column: into_id}))


def both_have_open(unit: Unit, follow: Follow, one_id: str, other_id: str) -> bool:
    """Whether both cases have something of which a case has at most one. By that unique index."""
    table = metadata.tables[follow.table]
    column = table.c[follow.column]
    query = (
        sa.select(sa.func.count())
        .select_from(table)
        .where(column.in_([one_id, other_id]), sa.text(follow.open_one))
    )
    return int(unit.execute(query).scalar_one()) > 1


def move_back(unit: Unit, follow: Follow, merge_id: str, into_id: str, from_id: str) -> None:
    """Let what moved, and is still where it went, belong to where it came from.

    By the keys themselves, some at a time: what PostgreSQL knows of `merge_rows` is too old just
    after a merge to join with it well.
    """
    table = metadata.tables[follow.table]
    column = table.c[follow.column]
    key: Any = _key(follow)
    keys: list[Any] = noted(unit, merge_id, place_of(follow))
    if len(follow.key) == 1:
        key = table.c[follow.key[0]]
        is_number = isinstance(key.type, sa.Integer | sa.BigInteger)
        keys = [int(one) for one in keys] if is_number else keys
    for start in range(0, len(keys), MOST_AT_ONCE):
        part = keys[start : start + MOST_AT_ONCE]
        unit.execute(
            sa.update(table)
            .where(column == into_id, key.in_(part), *_narrowed(follow, from_id))
            .values({column: from_id})
        )


def note(unit: Unit, merge_id: str, place: str, keys: Sequence[str]) -> None:
    """Note rows that a verb changes by itself."""
    if keys:
        rows = [{"merge_id": merge_id, "place": place, "row_key": key} for key in keys]
        unit.execute(sa.insert(merge_rows), rows)


def noted(unit: Unit, merge_id: str, place: str) -> list[str]:
    """Names of the rows noted under one place. By primary key."""
    query = sa.select(merge_rows.c.row_key).where(
        merge_rows.c.merge_id == merge_id, merge_rows.c.place == place
    )
    return list(unit.execute(query).scalars())


def forget(unit: Unit, merge_ids: Sequence[str]) -> None:
    """Nothing is put back any more. By primary key."""
    unit.execute(sa.delete(merge_rows).where(merge_rows.c.merge_id.in_(merge_ids)))


def overlap(unit: Unit, merge_id: str, others: Sequence[str]) -> str | None:
    """Another of these merges that has moved on some of the same rows, if there is one."""
    mine, theirs = merge_rows.alias("mine"), merge_rows.alias("theirs")
    query = (
        sa.select(theirs.c.merge_id)
        .join(mine, sa.and_(mine.c.place == theirs.c.place, mine.c.row_key == theirs.c.row_key))
        .where(mine.c.merge_id == merge_id, theirs.c.merge_id.in_(others))
        .limit(1)
    )
    found: str | None = unit.execute(query).scalar_one_or_none() if others else None
    return found


def make_private(
    unit: Unit, merge_id: str, case_id: str, message_ids: Sequence[str] | None = None
) -> None:
    """Words that nobody outside could read stay so, though the case they are in is public now.

    Index: messages (case_id, created_at, id).
    """
    where = [messages.c.case_id == case_id, messages.c.visibility == "public"]
    if message_ids is not None:
        where.append(messages.c.id.in_(message_ids))
    key = sa.cast(messages.c.id, sa.Text)
    _note(unit, merge_id, MADE_PRIVATE, sa.select(key).where(*where))
    unit.execute(sa.update(messages).where(*where).values(visibility="private"))


def make_public_again(unit: Unit, merge_id: str) -> None:
    """They say again what they said, in a case that nobody outside reads. By primary key."""
    ids = noted(unit, merge_id, MADE_PRIVATE)
    for start in range(0, len(ids), MOST_AT_ONCE):
        part = ids[start : start + MOST_AT_ONCE]
        unit.execute(
            sa.update(messages)
            .where(messages.c.id.in_(part), messages.c.visibility == "private")
            .values(visibility="public")
        )


def show_in_search(unit: Unit, case_id: str, *, is_shown: bool) -> None:
    """Bring in step which of a case's words everybody may find. Index: search_docs (case_id)."""
    is_said_in_public = sa.exists(
        sa.select(sa.literal(1)).where(
            messages.c.id == search_docs.c.ref_id,
            messages.c.visibility == "public",
            messages.c.hidden_at.is_(None),
        )
    )
    of_case = sa.update(search_docs).where(
        search_docs.c.case_id == case_id, search_docs.c.ref_id != case_id
    )
    unit.execute(of_case.values(is_public=is_said_in_public if is_shown else False))


def place_of(follow: Follow) -> str:
    """The name under which the rows of one table are noted."""
    return follow.table if follow.column == "case_id" else f"{follow.table}.{follow.column}"


def _key(follow: Follow) -> sa.ColumnElement[str]:
    table = metadata.tables[follow.table]
    first, *others = (sa.cast(table.c[name], sa.Text) for name in follow.key)
    found: sa.ColumnElement[str] = first
    for other in others:
        found = found + " " + other
    return found


def _narrowed(follow: Follow, to_id: str) -> list[sa.ColumnElement[bool]]:
    """Not what is there already; and no case is linked with itself."""
    table = metadata.tables[follow.table]
    where: list[sa.ColumnElement[bool]] = []
    if follow.table == "related_cases":
        where.append(table.c[follow.key[0]] != sa.literal(to_id, id_type()))
    if follow.is_unique:
        there = table.alias("there")
        same: list[Any] = [there.c[follow.column] == sa.literal(to_id, id_type())]
        same += [there.c[name] == table.c[name] for name in follow.key]
        where.append(~sa.exists(sa.select(sa.literal(1)).where(*same)))
    return where


def _note(unit: Unit, merge_id: str, place: str, keys: sa.Select[Any]) -> None:
    (key,) = keys.selected_columns
    rows = keys.with_only_columns(
        sa.literal(merge_id, id_type()),
        sa.literal(place, sa.Text()),
        key,
        maintain_column_froms=True,
    )
    insert: Any = sqlite.insert if unit.database.is_sqlite else postgresql.insert
    unit.execute(
        insert(merge_rows)
        .from_select(["merge_id", "place", "row_key"], rows)
        .on_conflict_do_nothing()
    )
