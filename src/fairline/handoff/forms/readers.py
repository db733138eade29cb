"""Who may read what customers sent in a secure form: by role, by team, by person."""

from collections.abc import Iterable

from fairline.core.errors import Invalid, NotAllowed
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.people import store as people
from fairline.people.tables import ROLES, Agent

# Stands where nobody was chosen, so that none chosen and never asked are two things.
NOBODY = "nobody"
BY_DEFAULT = ["supervisor"]


def readers(unit: Unit) -> list[str]:
    """Roles, ids of teams and of people. Supervisors until somebody said otherwise."""
    chosen = store.readers(unit)
    return [one for one in chosen if one != NOBODY] if chosen else BY_DEFAULT


def set_readers(unit: Unit, holders: Iterable[str]) -> None:
    """Say who may read. Raises Invalid for somebody who is not here; all stays then."""
    wanted = list(dict.fromkeys(holders))
    known = {*ROLES, *(one.id for one in people.all_teams(unit))}
    known |= {one.id for one in people.all_agents(unit)}
    if set(wanted) - known:
        raise Invalid("One of them is not here any more.", code="no_reader", field="readers")
    store.set_readers(unit, wanted or [NOBODY])


def may_read(unit: Unit, agent: Agent) -> bool:
    """Whether this agent may read answers. A role has what the roles below it have."""
    chosen = set(readers(unit))
    own = {agent.id, *ROLES[: ROLES.index(agent.role) + 1]}
    return bool(chosen & own) or bool(chosen & set(people.teams_of(unit, agent.id)))


def check_may_read(unit: Unit, agent: Agent) -> None:
    """Raises NotAllowed for who may not."""
    if not may_read(unit, agent):
        raise NotAllowed(
            "You may not read sealed answers. An administrator says who may, in the settings "
            "under Secure forms.",
            code="may_not_read",
        )
