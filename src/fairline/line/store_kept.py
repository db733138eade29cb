"""SQL of kept promises. Reports read ix_kept_promises_counted alone, only the days asked for."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.line.tables import kept_promises, line_places

_kept = kept_promises.c


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when this message was counted already."""
    return insert_or_ignore(unit, kept_promises, values)


def counted(
    unit: Unit, since: datetime, brand_ids: tuple[str, ...]
) -> list[tuple[str, str, int, int]]:
    """(inbox id, severity, answers, kept) of the answers given since. Empty `brand_ids`: all.

    Index: ix_kept_promises_counted, its end only, without reading a row of the table.
    """
    kept = sa.func.sum(sa.case((_kept.is_kept, 1), else_=0)).label("kept")
    query = (
        sa.select(_kept.inbox_id, _kept.severity, sa.func.count().label("answers"), kept)
        .where(_kept.answered_at >= since)
        .group_by(_kept.inbox_id, _kept.severity)
    )
    if brand_ids:
        query = query.where(_kept.brand_id.in_(brand_ids))
    return [
        (row.inbox_id, row.severity, int(row.answers), int(row.kept or 0))
        for row in unit.execute(query)
    ]


def late_now(unit: Unit, brand_ids: tuple[str, ...], *, most: int) -> list[tuple[str, str]]:
    """(inbox id, severity) of each case that waits behind its promise, at most `most`.

    Index: line_places (due_at, …), its beginning only, and cases by primary key: a case that was
    brought forward stands early and is not late for it.
    """
    query = (
        sa.select(line_places.c.inbox_id, cases.c.severity)
        .join(cases, cases.c.id == line_places.c.case_id)
        .where(line_places.c.due_at <= unit.now, cases.c.due_at <= unit.now)
        .order_by(line_places.c.due_at)
        .limit(most)
    )
    if brand_ids:
        query = query.where(line_places.c.brand_id.in_(brand_ids))
    return [(row.inbox_id, row.severity) for row in unit.execute(query)]
