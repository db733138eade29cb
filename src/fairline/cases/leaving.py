"""When somebody leaves, or a team ends: nobody's case may stay behind in limbo.

Called by the settings pages and the command line. Open cases go back to the line at once, with
their clocks and places as they were; ended ones when they are reopened (`changes.reopen`).
"""

from fairline.cases import store
from fairline.cases.changes import assign, set_team
from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.db.unit import Unit
from fairline.people import staff, teams
from fairline.people import store as people
from fairline.people.tables import Agent


def disable(unit: Unit, agent_id: str, *, by: Actor) -> int:
    """Let somebody sign in no more. Returns how many cases went back to the line.

    Raises Conflict for the last administrator. *Effects*: sessions end, tokens are revoked.
    """
    staff.disable_agent(unit, agent_id)
    given = _give_back(unit, agent_id, brand_ids=None, by=by, reason="agent_left")
    record(unit, "settings_changed", by=by, data={"what": "agent_disabled", "id": agent_id})
    return given


def enable(unit: Unit, agent_id: str, *, by: Actor) -> None:
    """Let somebody sign in again."""
    staff.enable_agent(unit, agent_id)
    record(unit, "settings_changed", by=by, data={"what": "agent_enabled", "id": agent_id})


def change(
    unit: Unit,
    agent_id: str,
    *,
    name: str,
    public_name: str,
    role: str,
    brand_ids: tuple[str, ...],
    by: Actor,
) -> Agent:
    """`staff.change_agent`; cases of brands they no longer serve go back to the line."""
    agent = staff.change_agent(
        unit, agent_id, name=name, public_name=public_name, role=role, brand_ids=brand_ids
    )
    if brand_ids:
        _give_back(unit, agent_id, brand_ids=brand_ids, by=by, reason="brand_left")
    record(unit, "settings_changed", by=by, data={"what": "agent_changed", "id": agent_id})
    return agent


def archive_team(unit: Unit, team_id: str, *, by: Actor) -> int:
    """End a team. Its cases and inboxes belong to no team from now on. Returns how many cases."""
    teams.get_team(unit, team_id)
    moved = 0
    for case in store.open_of_team(unit, team_id):
        set_team(unit, case, None, by=by)
        moved += 1
    people.update_team(unit, team_id, {"archived_at": unit.now})
    people.set_members(unit, team_id, [])
    record(unit, "settings_changed", by=by, data={"what": "team_archived", "id": team_id})
    return moved


def _give_back(
    unit: Unit, agent_id: str, *, brand_ids: tuple[str, ...] | None, by: Actor, reason: str
) -> int:
    """The open cases of an agent; with `brand_ids` only those of other brands."""
    given = 0
    for case in store.open_of_owner(unit, agent_id):
        if brand_ids is None or case.brand_id not in brand_ids:
            assign(unit, case, None, by=by, reason=reason)
            given += 1
    return given
