"""Handing out (push): in teams that want it, waiting cases go to whoever is online and has room.

Oldest promise first, bounded work per turn. Whoever hands out holds the duties of the agents in
question, so on many nodes no one gets more than fits, and takes each case as *Next case* does, so
no case goes to two. Nobody there: it waits in line, with the promise it has.
"""

from typing import Any

from fairline.cases import store
from fairline.cases.changes import assign, get_case
from fairline.cases.rows import SYSTEM, Event
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.line import store_handing, store_queues
from fairline.line.queues import Matching
from fairline.line.sharing import Hand, emptiest
from fairline.people import store as people
from fairline.people import store_duty
from fairline.people.duty import presence_at
from fairline.people.tables import Agent

JOB = "hand_out"
MOST = 25
MOST_TURNS = 8
MOVERS = frozenset(
    {"case_opened", "case_reopened", "message_received", "message_sent", "status_changed"}
    | {"owner_changed", "team_changed", "skills_changed", "woken"}
)


def hear(unit: Unit, event: Event) -> None:
    """Inline listener: a case of a team that hands out has moved; there may be somebody for it, or
    room for another.
    """
    if event.kind in MOVERS and (case_id := event.case_id):
        unit.settle_later(("hand out", case_id), lambda later: _ask(later, case_id), last=True)
    elif event.kind == "presence_changed" and event.data.get("to") == "online":
        enqueue(unit, JOB, key=JOB)


def _ask(unit: Unit, case_id: str) -> None:
    case = store.case_by_id(unit, case_id)
    team = people.team_by_id(unit, case.team_id) if case and case.team_id else None
    if team and team.assigns == "push":
        enqueue(unit, JOB, key=JOB)


def run_job(database: Database, _: dict[str, Any]) -> None:
    """The job that an event asks for."""
    run(database)


def run(database: Database) -> int:
    """Hand out all that somebody has room for, in bounded transactions. Returns how many."""
    handed = 0
    for _ in range(MOST_TURNS):
        with database.read() as unit:
            if not _is_due(unit):
                break
        with database.write() as unit:
            turn = hand_out(unit)
        handed += turn
        if turn < MOST:
            break
    return handed


def _is_due(unit: Unit) -> bool:
    """Whether anything waits in a team that hands out. Looked at often: it must cost little."""
    pushing = {team.id for team in people.all_teams(unit) if team.assigns == "push"}
    if not pushing:
        return False
    queues = [one.id for one in store_queues.all_queues(unit) if one.team_id in pushing]
    return bool(store_queues.heads(unit, queues))


def hand_out(unit: Unit, *, most: int = MOST) -> int:
    """Hand out at most `most` cases. Returns how many."""
    matching = Matching(unit)
    pushing = {team.id for team in people.all_teams(unit) if team.assigns == "push"}
    members = {team: ids for team, ids in people.members(unit).items() if team in pushing}
    crew = {agent.id: agent for agent in people.all_agents(unit)}
    wanted = sorted({one for ids in members.values() for one in ids if one in crew})
    held = store_duty.hold(unit, wanted)
    hands = _hands(unit, {one: crew[one] for one in held})
    weights = store_duty.weights(unit)
    open_queues = [one.id for one in matching.queues.values() if one.team_id in members]
    handed = 0
    while handed < most and hands:
        for queue_id, _ in store_queues.heads(unit, open_queues):
            queue = matching.queues[queue_id]
            able = [
                hand
                for agent_id, hand in hands.items()
                if agent_id in members[str(queue.team_id)]
                and matching.may_take(crew[agent_id], queue, None)
            ]
            if _hand_first(unit, queue_id, able, weights):
                handed += 1
                break
            open_queues.remove(queue_id)  # nobody has room, or others are taking what is there
        else:
            break
    return handed


def _hand_first(unit: Unit, queue_id: str, able: list[Hand], weights: dict[str, int]) -> bool:
    """Give the first case of a queue to the emptiest of those who may have it."""
    if not able:
        return False
    first = store_queues.claim_free(unit, queue_id)
    if first is None:
        return False
    case = get_case(unit, first.case_id, lock=True)
    weight = weights.get(case.channel, 1)
    hand = emptiest(able, weight, case.id)
    if hand is None:
        return False
    assign(unit, case, hand.agent_id, by=SYSTEM, reason="handed_out")
    hand.load += weight
    unit.settle()
    return True


def _hands(unit: Unit, crew: dict[str, Agent]) -> dict[str, Hand]:
    """Those of the crew who are online, with what waits for them."""
    duties = store_duty.all_duties(unit)
    online = {
        agent_id: Hand(agent_id=agent_id, capacity=agent.capacity, load=0)
        for agent_id, agent in crew.items()
        if agent_id in duties and presence_at(duties[agent_id], unit.now) == "online"
    }
    weights = store_duty.weights(unit)
    for agent_id, channel, many in store_handing.loads(unit, list(online)):
        online[agent_id].load += many * weights.get(channel, 1)
    return online
