"""SQL of kept promises. Reports read one index alone, and only the days that are asked for."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.states import SEVERITIES
from fairline.cases.tables import cases
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.line.tables import kept_promises, line_places

_kept = kept_promises.c
# Of the inboxes, which are another domain's, no more than this is asked.
_inboxes = sa.table(
    "inboxes",
    sa.column("id", kept_promises.c.id.type),
    sa.column("brand_id", kept_promises.c.brand_id.type),
)
_needs = sa.union_all(
    *(sa.select(sa.literal(word, sa.Text).label("severity")) for word in SEVERITIES)
).subquery("needs")


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when this message was counted already."""
    return insert_or_ignore(unit, kept_promises, values)


def counted(
    unit: Unit, since: datetime, brand_ids: tuple[str, ...]
) -> list[tuple[str, str, int, int]]:
    """(inbox id, severity, answers, kept) of the answers given since. Empty `brand_ids`: all.

    Two counts for each inbox and need, each a range of ix_kept_promises_counted and nothing else.
    To group the days in one walk instead took eight times as long: it sorts what it finds.
    """
    query = sa.select(
        _inboxes.c.id,
        _needs.c.severity,
        _count(since, is_kept=True).label("kept"),
        _count(since, is_kept=False).label("broken"),
    ).select_from(_inboxes.join(_needs, sa.true()))
    if brand_ids:
        query = query.where(_inboxes.c.brand_id.in_(brand_ids))
    return [
        (row.id, row.severity, row.kept + row.broken, row.kept)
        for row in unit.execute(query)
        if row.kept + row.broken
    ]


def _count(since: datetime, *, is_kept: bool) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(
            _kept.inbox_id == _inboxes.c.id,
            _kept.severity == _needs.c.severity,
            _kept.is_kept.is_(is_kept),
            _kept.answered_at >= since,
        )
        .scalar_subquery()
    )


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
