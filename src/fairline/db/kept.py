"""What hardly ever changes, kept in the process from page to page and never shown out of date.

A table says by `info={"kept": AREA}` that what is read of it is kept. Whoever writes to it raises
the area's number in the same transaction (`Unit.execute` sees to that); whoever reads asks for the
numbers first. So a change committed on any node is on the next page of every node, and one that was
rolled back was never seen. Only for what is the same for everybody: the values are shared.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fairline.db.bundle import Part
from fairline.db.tables import revisions

if TYPE_CHECKING:
    from fairline.db.unit import Unit

T = TypeVar("T")
NUMBERS = Part(sa.select(revisions.c.area, revisions.c.number), lambda area, number: (area, number))
_READ = ("kept", "numbers")


def kept(unit: "Unit", area: str, name: str, read: "Callable[[Unit], T]") -> T:
    """What `read` finds: from memory, unless something in the area has changed since. Threads share
    it, so nobody may change it. A unit that has itself written to the area reads anew.
    """
    if area in unit.changed_areas:
        return read(unit)
    number = _numbers(unit).get(area, 0)
    memory = unit.database.kept
    held = memory.get((area, name))
    if held is not None and held[0] == number:
        found: T = held[1]
        return found
    # Read after the number: it may be newer than the number says, and is then read once more.
    value = read(unit)
    memory[area, name] = (number, value)
    return value


def know_numbers(unit: "Unit", numbers: dict[str, int]) -> None:
    """The numbers, from whoever has read them in this unit already."""
    unit.gathered[_READ] = numbers


def _numbers(unit: "Unit") -> dict[str, int]:
    found: dict[str, int] | None = unit.gathered.get(_READ)
    if found is None:
        found = dict(NUMBERS.read(unit, {}))
        know_numbers(unit, found)
    return found


def raise_number(unit: "Unit", area: str) -> None:
    """Let everybody read the area anew once this has committed."""
    unit.execute(_RAISE[unit.database.is_sqlite], {"area": area, "number": 1})


def _raise(insert: Any) -> sa.Executable:
    statement = insert(revisions)
    raising: sa.Executable = statement.on_conflict_do_update(
        index_elements=["area"], set_={"number": revisions.c.number + 1}
    )
    return raising


_RAISE = {True: _raise(sqlite.insert), False: _raise(postgresql.insert)}
