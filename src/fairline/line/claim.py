"""The next case: one winner, however many agents ask at once.

SQLite: the write transaction excludes everybody else. PostgreSQL: the row is taken with FOR UPDATE
SKIP LOCKED, so a second agent gets the next one instead of waiting. The owner is set in the same
transaction, and a set owner takes the case out of everybody else's reach.
"""

from fairline.cases.actions import actor_of
from fairline.cases.changes import assign, get_case
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line import absence
from fairline.line.queues import claim_first, queues_for
from fairline.people.tables import Agent

# So many claims of one process are under way at a time on PostgreSQL; the others wait their turn.
# Each has to step over all that the others hold, which is more work for everybody the more there
# are: of 64 at once 76 a second came through, eight at a time 93.
AT_ONCE = 8


def next_case(unit: Unit, agent: Agent, *, but: str | None = None) -> Case | None:
    """Claim the first case in line for `agent`; None when nothing waits for them.

    What they may take is told in `queues.py`. Cases already theirs count in their order. `but`
    passes over the case on the screen. *Effects*: the agent becomes the owner, the status becomes
    open. *Cost*: one step of an index for each queue the agent serves.
    """
    unit.take_turn("claim", at_most=AT_ONCE)
    absence.here_again(unit, agent)
    unit.settle()
    first = claim_first(unit, agent.id, queues_for(unit, agent), but=but)
    if first is None:
        return None
    case = get_case(unit, first.case_id, lock=True)
    return assign(unit, case, agent.id, by=actor_of(agent), reason="next_case")
