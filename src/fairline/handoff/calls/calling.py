"""An agent makes the call that was asked for: start, keep, and say how it went.

One agent at a time: the call is leased, and a second click is the same try. *Talked* counts as an
answer. Who is not reached is tried again by the brand's policy, inside business hours; then the
customer is asked in writing for a better time.
"""

from datetime import timedelta
from typing import Any

import msgspec

from fairline.cases import store as cases
from fairline.cases import store_messages
from fairline.cases.actions import actor_of, note, reply
from fairline.cases.changes import assign, get_case
from fairline.cases.clocks import promises_of
from fairline.cases.matters import close_matter
from fairline.cases.rows import SYSTEM, Actor, Case
from fairline.cases.spoken import spoken
from fairline.cases.timeline import record
from fairline.channels import store_deliveries
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.handoff.calls import store, words
from fairline.handoff.calls.asking import hush
from fairline.handoff.calls.rows import Call, Try
from fairline.handoff.calls.windows import Window, again
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.calling import calling_of
from fairline.people.tables import Agent

# Longer than most calls; an open call screen renews it every minute.
LEASE = timedelta(minutes=20)
LONGEST_S = 12 * 3600
MAX_RECORDING = 1000
ENDS = ("talked", "no_answer", "busy", "voicemail", "wrong_number")
BY_HAND = frozenset({"phone", "letter"})


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent says of a call. `summary` is for the customer, `notes` for colleagues."""

    outcome: str
    notes: str = ""
    summary: str = ""
    sends_summary: bool = False
    recording_url: str = ""
    seconds: int | None = None
    status: str | None = None


def start_call(unit: Unit, case: Case, agent: Agent) -> Try:
    """Take up the phone. The same agent gets the same try again.

    Raises Conflict when none is asked for, or a colleague is calling. *Effects*: the agent becomes
    owner when there is none.
    """
    case = get_case(unit, case.id, lock=True)
    call = store.open_of(unit, case.id, lock=True)
    if call is None:
        raise Conflict("No call is asked for (any more).", code="no_call")
    running = _running(unit, call)
    if call.state == "calling" and running:
        if running.agent_id == agent.id:
            keep_call(unit, call, agent)
            return running
        if call.leased_until and call.leased_until > unit.now:
            caller = people.agent_by_id(unit, call.caller_id or "")
            who = caller.name if caller else "A colleague"
            raise Conflict(f"{who} is calling them right now.", code="call_taken")
        cut_off(unit, case, call, running)
    if case.owner_id is None:
        assign(unit, case, agent.id, by=actor_of(agent), reason="calls")
    try_id = new_id()
    values = {"id": try_id, "call_id": call.id, "agent_id": agent.id, "started_at": unit.now}
    store.insert_try(unit, {**values, "outcome": "", "recording_url": "", "provider_id": "",
                            "provider_state": ""})  # fmt: skip
    changed = {
        "state": "calling",
        "caller_id": agent.id,
        "leased_until": unit.now + LEASE,
        "told_at": call.told_at or unit.now,
    }
    store.update(unit, call.id, changed)
    hush(unit, case)
    _record(unit, case, "call_started", actor_of(agent), {"call_id": call.id, "try_id": try_id})
    found = store.try_by_id(unit, try_id)
    assert found is not None
    return found


def keep_call(unit: Unit, call: Call, agent: Agent) -> bool:
    """The agent is still on the phone. False when the call is not theirs (any more)."""
    if call.state != "calling" or call.caller_id != agent.id:
        return False
    store.update(unit, call.id, {"leased_until": unit.now + LEASE})
    return True


def finish_call(unit: Unit, case: Case, agent: Agent, try_id: str, ending: Ending) -> None:
    """Say how the call went.

    Raises Invalid for what cannot be kept, Conflict when it was said already or a colleague has
    called since, NotFound for a try that is not the agent's. *Effects*: see the module.
    """
    _check(ending)
    case = get_case(unit, case.id, lock=True)
    found = store.try_by_id(unit, try_id)
    call = store.by_id(unit, found.call_id, lock=True) if found else None
    if found is None or call is None or call.case_id != case.id or found.agent_id != agent.id:
        raise NotFound("There is no such call of yours.", code="no_call")
    if found.outcome not in {"", "cut_off"}:
        raise Conflict("How this call went was said already.", code="call_over")
    running = _running(unit, call)
    if running and running.id != found.id:
        raise Conflict("A colleague has taken the call up since.", code="call_taken")
    elapsed = int((unit.now - found.started_at).total_seconds())
    if found.recording_url and not ending.recording_url:
        ending = msgspec.structs.replace(ending, recording_url=found.recording_url)
    timed = elapsed if ending.seconds is None else max(0, min(ending.seconds, elapsed))
    seconds = min(LONGEST_S, timed if found.seconds is None else found.seconds)
    store.update_try(
        unit,
        found.id,
        {
            "ended_at": unit.now,
            "outcome": ending.outcome,
            "seconds": seconds if ending.outcome == "talked" else None,
            "recording_url": ending.recording_url,
        },
    )
    _keep_notes(unit, case, agent, ending)
    if ending.outcome == "talked":
        _talked(unit, case, call, found, agent, ending, seconds)
    else:
        _not_reached(unit, case, call, found, agent, ending.outcome)


def cut_off(unit: Unit, case: Case, call: Call, running: Try) -> None:
    """The agent has not been heard of since: the call waits again, at once."""
    store.update_try(unit, running.id, {"ended_at": unit.now, "outcome": "cut_off"})
    values = {"state": "asked", "caller_id": None, "leased_until": None, "told_at": None}
    store.update(unit, call.id, values)
    data = {"call_id": call.id, "try_id": running.id, "outcome": "cut_off", "next": None}
    _record(unit, case, "call_tried", SYSTEM, data)


def _check(ending: Ending) -> None:
    if ending.outcome not in ENDS:
        raise Invalid("Say how the call went.", code="no_outcome", field="outcome")
    url = ending.recording_url
    is_web = url.startswith(("https://", "http://")) and url.isprintable() and " " not in url
    if url and (not is_web or len(url) > MAX_RECORDING):
        raise Invalid("A recording is a web address, such as https://…", field="recording")
    if ending.sends_summary and ending.outcome == "talked" and not ending.summary.strip():
        raise Invalid("Write the summary that the customer is to get.", field="summary")


def _keep_notes(unit: Unit, case: Case, agent: Agent, ending: Ending) -> None:
    notes = ending.notes.strip() or ("Recording of the call." if ending.recording_url else "")
    if not notes:
        return
    kept = note(unit, case.id, agent, notes)
    if ending.recording_url:
        store_messages.update_message(
            unit, kept.id, {"permalink": ending.recording_url, "channel": "phone"}
        )


def _talked(
    unit: Unit, case: Case, call: Call, found: Try, agent: Agent, ending: Ending, seconds: int
) -> None:
    store.update(unit, call.id, {"state": "talked", "ended_at": unit.now, "outcome": "talked",
                                 "tries": call.tries + 1, "leased_until": None})  # fmt: skip
    close_matter(unit, case.id, "call")
    hush(unit, case)
    say_what_waits(unit, case)
    message = spoken(
        unit,
        case.id,
        agent,
        ending.summary.strip() or words.spoke(seconds),
        channel="phone",
        sends_copies=ending.sends_summary,
        status=ending.status,
        heard_by=[call.identity_id] if call.identity_id else [],
    )
    data = {"call_id": call.id, "try_id": found.id, "seconds": seconds, "message_id": message.id}
    _record(unit, case, "call_talked", actor_of(agent), data)


def say_what_waits(unit: Unit, case: Case) -> None:
    """What stood to be said on the phone has been said now."""
    for delivery in store_deliveries.by_hand_of(unit, case.id, "phone"):
        values = {"state": "delivered", "sent_at": unit.now, "delivered_at": unit.now}
        store_deliveries.update(unit, delivery.id, values)


def _not_reached(
    unit: Unit, case: Case, call: Call, found: Try, agent: Agent, outcome: str
) -> None:
    tries = call.tries + 1
    data: dict[str, Any] = {"call_id": call.id, "try_id": found.id, "outcome": outcome}
    if not call.is_open:  # the customer took it back meanwhile
        _record(unit, case, "call_tried", actor_of(agent), {**data, "next": None})
        return
    brand = people.brand_by_id(unit, case.brand_id)
    waits = calling_of(brand).waits if brand else ()
    if outcome == "wrong_number" or tries > len(waits):
        _record(unit, case, "call_tried", actor_of(agent), {**data, "next": None})
        _give_up(unit, case, call, agent, outcome, tries)
        return
    calendar, _ = promises_of(unit, case.brand_id, case.inbox_id)
    following: Window = again(
        calendar,
        unit.now,
        waits[tries - 1],
        call.window,
        call.zone,
        is_chosen=call.wanted == "window",
    )
    store.update(
        unit,
        call.id,
        {
            "state": "asked",
            "tries": tries,
            "outcome": outcome,
            "from_at": following.from_at,
            "until_at": following.until_at,
            "next_at": following.from_at,
            "told_at": None,
            "missed_at": None,
            "caller_id": None,
            "leased_until": None,
        },
    )
    _record(
        unit,
        case,
        "call_tried",
        actor_of(agent),
        {**data, "next": following.from_at.isoformat()},
    )


def _give_up(unit: Unit, case: Case, call: Call, agent: Agent, outcome: str, tries: int) -> None:
    """No further tries: a reply asks for a better time, or another number.

    Somebody who can only be called is not answered by that: then the case stays where it is.
    """
    values: dict[str, Any] = {
        "state": "given_up",
        "tries": tries,
        "outcome": outcome,
        "ended_at": unit.now,
        "leased_until": None,
    }
    store.update(unit, call.id, values)
    close_matter(unit, case.id, "call")
    hush(unit, case)
    if outcome == "wrong_number" and call.identity_id:
        store_contacts.update_identity(unit, call.identity_id, {"undeliverable_at": unit.now})
    data = {"call_id": call.id, "tries": tries, "reason": outcome}
    _record(unit, case, "call_given_up", actor_of(agent), data)
    takers = [
        p
        for p in cases.participants_of(unit, case.id)
        if p.role == "customer" and p.channel not in BY_HAND and not p.undeliverable_at
    ]
    if takers:
        reply(unit, case.id, agent, words.gave_up(outcome, tries), status="waiting")


def _running(unit: Unit, call: Call) -> Try | None:
    """The try that is under way."""
    found = [one for one in store.tries_of(unit, call.id) if one.ended_at is None]
    return found[-1] if found else None


def running_try(unit: Unit, call: Call, agent: Agent) -> Try | None:
    """The agent's own try on a call, while they are at it."""
    found = _running(unit, call)
    return found if found and found.agent_id == agent.id else None


def _record(unit: Unit, case: Case, kind: str, by: Actor, data: dict[str, Any]) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
