"""A supervisor's own hand in the order: bring a case forward, and put it back.

The only way to a place that does not follow from arrival, need and promise. It takes the role and
a reason, is an event, and stands in the fairness report. `line/standing.py` says what it does.
"""

from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.db.unit import Unit
from fairline.people.rights import needs
from fairline.people.tables import Agent

MAX_REASON = 500


def bring_forward(unit: Unit, case: Case, agent: Agent, reason: str) -> Case:
    """Let the case go before all that is not yet due. Raises NotAllowed, Invalid without a reason,
    Conflict when nobody waits on it.
    """
    needs(agent, "supervisor")
    reason = _checked(reason)
    if case.entered_at is None or case.is_ended:
        raise Conflict("Nobody waits for an answer on this case.", code="not_waiting")
    if case.is_forward:
        return case
    return _set(unit, case, agent, "brought_forward", reason)


def put_back(unit: Unit, case: Case, agent: Agent, reason: str) -> Case:
    """Let it stand where its promise puts it. Raises NotAllowed, Invalid without a reason."""
    needs(agent, "supervisor")
    reason = _checked(reason)
    if not case.is_forward:
        return case
    return _set(unit, case, agent, "put_back", reason)


def _set(unit: Unit, case: Case, agent: Agent, kind: str, reason: str) -> Case:
    moment = unit.now if kind == "brought_forward" else None
    store.update_case(unit, case.id, {"brought_forward_at": moment})
    record(
        unit,
        kind,
        by=actor_of(agent),
        case_id=case.id,
        brand_id=case.brand_id,
        data={"reason": reason},
    )
    return get_case(unit, case.id)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason:
        raise Invalid(
            "Say in a few words why: it changes the order in which people are served.",
            code="reason_needed",
            field="reason",
        )
    return reason
