"""The next case: one winner, however many agents ask at once.

SQLite: the write transaction excludes everybody else. PostgreSQL: the row is taken with FOR UPDATE
SKIP LOCKED, so a second agent gets the next one instead of waiting. The owner is set in the same
transaction, and a set owner takes the case out of everybody else's reach.
"""

from fairline.cases.actions import actor_of
from fairline.cases.changes import assign, get_case
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line import store
from fairline.people import store as people
from fairline.people.tables import Agent


def next_case(unit: Unit, agent: Agent, *, but: str | None = None) -> Case | None:
    """Claim the first case in line for `agent`; None when nothing waits for them.

    An agent of teams is given cases of these teams and of no team; one without teams, and a
    supervisor, any. Cases already theirs count in their order. `but` passes over the case on the
    screen. *Effects*: the agent becomes the owner, the status becomes open.
    """
    unit.settle()
    teams = people.teams_of(unit, agent.id)
    case_id = store.first_free(
        unit,
        agent.id,
        team_ids=teams if teams and agent.role == "agent" else None,
        brand_ids=agent.brand_ids,
        but=but,
    )
    if case_id is None:
        return None
    case = get_case(unit, case_id, lock=True)
    return assign(unit, case, agent.id, by=actor_of(agent), reason="next_case")
