"""SQL of the desk's lists. The filter decides which index is walked; limits bound every count."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Case
from fairline.cases.states import STATUSES
from fairline.cases.store import CASE_FIELDS, CASE_NAMES
from fairline.cases.tables import case_tags, cases, tags
from fairline.db.bundle import at_most
from fairline.db.unit import Unit
from fairline.line.store import KEY, places
from fairline.line.tables import line_places
from fairline.promises.order import Standing

if TYPE_CHECKING:
    from fairline.line.lists import Filter

# Name -> a bounded walk to be counted. Each must be made once and kept: it is a key of a cache.
Walks = dict[str, sa.Select[Any]]


def waiting(
    unit: Unit, wanted: "Filter", brand_ids: tuple[str, ...], key: Standing | None, limit: int
) -> list[tuple[Case, Standing]]:
    """Cases in line order behind `key`. Indexes: line_places by its key, or by brand, owner, team
    or inbox and the key; then cases by primary key.
    """
    query = _waiting_page(wanted, brand_ids, limit, is_first=key is None)
    found: Iterable[Any] = unit.execute(query, msgspec.structs.asdict(key) if key else {})
    return [
        (
            Case(**dict(zip(CASE_NAMES, list(row)[3:], strict=True))),
            Standing(due_at=row[0], entered_at=row[1], case_id=row[2]),
        )
        for row in found
    ]


def recent(
    unit: Unit,
    wanted: "Filter",
    brand_ids: tuple[str, ...],
    below: tuple[datetime, str] | None,
    limit: int,
) -> list[Case]:
    """Cases by latest activity. Indexes: cases by (owner | team | inbox | status | brand, …,
    updated_at, id).
    """
    query = _recent_page(wanted, brand_ids, limit, is_first=below is None)
    found = unit.execute(query, {"moment": below[0], "last_id": below[1]} if below else {})
    return [Case(**dict(zip(CASE_NAMES, row, strict=True))) for row in found]


# Every agent's lists are asked for again and again, and putting such a statement together takes
# longer than it runs. The limit is no parameter: PostgreSQL would guess at it.
@lru_cache(maxsize=512)
def _waiting_page(
    wanted: "Filter", brand_ids: tuple[str, ...], limit: int, *, is_first: bool
) -> sa.Select[Any]:
    walk = _waiting(wanted, brand_ids).with_only_columns(*KEY)
    if not is_first:
        walk = walk.where(sa.tuple_(*KEY) > sa.tuple_(*(_bound(column) for column in KEY)))
    found = walk.order_by(*KEY).limit(at_most(limit)).subquery("found")
    return (
        sa.select(found.c.due_at, found.c.entered_at, found.c.case_id, *CASE_FIELDS)
        .join(cases, cases.c.id == found.c.case_id)
        .order_by(found.c.due_at, found.c.entered_at, found.c.case_id)
    )


@lru_cache(maxsize=512)
def _recent_page(
    wanted: "Filter", brand_ids: tuple[str, ...], limit: int, *, is_first: bool
) -> sa.Select[Any]:
    query = _recent(wanted, brand_ids).with_only_columns(*CASE_FIELDS)
    if not is_first:
        query = query.where(
            sa.tuple_(cases.c.updated_at, cases.c.id)
            < sa.tuple_(_bound(cases.c.updated_at, "moment"), _bound(cases.c.id, "last_id"))
        )
    order = (cases.c.updated_at.desc(), cases.c.id.desc())
    return query.order_by(*order).limit(at_most(limit))


def _bound(column: sa.ColumnElement[Any], name: str = "") -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.key, type_=column.type)


def counts(
    unit: Unit,
    filters: "dict[str, Filter]",
    brand_ids: tuple[str, ...],
    most: int,
    also: Walks,
) -> dict[str, int]:
    """How many each filter holds, at most `most`, and each of the walks `also`: one statement, one
    bounded walk for each.
    """
    if not filters and not also:
        return {}
    query = _counts(tuple(filters.values()), brand_ids, most, tuple(also.values()))
    found = {row.number: row.many for row in unit.execute(query)}
    return {name: int(found[number]) for number, name in enumerate((*filters, *also))}


@lru_cache(maxsize=512)
def _counts(
    filters: "tuple[Filter, ...]",
    brand_ids: tuple[str, ...],
    most: int,
    also: tuple[sa.Select[Any], ...],
) -> sa.CompoundSelect[Any]:
    """The rail asks the same for an agent again and again; putting a dozen walks together costs
    more than running them.
    """
    walks = [
        (_waiting(wanted, brand_ids) if wanted.waiting else _recent(wanted, brand_ids)).limit(
            at_most(most)
        )
        for wanted in filters
    ]
    parts = []
    for number, walk in enumerate((*walks, *also)):
        columns = (sa.literal(number).label("number"), sa.func.count().label("many"))
        parts.append(sa.select(*columns).select_from(walk.subquery()))
    return sa.union_all(*parts)


def _waiting(wanted: "Filter", brand_ids: tuple[str, ...]) -> sa.Select[Any]:
    query = sa.select(places.case_id)
    if wanted.owner:
        query = query.where(_owner(places.owner_id, wanted.owner))
    if wanted.team:
        query = query.where(places.team_id == wanted.team)
    if wanted.inbox:
        query = query.where(places.inbox_id == wanted.inbox)
    if wanted.brand:
        query = query.where(places.brand_id == wanted.brand)
    if brand_ids:
        query = query.where(places.brand_id.in_(brand_ids))
    if wanted.tag:
        query = query.where(_has_tag(line_places.c.case_id, wanted.tag))
    if wanted.status or wanted.kind:
        query = query.join(cases, cases.c.id == places.case_id)
        if wanted.status:
            query = query.where(cases.c.status == wanted.status)
        if wanted.kind:
            query = query.where(cases.c.kind == wanted.kind)
    return query


def _recent(wanted: "Filter", brand_ids: tuple[str, ...]) -> sa.Select[Any]:
    query = sa.select(cases.c.id)
    if wanted.status in {"", "closed"}:
        # What was merged is closed. Elsewhere the index alone tells how many there are.
        query = query.where(cases.c.merged_into_id.is_(None))
    if wanted.owner:
        query = query.where(_owner(cases.c.owner_id, wanted.owner))
    if wanted.team:
        query = query.where(cases.c.team_id == wanted.team)
    if wanted.inbox:
        query = query.where(cases.c.inbox_id == wanted.inbox)
    if wanted.status:
        if wanted.status not in STATUSES:
            return query.where(sa.false())
        query = query.where(cases.c.status == wanted.status)
    if wanted.kind:
        query = query.where(cases.c.kind == wanted.kind)
    if wanted.snoozed:
        query = query.where(cases.c.snoozed_until.is_not(None))
    if wanted.brand:
        query = query.where(cases.c.brand_id == wanted.brand)
    if brand_ids:
        query = query.where(cases.c.brand_id.in_(brand_ids))
    if wanted.tag:
        query = query.where(_has_tag(cases.c.id, wanted.tag))
    return query


def _owner(column: Any, owner: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = column.is_(None) if owner == "nobody" else column == owner
    return found


def _has_tag(case_id: Any, name: str) -> sa.ColumnElement[bool]:
    """From the tag to its cases, never through all cases. Index: case_tags by (tag_id, case_id)."""
    tagged = (
        sa.select(case_tags.c.case_id)
        .join(tags, tags.c.id == case_tags.c.tag_id)
        .where(tags.c.name == name)
    )
    found: sa.ColumnElement[bool] = case_id.in_(tagged)
    return found
