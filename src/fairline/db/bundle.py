"""Many small selects in one statement: what a page shows beside its list, in one trip.

A `Part` is a select and what its rows become; a `Bundle` asks for several at once. Each comes back
as a JSON array, so the database does the packing in C and SQLAlchemy runs one statement, not ten: a
statement costs 0.1 ms on SQLite and 0.5 ms on PostgreSQL before it has found anything. For a page's
few rows, not for long texts or bytes.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from fairline.db.types import Moment, from_micros

if TYPE_CHECKING:
    from fairline.db.unit import Unit

T = TypeVar("T")
Convert = Callable[[Any], Any]
_decode = msgspec.json.Decoder().decode


class Part(Generic[T]):
    """A select, and the function that takes a row of it by the names of its columns.

    Its rows come in the select's own order.
    """

    def __init__(self, query: sa.Select[Any], row: Callable[..., T]) -> None:
        self.query, self.row = query, row
        self.names = [column.name for column in query.selected_columns]
        types = [column.type for column in query.selected_columns]
        self._converts = {
            True: [(n, how) for n, one in enumerate(types) if (how := _from_json(one, True))],
            False: [(n, how) for n, one in enumerate(types) if (how := _from_json(one, False))],
        }

    def read(self, unit: "Unit", values: Mapping[str, Any]) -> list[T]:
        """Alone."""
        return [
            self.row(**dict(zip(self.names, row, strict=True)))
            for row in unit.execute(self.query, values)
        ]

    def unpack(self, rows: list[list[Any]], *, is_sqlite: bool) -> list[T]:
        """Out of the JSON of a bundle."""
        converts, names, found = self._converts[is_sqlite], self.names, []
        for row in rows:
            for n, convert in converts:
                if (value := row[n]) is not None:
                    row[n] = convert(value)
            found.append(self.row(**dict(zip(names, row, strict=True))))
        return found


class Found:
    """What a bundle brought."""

    def __init__(self, found: dict[int, list[Any]]) -> None:
        self._found = found

    def of(self, part: Part[T]) -> list[T]:
        """The rows of one of its parts."""
        return self._found[id(part)]

    def one(self, part: Part[T]) -> T | None:
        """The only row, or None."""
        rows = self.of(part)
        return rows[0] if rows else None


class Bundle:
    """Some parts, read together. Made once and kept: putting it together costs more than it runs.

    Bound parameters of one name are one parameter.
    """

    def __init__(self, *parts: Part[Any]) -> None:
        self._parts = parts
        self._queries = {is_sqlite: _together(parts, is_sqlite) for is_sqlite in (True, False)}

    def read(self, unit: "Unit", values: Mapping[str, Any]) -> Found:
        """All of them, as of one moment. One statement."""
        is_sqlite = unit.database.is_sqlite
        row = unit.execute(self._queries[is_sqlite], values).one()
        return Found(
            {
                id(part): part.unpack(_decode(packed), is_sqlite=is_sqlite)
                for part, packed in zip(self._parts, row, strict=True)
            }
        )


def at_most(number: int) -> sa.ColumnElement[int]:
    """A LIMIT that stands in the statement's text. Of a bound one PostgreSQL only knows, once it
    keeps the plan, that it may be a tenth of all there is: a million rows of a long list.
    """
    return sa.literal_column(str(number), sa.Integer)


def _from_json(one: Any, is_sqlite: bool) -> Convert | None:  # noqa: FBT001
    """How a value of a type is made from what stands in the JSON; None when it is that already."""
    if isinstance(one, Moment):
        return from_micros
    if is_sqlite and isinstance(one, sa.JSON):
        return json.loads  # it is stored as text, and so it is packed
    if is_sqlite and isinstance(one, sa.Boolean):
        return bool
    if isinstance(one, sa.LargeBinary | sa.DateTime | sa.Date | sa.Numeric | sa.Interval):
        raise TypeError(f"a {one!r} does not go through JSON unchanged")
    return None


def _together(parts: tuple[Part[Any], ...], is_sqlite: bool) -> sa.Select[Any]:  # noqa: FBT001
    columns = []
    for number, part in enumerate(parts):
        rows = part.query.subquery(f"part_{number}")
        if is_sqlite:
            packed: Any = sa.func.json_group_array(sa.func.json_array(*rows.c))
        else:
            each = sa.func.json_agg(sa.func.json_build_array(*rows.c))
            packed = sa.cast(sa.func.coalesce(each, sa.literal_column("'[]'::json")), sa.Text)
        columns.append(sa.select(packed).select_from(rows).scalar_subquery().label(f"p{number}"))
    return sa.select(*columns)
