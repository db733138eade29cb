"""What an agent does about who is able: needed skills, and routing again."""

from collections.abc import Callable

import msgspec

from fairline.cases import needs
from fairline.cases.actions import actor_of
from fairline.cases.rows import Case
from fairline.core.errors import Conflict
from fairline.db.unit import Unit
from fairline.line import routing
from fairline.people.house import house_of
from fairline.people.tables import Agent
from fairline.people.tables_skills import Skill
from fairline.web.forms import Form


class Ability(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a case shows of it: all skills, and the needed ones."""

    skills: list[Skill]
    needed: list[Skill]

    def is_needed(self, skill_id: str) -> bool:
        return any(skill.id == skill_id for skill in self.needed)


def ability_of(unit: Unit, case: Case) -> Ability:
    """A look-up for a case that needs skills."""
    skills = house_of(unit).skills
    wanted = set(needs.needed_by(unit, case)) if skills else set()
    return Ability(skills=skills, needed=[skill for skill in skills if skill.id in wanted])


def _skills(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Say which skills it takes; no box ticked is none."""
    needs.set_needs(unit, case, form.texts("skills"), by=actor_of(agent))


def _route(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    """Let the rules look at the case again."""
    if routing.route(unit, case, by=actor_of(agent)) is None:
        raise Conflict("No rule catches this case. It stays where it is.", code="no_rule_fits")


ABLE_VERBS: dict[str, Callable[[Unit, Case, Agent, Form], object]] = {
    "skills": _skills,
    "route": _route,
}
