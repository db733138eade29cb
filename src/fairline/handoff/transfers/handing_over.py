"""Handing a case over: offered with a summary, and the giver's until somebody takes it.

Neither the clock nor the place in line knows of it. Whoever is asked takes the case or says why
not; asked are one colleague, or a team of which one takes it. Two who take it at once: one has it.
"""

from typing import Any

from fairline.cases import store as cases
from fairline.cases.actions import actor_of, note
from fairline.cases.changes import assign, get_case, nudge, set_team
from fairline.cases.clocks import promises_of
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.rows import SYSTEM, Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.handoff.transfers import store
from fairline.handoff.transfers.rows import Transfer
from fairline.line import alarms
from fairline.people import store as people
from fairline.people.rights import may_see_brand
from fairline.people.tables import Agent
from fairline.promises.hours import add_working_time

# How long a colleague may think it over, in minutes of our hours.
TIME_TO_ANSWER = 60
MAX_SUMMARY, MAX_REASON = 20_000, 500
# So many hand-offs without a word to the customer between them are handing around.
AROUND = 2
MOST_TOLD = 50


def offer(
    unit: Unit,
    case_id: str,
    agent: Agent,
    *,
    to_agent: str | None = None,
    to_team: str | None = None,
    summary: str,
    reason: str,
) -> Transfer:
    """Ask a colleague or a team to take the case over.

    The summary becomes an internal note. Raises Invalid for nobody, oneself, somebody who cannot
    have it, and without a summary or reason; Conflict when the case has ended or is offered
    already. *Effects*: event, note, matter `transfer`; the receivers are told.
    """
    case = get_case(unit, case_id, lock=True)
    summary, reason = summary.strip(), " ".join(reason.split())
    if case.is_ended:
        raise Conflict("The case has ended; there is nothing to hand over.", code="case_ended")
    if not summary or len(summary) > MAX_SUMMARY:
        raise Invalid(
            f"Say in at most {MAX_SUMMARY:,} characters what the next one must know, so that the "
            "customer need not say it again.",
            field="summary",
        )
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(f"Say in at most {MAX_REASON} characters why.", field="reason")
    _check_giver(unit, case, agent)
    _check_receiver(unit, case, agent, to_agent, to_team)
    calendar, _ = promises_of(unit, case.brand_id, case.inbox_id)
    transfer = Transfer(
        id=new_id(),
        case_id=case.id,
        brand_id=case.brand_id,
        giver_id=agent.id,
        agent_id=to_agent,
        team_id=to_team,
        state="offered",
        summary=summary,
        reason=reason,
        answer="",
        offered_at=unit.now,
        expires_at=add_working_time(unit.now, TIME_TO_ANSWER, calendar),
        ended_at=None,
        ended_by_id=None,
    )
    if not store.insert(unit, transfer):
        raise Conflict(
            "The case is being handed over already. Withdraw that first.", code="already_offered"
        )
    by = actor_of(agent)
    note(unit, case.id, agent, f"{reason}\n\n{summary}")
    if case.owner_id is None and agent.id != to_agent:
        assign(unit, get_case(unit, case.id), agent.id, by=by, reason="hands_over")
    open_matter(unit, case.id, "transfer")
    told = [to_agent] if to_agent else _members(unit, case, to_team, but=agent.id)
    for receiver in told:
        nudge(unit, case, str(receiver), "offered", by=by)
    _record(unit, transfer, "transfer_offered", by, {"reason": reason, "mentioned": told})
    return transfer


def accept(unit: Unit, case_id: str, agent: Agent) -> Case:
    """Take the case that was offered. Raises Conflict when it is not offered (any more), NotAllowed
    for anybody who was not asked. *Effects*: owner (and team) change; the giver is told.
    """
    case, transfer = _open(unit, case_id)
    _check_asked(unit, transfer, agent)
    by = actor_of(agent)
    _end(unit, transfer, "accepted", by)
    data = {"from": transfer.giver_id, "to": agent.id}
    _record(unit, transfer, "transfer_accepted", by, data)
    if transfer.team_id:
        case = set_team(unit, get_case(unit, case.id), transfer.team_id, by=by)
    case = assign(unit, get_case(unit, case.id), agent.id, by=by, reason="handed_over")
    nudge(unit, case, transfer.giver_id, "taken_over", by=by)
    _look_for_handing_around(unit, case)
    return case


def decline(unit: Unit, case_id: str, agent: Agent, why: str) -> None:
    """Say no, and why. It stays with the giver, who is told."""
    case, transfer = _open(unit, case_id)
    _check_asked(unit, transfer, agent)
    why = " ".join(why.split())
    if not why or len(why) > MAX_REASON:
        raise Invalid(
            f"Say in at most {MAX_REASON} characters why not: it helps to find the right one.",
            field="why",
        )
    by = actor_of(agent)
    _end(unit, transfer, "declined", by, answer=why)
    _record(unit, transfer, "transfer_declined", by, {"reason": why})
    nudge(unit, case, transfer.giver_id, "declined", by=by)
    _look_for_handing_around(unit, case)


def withdraw(unit: Unit, case_id: str, agent: Agent) -> None:
    """Take the offer back: the giver, the owner, or a supervisor."""
    case, transfer = _open(unit, case_id)
    if agent.id not in {transfer.giver_id, case.owner_id} and agent.role == "agent":
        raise NotAllowed("Only who offered it, or a supervisor, can withdraw it.")
    by = actor_of(agent)
    _end(unit, transfer, "withdrawn", by)
    _record(unit, transfer, "transfer_withdrawn", by, {"reason": "withdrawn"})


def end_quietly(unit: Unit, case: Case, *, by: Actor, reason: str) -> None:
    """The case has ended or got another owner meanwhile: nobody need answer any more."""
    transfer = store.open_of(unit, case.id, lock=True)
    if transfer:
        _end(unit, transfer, "withdrawn", by)
        _record(unit, transfer, "transfer_withdrawn", by, {"reason": reason})


def expire(unit: Unit, case_id: str) -> None:
    """Nobody answered in time: it stays the giver's, or goes back to the line if they have left."""
    case, transfer = _open(unit, case_id)
    if transfer.expires_at > unit.now:
        return
    _end(unit, transfer, "expired", SYSTEM)
    _record(unit, transfer, "transfer_expired", SYSTEM, {"mentioned": [transfer.giver_id]})
    giver = people.agent_by_id(unit, transfer.giver_id)
    if giver is None or giver.disabled_at:
        if case.owner_id == transfer.giver_id:
            assign(unit, get_case(unit, case.id), None, by=SYSTEM, reason="agent_left")
    else:
        nudge(unit, case, giver.id, "not_taken", by=SYSTEM)
    _look_for_handing_around(unit, case)


def may_answer(unit: Unit, transfer: Transfer, agent: Agent) -> bool:
    """Whether this agent is asked, or is of the team that is."""
    if transfer.agent_id:
        return transfer.agent_id == agent.id
    return transfer.team_id in people.teams_of(unit, agent.id) and agent.id != transfer.giver_id


def _check_asked(unit: Unit, transfer: Transfer, agent: Agent) -> None:
    if not may_answer(unit, transfer, agent):
        raise NotAllowed("Only whom the case was offered to can answer that.", code="not_asked")


def _check_giver(unit: Unit, case: Case, giver: Agent) -> None:
    if case.owner_id in {None, giver.id} or giver.role != "agent":
        return
    owner = people.agent_by_id(unit, str(case.owner_id))
    raise NotAllowed(
        f"{owner.name if owner else 'Somebody else'} owns the case. Ask them, or take it first.",
        code="not_yours",
    )


def _check_receiver(
    unit: Unit, case: Case, giver: Agent, agent_id: str | None, team_id: str | None
) -> None:
    if bool(agent_id) == bool(team_id):
        raise Invalid("Choose a colleague or a team.", field="to")
    if agent_id:
        receiver = people.agent_by_id(unit, agent_id)
        if receiver is None or receiver.disabled_at:
            raise Invalid("That agent does not work here any more.", code="no_agent", field="to")
        if not may_see_brand(receiver, case.brand_id):
            raise Invalid(
                f"{receiver.name} does not work for this brand.", code="wrong_brand", field="to"
            )
        if receiver.id == giver.id:
            raise Invalid("That is you: take the case instead.", code="oneself", field="to")
        if receiver.id == case.owner_id:
            raise Conflict(f"{receiver.name} owns the case already.", code="owns_it")
        return
    team = people.team_by_id(unit, team_id or "")
    if team is None or team.archived_at:
        raise Invalid("There is no such team.", code="no_team", field="to")
    if not _members(unit, case, team.id, but=giver.id):
        raise Invalid(
            f"Nobody else of {team.name} could take it: choose somebody, or move the case to the "
            "team's line.",
            code="empty_team",
            field="to",
        )


def _members(unit: Unit, case: Case, team_id: str | None, *, but: str) -> list[str]:
    """Ids of those of a team who could take the case."""
    mates = people.members(unit).get(team_id or "", ())
    crew = {agent.id: agent for agent in people.all_agents(unit)}
    return [
        one
        for one in sorted(mates)
        if one != but and one in crew and may_see_brand(crew[one], case.brand_id)
    ][:MOST_TOLD]


def _open(unit: Unit, case_id: str) -> tuple[Case, Transfer]:
    """The case, locked, and its offer. Raises Conflict when somebody was faster."""
    case = cases.case_by_id(unit, case_id, lock=True)
    if case is None:
        raise NotFound("There is no such case.", code="no_case")
    transfer = store.open_of(unit, case.id, lock=True)
    if transfer is None:
        raise Conflict("It is not offered any more: somebody was faster.", code="not_offered")
    return case, transfer


def _end(unit: Unit, transfer: Transfer, state: str, by: Actor, *, answer: str = "") -> None:
    ended_by = by.id if by.kind == "agent" else None
    values = {"state": state, "answer": answer, "ended_at": unit.now, "ended_by_id": ended_by}
    store.update(unit, transfer.id, values)
    close_matter(unit, transfer.case_id, "transfer")


def _look_for_handing_around(unit: Unit, case: Case) -> None:
    """Ring when the customer was passed on again and again and heard nothing between."""
    since = max(case.last_answered_at or case.created_at, case.created_at)
    moves = [
        one
        for one in store.of_case(unit, case.id)
        if one.state in {"accepted", "declined", "expired"}
        and one.ended_at
        and one.ended_at > since
    ]
    if len(moves) >= AROUND:
        alarms.raise_alarm(unit, get_case(unit, case.id), "handed_around", unit.now)


def _record(unit: Unit, transfer: Transfer, kind: str, by: Actor, more: dict[str, Any]) -> None:
    data = {
        "transfer_id": transfer.id,
        "giver_id": transfer.giver_id,
        "agent_id": transfer.agent_id,
        "team_id": transfer.team_id,
        **more,
    }
    case_id, brand_id = transfer.case_id, transfer.brand_id
    record(unit, kind, by=by, case_id=case_id, brand_id=brand_id, data=data)
