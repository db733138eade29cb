"""All SQL of queues: the free cases of one brand, team and set of needed skills, in line order.

There are as many queues as such combinations ever occurred, some tens. The index of a walk,
ix_line_places_free (queue_id, due_at, entered_at, case_id WHERE owner_id IS NULL), holds free cases
only: an agent costs one step per queue they serve, however many wait that are for others.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.cases.tables import cases
from fairline.core.ids import new_id
from fairline.db.dialect import claimed, insert_or_ignore
from fairline.db.unit import Unit
from fairline.line.tables import line_places, line_queues
from fairline.promises.order import Standing

NO_CASE = "00000000-0000-0000-0000-000000000000"
_places = line_places.c
_KEY = (_places.due_at, _places.entered_at, _places.case_id)
_BY_KEY = sa.select(line_queues.c.id).where(line_queues.c.key == sa.bindparam("wanted"))
_ALL = sa.select(
    line_queues.c.id, line_queues.c.brand_id, line_queues.c.team_id, line_queues.c.needs_id
)
_other = line_places.alias("other")
_first = (
    sa.select(_other.c.case_id)
    .where(
        _other.c.queue_id == line_queues.c.id,
        _other.c.owner_id.is_(None),
        _other.c.case_id != sa.bindparam("but", type_=_places.case_id.type),
    )
    .order_by(_other.c.due_at, _other.c.entered_at, _other.c.case_id)
    .limit(1)
    .correlate(line_queues)
    .scalar_subquery()
)
_HEADS = (
    sa.select(line_queues.c.id.label("queue_id"), *_KEY)
    .select_from(line_queues)
    .join(line_places, _places.case_id == _first)
    .where(line_queues.c.id.in_(sa.bindparam("queues", expanding=True)))
    .order_by(*_KEY)
)
# The case's row is taken with its place: whoever changes the case by hand holds it first, and would
# otherwise wait for the place while we wait for the case. And as it is held it is read.
_CLAIM = (
    sa.select(*_KEY, *store.CASE_FIELDS)
    .join(cases, cases.c.id == _places.case_id)
    .where(_places.case_id != sa.bindparam("but", type_=_places.case_id.type))
    .order_by(*_KEY)
    .limit(1)
)
_FREE = _CLAIM.where(_places.queue_id == sa.bindparam("queue_id"), _places.owner_id.is_(None))
_OWN = _CLAIM.where(_places.owner_id == sa.bindparam("owner_id"))


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `line_queues`. `needs_id` names a set of skills, None for no skill."""

    id: str
    brand_id: str
    team_id: str | None
    needs_id: str | None


def queue_of(unit: Unit, brand_id: str, team_id: str | None, needs_id: str | None) -> str:
    """The id of the queue for such cases; made on first use. By its unique key."""
    key = f"{brand_id}/{team_id or ''}/{needs_id or ''}"
    found: str | None = unit.execute(_BY_KEY, {"wanted": key}).scalar_one_or_none()
    if found is None:
        values = {
            "id": new_id(),
            "key": key,
            "brand_id": brand_id,
            "team_id": team_id,
            "needs_id": needs_id,
        }
        insert_or_ignore(unit, line_queues, values)
        found = unit.execute(_BY_KEY, {"wanted": key}).scalar_one()
    return found


def all_queues(unit: Unit) -> list[Queue]:
    """Every queue there ever was, also empty ones."""
    return [Queue(**row._mapping) for row in unit.execute(_ALL)]


def heads(
    unit: Unit, queue_ids: list[str], *, but: str | None = None
) -> list[tuple[str, Standing]]:
    """(queue, standing of its first free case) of those that hold any, in line order.

    One step of the index for each queue.
    """
    if not queue_ids:
        return []
    found = unit.execute(_HEADS, {"queues": queue_ids, "but": but or NO_CASE})
    return [(row.queue_id, _standing(row)) for row in found]


def claim_free(unit: Unit, queue_id: str, *, but: str | None = None) -> Standing | None:
    """The first free case of a queue that nobody else is taking at this moment, held with its row.

    Index: ix_line_places_free; as many steps as others hold cases right now, and one.
    """
    return _claim(unit, _FREE, {"queue_id": queue_id, "but": but or NO_CASE})


def claim_own(unit: Unit, owner_id: str, *, but: str | None = None) -> Standing | None:
    """The first waiting case of an agent, held. Index: (owner_id, due_at, entered_at, case_id)."""
    return _claim(unit, _OWN, {"owner_id": owner_id, "but": but or NO_CASE})


def _claim(unit: Unit, query: sa.Select[Any], values: dict[str, str]) -> Standing | None:
    row = unit.execute(claimed(unit, query), values).one_or_none()
    if row is None:
        return None
    found: list[Any] = list(row)
    due_at, entered_at, case_id, *fields = found
    store.hold(unit, Case(**dict(zip(store.CASE_NAMES, fields, strict=True))))
    return Standing(due_at=due_at, entered_at=entered_at, case_id=case_id)


def _standing(row: sa.Row[Any]) -> Standing:
    return Standing(due_at=row.due_at, entered_at=row.entered_at, case_id=row.case_id)
