"""Columns that hold what a master key sealed, and the way to seal them anew under another key.

Each domain declares its own (`declare`), `fairline keys` walks them all. A value is changed only if
it is still what was read, so nothing that is saved meanwhile is lost; and each batch is one short
transaction, so that others go on.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.core.errors import Unavailable
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.unit import Unit

BATCH = 100


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """One column. `name` and `several` are what a row is called, one of them and more.

    `purpose` gives what a row's value is bound to, from the row's id.
    `master`, where the table has it, holds the id of the key in an indexed column of its own; else
    the whole (small) table is looked at.
    """

    name: str
    several: str
    column: sa.Column[Any]
    purpose: Callable[[str], str]
    master: sa.Column[Any] | None = None

    @property
    def key(self) -> sa.Column[Any]:
        return next(iter(self.column.table.primary_key.columns))

    @property
    def key_id(self) -> sa.ColumnElement[str]:
        """Which master key a row is sealed with."""
        return self.master if self.master is not None else sa.func.substr(self.column, 1, 8)


SEALED: list[Sealed] = []


def declare(sealed: Sealed) -> Sealed:
    """Make a column known to all who look after keys."""
    SEALED.append(sealed)
    return sealed


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """What one walk over a column did: `lost` could not be opened and stayed as it was."""

    moved: int = 0
    lost: int = 0


def counts(unit: Unit, sealed: Sealed) -> dict[str, int]:
    """Key id -> how many values are sealed with it. Index: `master`, where there is one."""
    query = (
        sa.select(sealed.key_id.label("one"), sa.func.count().label("many"))
        .where(sealed.column != "")
        .group_by("one")
    )
    return {row.one: row.many for row in unit.execute(query)}


def key_use(unit: Unit) -> dict[str, dict[str, int]]:
    """Key id -> name of a column -> how many values, over all that was declared."""
    use: dict[str, dict[str, int]] = {}
    for sealed in SEALED:
        for key_id, many in counts(unit, sealed).items():
            use.setdefault(key_id, {})[sealed.name] = many
    return use


def use_words(use: dict[str, int]) -> str:
    """As in `2 inboxes, 1 case with sealed answers`."""
    named = {sealed.name: sealed for sealed in SEALED}
    return ", ".join(
        f"{many:,} {named[name].name if many == 1 else named[name].several}"
        for name, many in use.items()
    )


def values(
    unit: Unit, sealed: Sealed, *, after: str = "", but: str = "", limit: int = BATCH
) -> list[tuple[str, str]]:
    """Row id and sealed value in the order of the ids, without those of the key `but`."""
    query = sa.select(sealed.key.label("row_id"), sealed.column.label("value")).where(
        sealed.column != ""
    )
    if but:
        query = query.where(sealed.key_id != but)
    if after:
        query = query.where(sealed.key > after)
    rows = unit.execute(query.order_by(sealed.key).limit(limit))
    return [(str(row.row_id), str(row.value)) for row in rows]


def seal_anew(
    database: Database,
    keyring: Keyring,
    sealed: Sealed,
    *,
    tick: Callable[[int], None] = lambda _done: None,
) -> Passed:
    """Seal with the present key what is sealed with another, in batches. May be cut off anywhere
    and begun again. *Effects*: many short transactions.
    """
    done, after = Passed(), ""
    while True:
        with database.read() as unit:
            found = values(unit, sealed, after=after, but=keyring.key_id)
        if not found:
            return done
        with database.write() as unit:
            for row_id, value in found:
                moved = _seal_one(unit, keyring, sealed, row_id, value)
                done = Passed(moved=done.moved + moved, lost=done.lost + (not moved))
        tick(len(found))
        after = found[-1][0]


def _seal_one(unit: Unit, keyring: Keyring, sealed: Sealed, row_id: str, value: str) -> bool:
    purpose = sealed.purpose(row_id)
    try:
        plain = keyring.open(value, purpose=purpose)
    except Unavailable:
        return False
    anew = keyring.seal(plain, purpose=purpose)
    fresh = {sealed.column: anew}
    if sealed.master is not None:
        fresh[sealed.master] = anew.partition(".")[0]
    unit.execute(
        sa.update(sealed.column.table)
        .where(sealed.key == row_id, sealed.column == value)
        .values(fresh)
    )
    return True
