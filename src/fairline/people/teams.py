"""Teams: made, named, filled. To end one, see `cases/leaving.py`: its cases must go somewhere."""

from collections.abc import Iterable

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.tables import ASSIGNS, Team

MAX_NAME = 60
MAX_PURPOSE = 300


def get_team(unit: Unit, team_id: str) -> Team:
    """Raises NotFound."""
    team = store.team_by_id(unit, team_id)
    if team is None:
        raise NotFound("There is no such team.", code="no_team")
    return team


def create_team(
    unit: Unit, *, name: str, purpose: str = "", member_ids: Iterable[str] = ()
) -> Team:
    """Make a team. Raises Invalid, Conflict when the name is taken."""
    name, purpose = _checked(name, purpose)
    chosen = _known(unit, member_ids)
    _check_free(unit, name)
    team_id = new_id()
    store.insert_team(
        unit, {"id": team_id, "name": name, "purpose": purpose, "created_at": unit.now}
    )
    store.set_members(unit, team_id, chosen)
    return get_team(unit, team_id)


def change_team(
    unit: Unit, team_id: str, *, name: str, purpose: str, member_ids: Iterable[str]
) -> Team:
    """Name it anew and say who belongs to it. Raises Invalid, Conflict."""
    team = get_team(unit, team_id)
    if team.archived_at:
        raise Conflict("This team is archived. Bring it back first.", code="archived")
    name, purpose = _checked(name, purpose)
    chosen = _known(unit, member_ids)
    _check_free(unit, name, but=team_id)
    store.update_team(unit, team_id, {"name": name, "purpose": purpose})
    store.set_members(unit, team_id, chosen)
    return get_team(unit, team_id)


def set_assigns(unit: Unit, team_id: str, assigns: str) -> None:
    """Whether its cases are asked for (`pull`) or handed out (`push`). Raises Invalid."""
    get_team(unit, team_id)
    if assigns not in ASSIGNS:
        raise Invalid("Cases are asked for or handed out.", code="no_assigns", field="assigns")
    store.update_team(unit, team_id, {"assigns": assigns})


def bring_back(unit: Unit, team_id: str) -> Team:
    """Use an archived team again; the cases it had do not come back to it."""
    get_team(unit, team_id)
    store.update_team(unit, team_id, {"archived_at": None})
    return get_team(unit, team_id)


def _checked(name: str, purpose: str) -> tuple[str, str]:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A team needs a name.", code="missing", field="name")
    if len(name) > MAX_NAME:
        raise Invalid(f"A name has at most {MAX_NAME} characters.", field="name")
    purpose = " ".join(purpose.split())
    if len(purpose) > MAX_PURPOSE:
        raise Invalid(f"Say it in at most {MAX_PURPOSE} characters.", field="purpose")
    return name, purpose


def _check_free(unit: Unit, name: str, *, but: str = "") -> None:
    known = store.team_by_name(unit, name)
    if known is None or known.id == but:
        return
    where = ", among the archived ones. Bring it back instead" if known.archived_at else ""
    raise Conflict(f"There is a team named {name} already{where}.", code="name_taken")


def _known(unit: Unit, member_ids: Iterable[str]) -> list[str]:
    """Each once, those who may sign in only. Raises Invalid for somebody unknown."""
    wanted = list(dict.fromkeys(member_ids))
    staff = {agent.id for agent in store.all_agents(unit)}
    if set(wanted) - staff:
        raise Invalid("One of these people does not work here.", code="no_agent", field="members")
    return wanted
