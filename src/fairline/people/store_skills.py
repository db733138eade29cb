"""All SQL of skills. These tables are small; each statement reads one of them whole or by key."""

from typing import Any

import sqlalchemy as sa

from fairline.core.ids import new_id
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.people.tables import agents
from fairline.people.tables_skills import Skill, agent_skills, skill_covers, skill_sets, skills

_ALL = sa.select(skills).order_by(skills.c.kind, skills.c.name)
_COVERS = sa.select(skill_covers.c.skill_id, skill_covers.c.covered_id)
_ABLE = (
    sa.select(agent_skills.c.agent_id, agent_skills.c.skill_id)
    .join(agents, agents.c.id == agent_skills.c.agent_id)
    .where(agents.c.disabled_at.is_(None))
)
_SETS = sa.select(skill_sets.c.id, skill_sets.c.skill_ids)
_SET_BY_ID = sa.select(skill_sets.c.skill_ids).where(skill_sets.c.id == sa.bindparam("set_id"))
_SET_BY_KEY = sa.select(skill_sets.c.id).where(skill_sets.c.key == sa.bindparam("wanted"))


def all_skills(unit: Unit, *, include_archived: bool = False) -> list[Skill]:
    """By kind and name."""
    found = [Skill(**row._mapping) for row in unit.execute(_ALL)]
    return found if include_archived else [skill for skill in found if not skill.archived_at]


def insert_skill(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the name is taken."""
    return insert_or_ignore(unit, skills, values)


def update_skill(unit: Unit, skill_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(skills).where(skills.c.id == skill_id).values(**values))


def covers(unit: Unit) -> dict[str, list[str]]:
    """Skill id -> the skills it covers by itself."""
    found: dict[str, list[str]] = {}
    for row in unit.execute(_COVERS):
        found.setdefault(row.skill_id, []).append(row.covered_id)
    return found


def set_covers(unit: Unit, skill_id: str, covered_ids: list[str]) -> None:
    unit.execute(sa.delete(skill_covers).where(skill_covers.c.skill_id == skill_id))
    rows = [{"skill_id": skill_id, "covered_id": covered} for covered in covered_ids]
    if rows:
        unit.execute(sa.insert(skill_covers), rows)


def skills_of_agents(unit: Unit) -> dict[str, list[str]]:
    """Agent id -> ids of the skills they have, of those who may sign in."""
    found: dict[str, list[str]] = {}
    for row in unit.execute(_ABLE):
        found.setdefault(row.agent_id, []).append(row.skill_id)
    return found


def set_skills(unit: Unit, agent_id: str, skill_ids: list[str]) -> None:
    unit.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == agent_id))
    rows = [{"agent_id": agent_id, "skill_id": skill_id} for skill_id in skill_ids]
    if rows:
        unit.execute(sa.insert(agent_skills), rows)


def set_of(unit: Unit, skill_ids: list[str]) -> str:
    """The id of the set of these skills; made on first use. By its unique key."""
    key = " ".join(sorted(set(skill_ids)))
    found: str | None = unit.execute(_SET_BY_KEY, {"wanted": key}).scalar_one_or_none()
    if found is None:
        values = {
            "id": new_id(),
            "key": key,
            "skill_ids": sorted(set(skill_ids)),
            "created_at": unit.now,
        }
        insert_or_ignore(unit, skill_sets, values)
        found = unit.execute(_SET_BY_KEY, {"wanted": key}).scalar_one()
    return found


def skills_of_set(unit: Unit, set_id: str) -> list[str]:
    """Ids of the skills in a set, also of archived ones. By primary key."""
    return list(unit.execute(_SET_BY_ID, {"set_id": set_id}).scalar_one_or_none() or ())


def all_sets(unit: Unit) -> dict[str, list[str]]:
    """Set id -> its skills."""
    return {row.id: list(row.skill_ids) for row in unit.execute(_SETS)}
