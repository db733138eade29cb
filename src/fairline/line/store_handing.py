"""All SQL of handing out: how much waits for each agent."""

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.unit import Unit
from fairline.line.tables import line_places

_LOADS = (
    sa.select(line_places.c.owner_id, cases.c.channel, sa.func.count().label("many"))
    .join(cases, cases.c.id == line_places.c.case_id)
    .where(line_places.c.owner_id.in_(sa.bindparam("agents", expanding=True)))
    .group_by(line_places.c.owner_id, cases.c.channel)
)


def loads(unit: Unit, agent_ids: list[str]) -> list[tuple[str, str, int]]:
    """(agent, channel, cases of it that wait for them). Index: line_places (owner_id, …)."""
    if not agent_ids:
        return []
    rows = unit.execute(_LOADS, {"agents": agent_ids})
    return [(row.owner_id, row.channel, row.many) for row in rows]
