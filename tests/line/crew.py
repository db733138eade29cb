"""Agents who are at a desk, or have gone: for tests of presence and handing out."""

from datetime import timedelta

import sqlalchemy as sa

from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.line import absence
from fairline.people import sessions, skills, teams
from fairline.people import store as people
from fairline.people.staff import get_agent
from fairline.people.tables import Agent, Team
from fairline.people.tables import sessions as session_rows
from fairline.people.tables_duty import duties


def sit_down(unit: Unit, agent: Agent, presence: str = "online") -> None:
    """Sign in at a desk."""
    sessions.start_session(unit, agent.id)
    absence.say_presence(unit, agent, presence)


def leave(unit: Unit, agent: Agent) -> None:
    """Say away, and let the grace pass."""
    absence.say_presence(unit, agent, "away")
    earlier = unit.now - timedelta(minutes=3)
    change = sa.update(duties).where(duties.c.agent_id == agent.id)
    unit.execute(change.values(changed_at=earlier))


def go_unseen(unit: Unit, agent: Agent) -> None:
    """The browser is shut without a word."""
    earlier = unit.now - timedelta(minutes=30)
    change = sa.update(session_rows).where(session_rows.c.agent_id == agent.id)
    unit.execute(change.values(seen_at=earlier))


def make_team(unit: Unit, *members: Agent, assigns: str = "pull", name: str = "") -> Team:
    team = teams.create_team(
        unit, name=name or f"Team {new_id()[-6:]}", member_ids=[one.id for one in members]
    )
    teams.set_assigns(unit, team.id, assigns)
    return team


def teach(unit: Unit, agent: Agent, *names: str) -> list[str]:
    """Give skills of these names, made when they are not there. Returns their ids."""
    from fairline.people import store_skills

    known = {one.name: one.id for one in store_skills.all_skills(unit)}
    for name in names:
        if name not in known:
            known[name] = skills.create_skill(unit, name=name, kind="problem").id
    skills.give_skills(unit, agent.id, [known[name] for name in names])
    return [known[name] for name in names]


def with_capacity(unit: Unit, agent: Agent, capacity: int) -> Agent:
    people.update_agent(unit, agent.id, {"capacity": capacity})
    return get_agent(unit, agent.id)
