"""Teams: make, name, fill, archive, bring back. For supervisors."""

from typing import Any

from litestar import Response

from fairline.cases.actions import actor_of
from fairline.cases.leaving import archive_team
from fairline.channels import store_inboxes
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import store as people
from fairline.people import teams
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/teams"
GUARDS = [needs("supervisor")]
NAMES = ("name", "purpose")


@reads(PATH, guards=GUARDS)
def list_teams(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All teams and who is in them, and a form for a new one."""
    with database.read() as unit:
        return _list(unit, session, Typed(), done=done)


@writes(PATH, guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A new team."""
    given = typed(form, NAMES, several=("members",))
    try:
        with database.write() as unit:
            made = teams.create_team(
                unit,
                name=given.get("name"),
                purpose=given.get("purpose"),
                member_ids=given.chosen["members"],
            )
            note(unit, agent, "team_created", made.id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _list(unit, session, _named(given, error), status=error.status)
    return go(PATH, "created")


@reads(PATH + "/{team_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, team_id: str, done: str | None = None
) -> Response[Any]:
    """One team."""
    with database.read() as unit:
        team = teams.get_team(unit, known_id(team_id))
        given = Typed(
            values={"name": team.name, "purpose": team.purpose},
            chosen={"members": people.members(unit).get(team.id, [])},
        )
        return _edit(unit, session, team_id, given, done=done)


@writes(PATH + "/{team_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, team_id: str, form: Form
) -> Response[Any]:
    """Its name, purpose and members."""
    given = typed(form, NAMES, several=("members",))
    try:
        with database.write() as unit:
            teams.change_team(
                unit,
                known_id(team_id),
                name=given.get("name"),
                purpose=given.get("purpose"),
                member_ids=given.chosen["members"],
            )
            note(unit, agent, "team_changed", team_id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _edit(unit, session, team_id, _named(given, error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/{team_id:str}/archive", guards=GUARDS)
def archive(database: Database, agent: Agent, team_id: str) -> Response[Any]:
    """End a team: its cases and inboxes go to no team."""
    with database.write() as unit:
        archive_team(unit, known_id(team_id), by=actor_of(agent))
        store_inboxes.leave_team(unit, team_id)
    return go(PATH, "archived")


@writes(PATH + "/{team_id:str}/back", guards=GUARDS)
def bring_back(database: Database, agent: Agent, team_id: str) -> Response[Any]:
    """Use an archived team again."""
    with database.write() as unit:
        teams.bring_back(unit, known_id(team_id))
        note(unit, agent, "team_brought_back", team_id)
    return go(f"{PATH}/{team_id}", "back")


def _list(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    return show(
        unit,
        session,
        "teams.html",
        "teams",
        done=done,
        status=status,
        teams=people.all_teams(unit),
        archived=people.archived_teams(unit),
        members=people.members(unit),
        staff=people.all_agents(unit),
        typed=given,
    )


def _edit(
    unit: Unit,
    session: Session,
    team_id: str,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return show(
        unit,
        session,
        "team.html",
        "teams",
        done=done,
        status=status,
        team=teams.get_team(unit, team_id),
        staff=people.all_agents(unit),
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


ROUTES: list[Any] = [list_teams, create, edit_page, change, archive, bring_back]
