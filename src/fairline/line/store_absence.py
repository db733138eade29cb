"""All SQL of who went away: what waits for them, and what is kept for them."""

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.unit import Unit
from fairline.line.tables import line_places

_WAITING = (
    sa.select(line_places.c.owner_id, line_places.c.case_id)
    .where(line_places.c.owner_id.in_(sa.bindparam("agents", expanding=True)))
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_KEPT = (
    sa.select(cases.c.kept_for_id, cases.c.id)
    .join(line_places, line_places.c.case_id == cases.c.id)
    .where(
        cases.c.kept_for_id.is_not(None),
        cases.c.kept_for_id.in_(sa.bindparam("agents", expanding=True)),
        line_places.c.owner_id.is_(None),
    )
    .order_by(line_places.c.due_at, line_places.c.entered_at, line_places.c.case_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def waiting_for(unit: Unit, agent_ids: list[str], *, most: int) -> list[tuple[str, str]]:
    """(agent, case) of what waits for these agents. Index: (owner_id, due_at, …)."""
    if not agent_ids:
        return []
    rows = unit.execute(_WAITING, {"agents": agent_ids, "most": most})
    return [(row.owner_id, row.case_id) for row in rows]


def kept_for(unit: Unit, agent_ids: list[str], *, most: int) -> list[tuple[str, str]]:
    """(agent, case) of what waits, is nobody's, and was theirs; in line order.

    Index: ix_cases_kept_for, which holds only cases that are kept for somebody.
    """
    if not agent_ids:
        return []
    rows = unit.execute(_KEPT, {"agents": agent_ids, "most": most})
    return [(row.kept_for_id, row.id) for row in rows]
