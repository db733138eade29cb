"""All SQL of saved views. The table is small; index: agent_id."""

from typing import Any

import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.line.tables import saved_views

_ALL = sa.select(saved_views)


def all_views(unit: Unit) -> list[dict[str, Any]]:
    """Everybody's. Read whole, but only after one was changed."""
    return [dict(row._mapping) for row in unit.execute(_ALL)]


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the agent has a view of this name."""
    return insert_or_ignore(unit, saved_views, values)


def view_of(unit: Unit, view_id: str, agent_id: str) -> dict[str, Any] | None:
    """An agent's own view."""
    query = sa.select(saved_views).where(
        saved_views.c.id == view_id, saved_views.c.agent_id == agent_id
    )
    row = unit.execute(query).one_or_none()
    return dict(row._mapping) if row else None


def name_taken(unit: Unit, agent_id: str, name: str, *, but: str) -> bool:
    query = sa.select(saved_views.c.id).where(
        saved_views.c.agent_id == agent_id, saved_views.c.name == name, saved_views.c.id != but
    )
    return unit.execute(query).first() is not None


def update(unit: Unit, view_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(saved_views).where(saved_views.c.id == view_id).values(**values))


def delete(unit: Unit, view_id: str) -> None:
    unit.execute(sa.delete(saved_views).where(saved_views.c.id == view_id))
