"""Warn, and limit on the board: what is done about somebody who abuses us (R32).

Each with a reason, on the timeline of the case it was done on, and taken back at any time. None of
it touches a case's times: it keeps its place and is solved.
"""

from datetime import timedelta
from typing import Any

from fairline.cases import store_cautions
from fairline.cases.actions import actor_of, notify
from fairline.cases.changes import get_case
from fairline.cases.rows import Case, Message
from fairline.cases.store_cautions import Caution
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotFound, TooMany
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people.tables import Agent
from fairline.policy.abuse import (
    MOST_A_DAY,
    Limit,
    ask_again_at,
    check_limit,
    public_again_at,
)

MOST_REASON = 500


def warn(unit: Unit, case: Case, agent: Agent, *, reason: str, text: str) -> Message:
    """Send the customer a plain notice. It is no answer: promise, status and place stay."""
    reason = _checked(reason)
    message = notify(unit, case.id, agent, text)
    _insert(unit, case, agent, kind="warning", reason=reason)
    data = {"reason": reason, "message_id": message.id, "contact_id": case.contact_id}
    _record(unit, "contact_warned", case, agent, data)
    return message


def limit(
    unit: Unit, case: Case, agent: Agent, *, reason: str, days: int, cases_a_day: int | None
) -> str:
    """For so many days: nothing in public, and at most so many new questions on the board a day.

    Returns its id. Raises Invalid for a limit that cannot be. Their mail still becomes cases.
    """
    reason = _checked(reason)
    if not 1 <= days <= 10_000:
        days = 0
    wanted = check_limit(cases_a_day, unit.now + timedelta(days=days), unit.now)
    caution_id = _insert(
        unit,
        case,
        agent,
        kind="limit",
        reason=reason,
        cases_a_day=wanted.cases_a_day,
        until=wanted.until,
    )
    data = {
        "caution_id": caution_id,
        "contact_id": case.contact_id,
        "reason": reason,
        "until": wanted.until.isoformat(),
        "cases_a_day": wanted.cases_a_day,
    }
    _record(unit, "contact_limited", case, agent, data)
    return caution_id


def lift(unit: Unit, caution_id: str, agent: Agent) -> Case:
    """Take a limit back. Returns the case it was set on.

    Raises NotFound, and Conflict when it is over.
    """
    caution = store_cautions.by_id(unit, caution_id)
    if caution is None or caution.kind != "limit":
        raise NotFound("There is no such limit.", code="no_limit")
    if not caution.is_in_force(unit.now):
        raise Conflict("This limit is over already.", code="limit_over")
    store_cautions.lift(unit, caution.id, agent.id)
    case = get_case(unit, caution.case_id)
    data = {"caution_id": caution.id, "contact_id": caution.contact_id}
    _record(unit, "limit_lifted", case, agent, data)
    return case


def check_public(unit: Unit, contact_id: str) -> None:
    """Raises TooMany, saying until when, while the contact may post nothing in public."""
    until = public_again_at(_limits(unit, contact_id), unit.now)
    if until:
        raise TooMany(
            f"You cannot post in public until {until.day} {until:%B}, {until:%H:%M} UTC. You can "
            "write to us in private at any time: nothing of it is lost, and your place stays.",
            retry_after_s=int((until - unit.now).total_seconds()) + 1,
            code="limited",
        )


def check_asking(unit: Unit, contact_id: str) -> None:
    """Raises TooMany, saying until when, while the contact may open no further case on a board."""
    limits = _limits(unit, contact_id)
    if not limits:
        return
    since = unit.now - timedelta(days=1)
    asked = store_cautions.opened_since(unit, contact_id, since, most=MOST_A_DAY)
    until = ask_again_at(limits, asked, unit.now)
    if until:
        raise TooMany(
            "You have asked as many new questions here as you may for now; the next one from "
            f"{until.day} {until:%B}, {until:%H:%M} UTC. Those you have asked keep their places: "
            "write on their threads at any time.",
            retry_after_s=int((until - unit.now).total_seconds()) + 1,
            code="limited",
        )


def _limits(unit: Unit, contact_id: str) -> list[Limit]:
    return [
        Limit(until=one.until, cases_a_day=one.cases_a_day)
        for one in store_cautions.of_contact(unit, contact_id)
        if one.until and one.is_in_force(unit.now)
    ]


def cautions_of(unit: Unit, contact_id: str) -> list[Caution]:
    """Warnings and limits of a contact, the latest first."""
    return store_cautions.of_contact(unit, contact_id)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())[:MOST_REASON]
    if not reason:
        raise Invalid(
            "Say why: colleagues and supervisors read it.", code="reason_needed", field="reason"
        )
    return reason


def _insert(unit: Unit, case: Case, agent: Agent, **values: object) -> str:
    caution_id = new_id()
    row = {
        "id": caution_id,
        "brand_id": case.brand_id,
        "contact_id": case.contact_id,
        "case_id": case.id,
        "by_agent_id": agent.id,
        **values,
    }
    store_cautions.insert(unit, row)
    return caution_id


def _record(unit: Unit, kind: str, case: Case, agent: Agent, data: dict[str, Any]) -> None:
    record(unit, kind, by=actor_of(agent), case_id=case.id, brand_id=case.brand_id, data=data)
