"""Skills: made, named, covered, put away, and given to agents. Bad input leaves all as it was."""

from collections.abc import Iterable

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_skills as store
from fairline.people.covering import all_covered, circle
from fairline.people.tables_skills import SKILL_KINDS, Skill

MAX_NAME = 60
MOST_NEEDED = 8


def get_skill(unit: Unit, skill_id: str) -> Skill:
    """Raises NotFound."""
    for skill in store.all_skills(unit, include_archived=True):
        if skill.id == skill_id:
            return skill
    raise NotFound("There is no such skill.", code="no_skill")


def create_skill(unit: Unit, *, name: str, kind: str, covers: Iterable[str] = ()) -> Skill:
    """Make a skill. Raises Invalid, Conflict when the name is taken."""
    skill_id, checked, chosen = new_id(), _checked(unit, name, kind), known(unit, covers)
    if not store.insert_skill(unit, {"id": skill_id, **checked, "created_at": unit.now}):
        raise Conflict(f"There is a skill named {checked['name']} already.", code="name_taken")
    store.set_covers(unit, skill_id, chosen)
    return get_skill(unit, skill_id)


def change_skill(unit: Unit, skill_id: str, *, name: str, kind: str, covers: Iterable[str]) -> None:
    """Name it anew and say which others it covers.

    Raises Invalid for a circle, saying which way it goes; Conflict when the name is taken.
    """
    get_skill(unit, skill_id)
    values = _checked(unit, name, kind, but=skill_id)
    chosen = known(unit, covers)
    _check_no_circle(unit, skill_id, chosen)
    store.update_skill(unit, skill_id, values)
    store.set_covers(unit, skill_id, chosen)


def archive_skill(unit: Unit, skill_id: str) -> None:
    """Put away: no case needs it any more, also where it stands in a set or a rule."""
    get_skill(unit, skill_id)
    store.update_skill(unit, skill_id, {"archived_at": unit.now})


def bring_back(unit: Unit, skill_id: str) -> None:
    """Use it again, with those who had it."""
    get_skill(unit, skill_id)
    store.update_skill(unit, skill_id, {"archived_at": None})


def give_skills(unit: Unit, agent_id: str, skill_ids: Iterable[str]) -> None:
    """Say what an agent knows. Raises Invalid for a skill that is not there."""
    store.set_skills(unit, agent_id, known(unit, skill_ids))


def known(unit: Unit, skill_ids: Iterable[str]) -> list[str]:
    """Each once, in use. Raises Invalid for any other."""
    wanted = list(dict.fromkeys(skill_ids))
    if set(wanted) - {skill.id for skill in store.all_skills(unit)}:
        raise Invalid("One of these skills does not exist.", code="no_skill", field="skills")
    return wanted


def able(unit: Unit) -> dict[str, frozenset[str]]:
    """Agent id -> all they can do, covered skills included. Three small tables."""
    covers = store.covers(unit)
    return {
        agent_id: all_covered(covers, has) for agent_id, has in store.skills_of_agents(unit).items()
    }


def _checked(unit: Unit, name: str, kind: str, *, but: str = "") -> dict[str, str]:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A skill needs a name.", code="missing", field="name")
    if len(name) > MAX_NAME:
        raise Invalid(f"A name has at most {MAX_NAME} characters.", field="name")
    if kind not in SKILL_KINDS:
        raise Invalid("A skill is of a problem or of a language.", field="kind")
    for skill in store.all_skills(unit, include_archived=True):
        if skill.name.casefold() == name.casefold() and skill.id != but:
            where = ", among those put away" if skill.archived_at else ""
            raise Conflict(f"There is a skill named {name} already{where}.", code="name_taken")
    return {"name": name, "kind": kind}


def _check_no_circle(unit: Unit, skill_id: str, covered: list[str]) -> None:
    """Rules of the graph are checked over all skills, also those put away: they may come back."""
    way = circle(store.covers(unit), skill_id, covered)
    if way:
        names = {one.id: one.name for one in store.all_skills(unit, include_archived=True)}
        said = " covers ".join(names.get(one, "another") for one in way)
        raise Invalid(
            f"That would go round in a circle: {said}.", code="skill_circle", field="covers"
        )
