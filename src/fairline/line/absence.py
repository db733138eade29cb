"""When somebody goes away: what waits for them returns to the line, with its place, and is theirs
again if they are back before anybody took it.

A follow-up stays with its owner while they are here (`people/duty.py` judges that). Clocks and
place never change by any of this, so nobody waits longer for being somebody's case.
"""

from datetime import datetime

from fairline.cases import changes, store
from fairline.cases.actions import actor_of
from fairline.cases.rows import SYSTEM, Case, Event
from fairline.cases.timeline import record
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store_absence
from fairline.line.queues import Matching, queue_of
from fairline.people import duty, store_duty
from fairline.people import store as people
from fairline.people.tables import Agent

MOST = 200


def say_presence(
    unit: Unit, agent: Agent, presence: str, *, shift_ends_at: datetime | None = None
) -> None:
    """Say whether one is here, and until when. Raises Invalid.

    *Effects*: `presence_changed`; whoever comes back gets back what nobody took meanwhile. What
    waits for those who go away returns after a grace, by `sweep`.
    """
    before = store_duty.duty_of(unit, agent.id)
    duty.say_presence(unit, agent.id, presence, shift_ends_at=shift_ends_at)
    if before is None or before.presence != presence:
        data = {"agent_id": agent.id, "to": presence}
        record(unit, "presence_changed", by=actor_of(agent), data=data)
    if presence != "away":
        come_back(unit, agent)


def come_back(unit: Unit, agent: Agent) -> int:
    """Give somebody what was theirs and is nobody's. Returns how many cases."""
    kept = store_absence.kept_for(unit, [agent.id], most=MOST)
    matching = Matching(unit) if kept else None
    teams = people.teams_of(unit, agent.id) if kept else []
    given = 0
    for _, case_id in kept:
        case = changes.get_case(unit, case_id, lock=True)
        if case.owner_id or case.kept_for_id != agent.id or matching is None:
            continue
        queue = matching.queues.get(queue_of(unit, case))
        if queue and matching.may_take(agent, queue, teams or None):
            changes.assign(unit, case, agent.id, by=SYSTEM, reason="came_back")
            given += 1
        else:  # it went to another team meanwhile, or needs what they do not know
            store.update_case(unit, case.id, {"kept_for_id": None})
    return given


def return_to_line(unit: Unit, case: Case) -> None:
    """Let anybody take a case whose owner has gone, and remember whose it was."""
    changes.assign(unit, case, None, by=SYSTEM, reason="went_away", is_kept=True)


def hear_message(unit: Unit, event: Event) -> None:
    """Inline listener of `message_received`: nobody writes to an empty chair."""
    if case_id := event.case_id:
        unit.settle_later(("absence", case_id), lambda later: _look(later, case_id))


def _look(unit: Unit, case_id: str) -> None:
    case = store.case_by_id(unit, case_id)
    waits = case is not None and case.status in {"new", "open"}
    if case and waits and case.owner_id and duty.has_gone(unit, case.owner_id):
        return_to_line(unit, case)


def hear_sign_in(unit: Unit, event: Event) -> None:
    """Inline listener of `agent_signed_in`: who signs in has come."""
    agent = people.agent_by_id(unit, str(event.data.get("agent_id") or ""))
    if agent is None:
        return
    known = store_duty.duty_of(unit, agent.id)
    ends_at = known.shift_ends_at if known else None
    if ends_at and ends_at <= unit.now:
        ends_at = None
    presence = known.presence if known and known.presence == "busy" else "online"
    say_presence(unit, agent, presence, shift_ends_at=ends_at)


def here_again(unit: Unit, agent: Agent) -> None:
    """Whoever asks for a case while away has come back, whatever they last said."""
    known = store_duty.duty_of(unit, agent.id)
    if known and (
        known.presence == "away" or (known.shift_ends_at and known.shift_ends_at <= unit.now)
    ):
        say_presence(unit, agent, "online")


def sweep(database: Database) -> int:
    """Return to the line what waits for those who have gone, and to those who are here what was
    theirs. Returns how many cases moved. A periodic step; any number of nodes may do it at once.
    """
    with database.read() as unit:
        duties = store_duty.all_duties(unit)
        gone = [one.agent_id for one in duties.values() if duty.is_gone(one, unit.now)]
        here = [one.agent_id for one in duties.values() if duty.is_here(one, unit.now)]
        left = store_absence.waiting_for(unit, gone, most=MOST)
        kept = sorted({agent for agent, _ in store_absence.kept_for(unit, here, most=MOST)})
    moved = 0
    for agent_id, case_id in left:
        with database.write() as unit:
            case = changes.get_case(unit, case_id, lock=True)
            if case.owner_id == agent_id and duty.has_gone(unit, agent_id):
                return_to_line(unit, case)
                moved += 1
    for agent_id in kept:
        with database.write() as unit:
            agent = people.agent_by_id(unit, agent_id)
            known = store_duty.duty_of(unit, agent_id)
            if agent and known and duty.is_here(known, unit.now):
                moved += come_back(unit, agent)
    return moved
