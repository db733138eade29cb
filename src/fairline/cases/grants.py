"""Giving within one's limits, and asking for what is beyond them. Each is an event of the case.

Fairline moves no money: it holds on record what was promised, by whom and why. Sums are checked
under the lock of the case and of the agent, so that two at once cannot go beyond a limit together.
"""

from datetime import timedelta

from fairline.cases import changes, store_grants
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Invalid, NotAllowed
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import authority, store_duty
from fairline.people import store as people
from fairline.people.authority import limit_of, who_may
from fairline.people.money import written
from fairline.people.tables import Agent

DAY = timedelta(hours=24)
MAX_REASON = 500
MOST_ASKED = 20


def grant(
    unit: Unit, case_id: str, agent: Agent, *, kind: str, amount: int, currency: str, reason: str
) -> None:
    """Give something on a case. Raises NotAllowed beyond the limit, saying who may; Invalid
    without a reason. *Effects*: a row in `grants`, `authority_used`.

    The sum of a case counts what anybody gave; that of a day what this agent gave in 24 hours.
    """
    case = changes.get_case(unit, case_id, lock=True)
    kind, reason = authority.read_kind(kind), _checked(reason)
    store_duty.hold_agent(unit, agent.id)
    limits = store_duty.limits(unit)
    limit = limit_of(limits, agent, kind, currency)
    given = store_grants.sum_of_case(unit, case.id, kind, currency)
    said = ""
    if limit is None:
        said = f"You have no limit for {kind} in {currency}."
    elif given + amount > limit.per_case:
        used = f", {written(given, currency)} of which is given" if given else ""
        said = f"Your limit for {kind} is {written(limit.per_case, currency)} a case{used}."
    elif limit.per_day is not None:
        today = store_grants.sum_since(unit, agent.id, kind, currency, unit.now - DAY)
        if today + amount > limit.per_day:
            said = (
                f"Your limit for {kind} is {written(limit.per_day, currency)} in 24 hours, "
                f"{written(today, currency)} of which is given."
            )
    if said:
        able = who_may(limits, people.all_agents(unit), kind, currency, given + amount)
        names = " or ".join(one.name for one in able if one.id != agent.id)
        may = f"{names} may grant it: ask them." if names else "Nobody may grant as much."
        raise NotAllowed(f"{said} {may}", code="over_limit")
    values = {
        "id": new_id(),
        "case_id": case.id,
        "agent_id": agent.id,
        "kind": kind,
        "currency": currency,
        "amount": amount,
        "reason": reason,
        "created_at": unit.now,
    }
    store_grants.insert(unit, values)
    data = {"kind": kind, "amount": amount, "currency": currency, "reason": reason}
    by = _actor(agent)
    record(unit, "authority_used", by=by, case_id=case.id, brand_id=case.brand_id, data=data)


def ask(
    unit: Unit, case: Case, agent: Agent, *, kind: str, amount: int, currency: str, reason: str
) -> list[Agent]:
    """Ask those who may grant it, or else all supervisors. Returns whom.

    *Effects*: each is told in person (`asked`), `authority_asked`.
    """
    kind, reason = authority.read_kind(kind), _checked(reason)
    staff = [
        one
        for one in people.all_agents(unit)
        if one.id != agent.id and (not one.brand_ids or case.brand_id in one.brand_ids)
    ]
    given = store_grants.sum_of_case(unit, case.id, kind, currency)
    able = who_may(store_duty.limits(unit), staff, kind, currency, given + amount)
    asked = able or [one for one in staff if one.role != "agent"]
    if not asked:
        raise NotAllowed("There is nobody who could be asked.", code="over_limit")
    by = _actor(agent)
    for one in asked[:MOST_ASKED]:
        changes.nudge(unit, case, one.id, "asked", by=by)
    data = {
        "kind": kind,
        "amount": amount,
        "currency": currency,
        "reason": reason,
        "mentioned": [one.id for one in asked[:MOST_ASKED]],
    }
    record(unit, "authority_asked", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return asked[:MOST_ASKED]


def _actor(agent: Agent) -> Actor:
    return Actor(kind="agent", id=agent.id, name=agent.name)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say in a few words why.", code="reason_needed", field="reason")
    return reason[:MAX_REASON]
