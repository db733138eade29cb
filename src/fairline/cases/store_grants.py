"""All SQL of grants. Indexes: (case_id, kind, currency), (agent_id, created_at)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.tables_grants import grants
from fairline.db.unit import Unit

_OF_CASE = sa.select(sa.func.coalesce(sa.func.sum(grants.c.amount), 0)).where(
    grants.c.case_id == sa.bindparam("wanted"),
    grants.c.kind == sa.bindparam("of_kind"),
    grants.c.currency == sa.bindparam("in_currency"),
)
_OF_DAY = sa.select(sa.func.coalesce(sa.func.sum(grants.c.amount), 0)).where(
    grants.c.agent_id == sa.bindparam("wanted"),
    grants.c.created_at > sa.bindparam("since", type_=grants.c.created_at.type),
    grants.c.kind == sa.bindparam("of_kind"),
    grants.c.currency == sa.bindparam("in_currency"),
)


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(grants).values(**values))


def sum_of_case(unit: Unit, case_id: str, kind: str, currency: str) -> int:
    """All that was given of a kind on a case, by anybody."""
    values = {"wanted": case_id, "of_kind": kind, "in_currency": currency}
    return int(unit.execute(_OF_CASE, values).scalar_one())


def sum_since(unit: Unit, agent_id: str, kind: str, currency: str, since: datetime) -> int:
    """All that an agent gave of a kind since then, on any case."""
    values = {"wanted": agent_id, "of_kind": kind, "in_currency": currency, "since": since}
    return int(unit.execute(_OF_DAY, values).scalar_one())
