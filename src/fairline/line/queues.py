"""Which cases an agent may take, and the first of them.

Teams say who is responsible, skills who is able, brands for whom one works. A supervisor helps out
in every team, but nobody is given what they are not able to do, unless no one here is.
"""

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line import store_queues
from fairline.line.store_queues import Queue
from fairline.people import skills, store_skills
from fairline.people import store as people
from fairline.people.covering import may_serve
from fairline.people.tables import Agent
from fairline.promises.order import Standing, order_key

Able = dict[str, frozenset[str]]


class Matching:
    """Who is able to do what, as it is now: read once for a claim or a turn of handing out.

    Three or four small tables, and none of skills while no case needs any.
    """

    def __init__(self, unit: Unit) -> None:
        self.queues = {queue.id: queue for queue in store_queues.all_queues(unit)}
        self._needs: dict[str, list[str]] = {}
        self._able: Able = {}
        if any(queue.needs_id for queue in self.queues.values()):
            in_use = {skill.id for skill in store_skills.all_skills(unit)}
            sets = store_skills.all_sets(unit)
            self._needs = {name: [s for s in ids if s in in_use] for name, ids in sets.items()}
            self._able = skills.able(unit)

    def may_take(self, agent: Agent, queue: Queue, teams: list[str] | None) -> bool:
        """Whether the agent may take the cases of a queue. `teams` None means any."""
        if agent.brand_ids and queue.brand_id not in agent.brand_ids:
            return False
        if teams is not None and queue.team_id is not None and queue.team_id not in teams:
            return False
        needed = self._needs.get(queue.needs_id or "", ())
        if not needed:
            return True
        return may_serve(needed, self._able.get(agent.id, frozenset()), self._able.values())


def queue_of(unit: Unit, case: Case) -> str:
    """The queue a case waits in."""
    return store_queues.queue_of(unit, case.brand_id, case.team_id, case.needs_id)


def queues_for(unit: Unit, agent: Agent) -> list[str]:
    """The queues an agent is given cases from.

    An agent of teams: of these teams and of no team. One without teams, and a supervisor: of any.
    """
    teams = people.teams_of(unit, agent.id)
    found = Matching(unit)
    wanted = teams if teams and agent.role == "agent" else None
    return [queue.id for queue in found.queues.values() if found.may_take(agent, queue, wanted)]


def claim_first(
    unit: Unit, agent_id: str, queue_ids: list[str], *, but: str | None = None
) -> Standing | None:
    """Hold the first case in line that an agent may take: free in a queue, or already theirs.

    Heads are looked at without holding them, then taken in their order; a queue whose head another
    agent is taking yields its next one, which may stand behind the head of another queue.
    """
    best = store_queues.claim_own(unit, agent_id, but=but)
    for queue_id, head in store_queues.heads(unit, queue_ids, but=but):
        if best and order_key(best) < order_key(head):
            break
        found = store_queues.claim_free(unit, queue_id, but=but)
        if found and (best is None or order_key(found) < order_key(best)):
            best = found
    return best
