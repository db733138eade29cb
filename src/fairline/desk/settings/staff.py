"""People: who may sign in and what they may do. For administrators.

A new or reset password is temporary and shown once, on the answer to the form itself.
"""

from typing import Any

from litestar import Response

from fairline.cases import leaving
from fairline.cases.actions import actor_of
from fairline.core.errors import Conflict, FairlineError, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import staff
from fairline.people import store as people
from fairline.people.tables import ROLES, Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/people"
GUARDS = [needs("administrator")]
NAMES = ("email", "name", "public_name", "role")
ROLE_TEXTS = {
    "agent": "Works the line and answers customers.",
    "supervisor": "Also looks after teams, saved replies, hours and promises.",
    "administrator": "May do everything: people, inboxes, brands.",
}


@reads(PATH, guards=GUARDS)
def list_people(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """Everybody, those who are disabled last."""
    with database.read() as unit:
        found = people.all_agents(unit, include_disabled=True)
        return show(
            unit,
            session,
            "people.html",
            "people",
            done=done,
            staff=sorted(found, key=lambda one: one.disabled_at is not None),
            members=people.members(unit),
        )


@reads(PATH + "/new", guards=GUARDS)
def new_page(database: Database, session: Session) -> Response[Any]:
    """An empty form."""
    with database.read() as unit:
        return _form(unit, session, None, Typed(values={"role": "agent"}))


@writes(PATH + "/new", guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Somebody new; the answer shows the temporary password, this once."""
    given = typed(form, NAMES, several=("brand_ids",))
    password = staff.temporary_password()
    try:
        with database.write() as unit:
            made = staff.create_agent(
                unit,
                email=given.get("email"),
                name=given.get("name"),
                public_name=given.get("public_name"),
                role=given.get("role"),
                password=password,
                brand_ids=_brands(unit, given),
            )
            note(unit, agent, "agent_created", made.id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _refused(unit, session, None, given, error)
    with database.read() as unit:
        return _once(unit, session, made, password, status=201)


@reads(PATH + "/{agent_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, agent_id: str, done: str | None = None
) -> Response[Any]:
    """One person."""
    with database.read() as unit:
        one = staff.get_agent(unit, known_id(agent_id))
        values = {
            "email": one.email,
            "name": one.name,
            "public_name": one.public_name,
            "role": one.role,
        }
        given = Typed(values=values, chosen={"brand_ids": list(one.brand_ids)})
        return _form(unit, session, one, given, done=done)


@writes(PATH + "/{agent_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, agent_id: str, form: Form
) -> Response[Any]:
    """Name, role and brands."""
    given = typed(form, NAMES, several=("brand_ids",))
    try:
        with database.write() as unit:
            leaving.change(
                unit,
                known_id(agent_id),
                name=given.get("name"),
                public_name=given.get("public_name"),
                role=given.get("role"),
                brand_ids=_brands(unit, given),
                by=actor_of(agent),
            )
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _refused(unit, session, staff.get_agent(unit, agent_id), given, error)
    # Whoever gives up the right to this page cannot be led back to it.
    if agent_id == agent.id and given.get("role") != "administrator":
        return go("/desk/settings", "saved")
    return go(PATH, "saved")


@writes(PATH + "/{agent_id:str}/password", guards=GUARDS)
def reset_password(
    database: Database, session: Session, agent: Agent, agent_id: str
) -> Response[Any]:
    """A temporary password, shown this once; signs the person out everywhere."""
    with database.write() as unit:
        one = staff.get_agent(unit, known_id(agent_id))
        if one.id == agent.id:
            raise Invalid("Change your own password in your profile.", code="own_password")
        password = staff.reset_password(unit, one.id)
        note(unit, agent, "password_reset", one.id)
    with database.read() as unit:
        return _once(unit, session, one, password)


@writes(PATH + "/{agent_id:str}/disable", guards=GUARDS)
def disable(database: Database, session: Session, agent: Agent, agent_id: str) -> Response[Any]:
    """No more signing in; open cases go back to the line."""
    try:
        with database.write() as unit:
            leaving.disable(unit, known_id(agent_id), by=actor_of(agent))
    except Conflict as error:
        with database.read() as unit:
            one = staff.get_agent(unit, agent_id)
            given = Typed(
                values={
                    "email": one.email,
                    "name": one.name,
                    "public_name": one.public_name,
                    "role": one.role,
                },
                chosen={"brand_ids": list(one.brand_ids)},
            )
            return _form(unit, session, one, given.refused(error), status=error.status)
    return go("/desk/sign-in") if agent_id == agent.id else go(PATH, "disabled")


@writes(PATH + "/{agent_id:str}/enable", guards=GUARDS)
def enable(database: Database, agent: Agent, agent_id: str) -> Response[Any]:
    """May sign in again."""
    with database.write() as unit:
        leaving.enable(unit, known_id(agent_id), by=actor_of(agent))
    return go(f"{PATH}/{agent_id}", "enabled")


def _brands(unit: Unit, given: Typed) -> tuple[str, ...]:
    """The ticked brands; all of them ticked is no limit, so that new brands are included."""
    every = {brand.id for brand in people.all_brands(unit)}
    chosen = tuple(dict.fromkeys(given.chosen["brand_ids"]))
    if set(chosen) - every:
        raise Invalid("One of these brands does not exist.", code="no_brand", field="brand_ids")
    return () if set(chosen) == every else chosen


def _refused(
    unit: Unit, session: Session, one: Agent | None, given: Typed, error: FairlineError
) -> Response[Any]:
    refused = given.refused(error)
    if error.code == "email_taken":
        refused = Typed(values=given.values, chosen=given.chosen, error=error.text, field="email")
    return _form(unit, session, one, refused, status=error.status)


def _form(
    unit: Unit,
    session: Session,
    one: Agent | None,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return show(
        unit,
        session,
        "person.html",
        "people",
        done=done,
        status=status,
        person=one,
        typed=given,
        roles=[(role, ROLE_TEXTS[role]) for role in ROLES],
        brands=people.all_brands(unit),
    )


def _once(
    unit: Unit, session: Session, one: Agent, password: str, *, status: int = 200
) -> Response[Any]:
    return show(
        unit, session, "password_once.html", "people", status=status, person=one, password=password
    )


ROUTES: list[Any] = [
    list_people,
    new_page,
    create,
    edit_page,
    change,
    reset_password,
    disable,
    enable,
]
