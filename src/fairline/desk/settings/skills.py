"""Skills: made, covered, put away; and who has which, with their capacity. For supervisors."""

from typing import Any

from litestar import Response

from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import skills, staff, store_skills
from fairline.people import store as people
from fairline.people.covering import all_covered
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/skills"
GUARDS = [needs("supervisor")]
NAMES = ("name", "kind")
KINDS = [("problem", "A problem, such as Billing"), ("language", "A language, such as German")]


@reads(PATH, guards=GUARDS)
def list_skills(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All skills, who has them, and a form for a new one."""
    with database.read() as unit:
        return _list(unit, session, Typed(values={"kind": "problem"}), done=done)


@writes(PATH, guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A new skill."""
    given = typed(form, NAMES, several=("covers",))
    try:
        with database.write() as unit:
            made = skills.create_skill(
                unit, name=given.get("name"), kind=given.get("kind"), covers=given.chosen["covers"]
            )
            note(unit, agent, "skill_created", made.id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _list(unit, session, _named(given, error), status=error.status)
    return go(PATH, "created")


@reads(PATH + "/{skill_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, skill_id: str, done: str | None = None
) -> Response[Any]:
    """One skill."""
    with database.read() as unit:
        skill = skills.get_skill(unit, known_id(skill_id))
        given = Typed(
            values={"name": skill.name, "kind": skill.kind},
            chosen={"covers": store_skills.covers(unit).get(skill.id, [])},
        )
        return _edit(unit, session, skill_id, given, done=done)


@writes(PATH + "/{skill_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, skill_id: str, form: Form
) -> Response[Any]:
    """Its name, kind, and what it covers. A circle is refused, saying which way it goes."""
    given = typed(form, NAMES, several=("covers",))
    try:
        with database.write() as unit:
            skills.change_skill(
                unit,
                known_id(skill_id),
                name=given.get("name"),
                kind=given.get("kind"),
                covers=given.chosen["covers"],
            )
            note(unit, agent, "skill_changed", skill_id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _edit(unit, session, skill_id, _named(given, error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/{skill_id:str}/archive", guards=GUARDS)
def archive(database: Database, agent: Agent, skill_id: str) -> Response[Any]:
    """No case needs it any more."""
    with database.write() as unit:
        skills.archive_skill(unit, known_id(skill_id))
        note(unit, agent, "skill_archived", skill_id)
    return go(PATH, "archived")


@writes(PATH + "/{skill_id:str}/back", guards=GUARDS)
def bring_back(database: Database, agent: Agent, skill_id: str) -> Response[Any]:
    """Use it again."""
    with database.write() as unit:
        skills.bring_back(unit, known_id(skill_id))
        note(unit, agent, "skill_brought_back", skill_id)
    return go(f"{PATH}/{skill_id}", "back")


@reads(PATH + "/of/{agent_id:str}", guards=GUARDS)
def person_page(database: Database, session: Session, agent_id: str) -> Response[Any]:
    """What one person knows, and how much they are handed at a time."""
    with database.read() as unit:
        one = staff.get_agent(unit, known_id(agent_id))
        given = Typed(
            values={"capacity": str(one.capacity)},
            chosen={"skills": store_skills.skills_of_agents(unit).get(one.id, [])},
        )
        return _person(unit, session, one, given)


@writes(PATH + "/of/{agent_id:str}", guards=GUARDS)
def change_person(
    database: Database, session: Session, agent: Agent, agent_id: str, form: Form
) -> Response[Any]:
    """Both at once, or neither."""
    given = typed(form, ("capacity",), several=("skills",))
    try:
        with database.write() as unit:
            one = staff.get_agent(unit, known_id(agent_id))
            staff.set_capacity(unit, one.id, whole_number(given.get("capacity"), "capacity"))
            skills.give_skills(unit, one.id, given.chosen["skills"])
            note(unit, agent, "agent_skills_changed", one.id)
    except Invalid as error:
        with database.read() as unit:
            one = staff.get_agent(unit, agent_id)
            return _person(unit, session, one, given.refused(error), status=error.status)
    return go(PATH, "saved")


def whole_number(text: str, field: str) -> int:
    """Raises Invalid for anything else; the meaning is checked by whoever takes it."""
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        raise Invalid("Write a whole number.", code="no_number", field=field)
    return int(text[:12])


def _list(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    every = store_skills.all_skills(unit, include_archived=True)
    has = store_skills.skills_of_agents(unit)
    covers = store_skills.covers(unit)
    able = {agent_id: all_covered(covers, ids) for agent_id, ids in has.items()}
    return show(
        unit,
        session,
        "skills.html",
        "skills",
        done=done,
        status=status,
        skills=[skill for skill in every if not skill.archived_at],
        archived=[skill for skill in every if skill.archived_at],
        names={skill.id: skill.name for skill in every},
        covers=covers,
        able={skill.id: sum(skill.id in ids for ids in able.values()) for skill in every},
        has=has,
        staff=people.all_agents(unit),
        kinds=KINDS,
        typed=given,
    )


def _edit(
    unit: Unit,
    session: Session,
    skill_id: str,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return show(
        unit,
        session,
        "skill.html",
        "skills",
        done=done,
        status=status,
        skill=skills.get_skill(unit, skill_id),
        others=[one for one in store_skills.all_skills(unit) if one.id != skill_id],
        kinds=KINDS,
        typed=given,
    )


def _person(
    unit: Unit, session: Session, one: Agent, given: Typed, *, status: int = 200
) -> Response[Any]:
    return show(
        unit,
        session,
        "skills_of.html",
        "skills",
        status=status,
        person=one,
        skills=store_skills.all_skills(unit),
        typed=given,
    )


def _named(given: Typed, error: Invalid | Conflict) -> Typed:
    """A conflict here is always about the name."""
    refused = given.refused(error)
    return Typed(
        values=refused.values,
        chosen=refused.chosen,
        error=refused.error,
        field=refused.field or "name",
    )


ROUTES: list[Any] = [
    list_skills,
    create,
    edit_page,
    change,
    archive,
    bring_back,
    person_page,
    change_person,
]
