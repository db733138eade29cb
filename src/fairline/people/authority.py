"""Limits of authority: what agents may give without asking, by role and for single people."""

from collections.abc import Iterable

from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store, store_duty
from fairline.people.money import MOST
from fairline.people.tables import ROLES, Agent
from fairline.people.tables_duty import Limit

MAX_KIND = 40


def limit_of(limits: Iterable[Limit], agent: Agent, kind: str, currency: str) -> Limit | None:
    """An agent's own limit, or else that of their role, or of the nearest role below. Pure."""
    fitting = {
        limit.holder: limit for limit in limits if (limit.kind, limit.currency) == (kind, currency)
    }
    below = ROLES[: ROLES.index(agent.role) + 1]
    return next(
        (fitting[holder] for holder in (agent.id, *reversed(below)) if holder in fitting), None
    )


def who_may(
    limits: list[Limit], staff: Iterable[Agent], kind: str, currency: str, amount: int
) -> list[Agent]:
    """Those whose limit for one case reaches this far. Pure."""
    return [
        agent
        for agent in staff
        if (limit := limit_of(limits, agent, kind, currency)) and limit.per_case >= amount
    ]


def read_kind(text: str) -> str:
    """What is given, in a word or two, lower case. Raises Invalid."""
    kind = " ".join(text.lower().split())
    if not kind or len(kind) > MAX_KIND:
        raise Invalid(
            f"Say what is given, such as refund, in at most {MAX_KIND} characters.", field="kind"
        )
    return kind


def set_limit(
    unit: Unit, *, holder: str, kind: str, currency: str, per_case: int, per_day: int | None
) -> None:
    """Say how far a role or one agent may go. Raises Invalid; the old limit stays then."""
    known = {agent.id for agent in store.all_agents(unit)}
    if holder not in ROLES and holder not in known:
        raise Invalid("Choose a role or somebody who works here.", field="holder")
    if not 0 < per_case <= MOST:
        raise Invalid("A limit is more than nothing. Remove it to allow nothing.", field="per_case")
    if per_day is not None and per_day < per_case:
        raise Invalid("A day's limit cannot be below that of one case.", field="per_day")
    values = {
        "id": new_id(),
        "holder": holder,
        "kind": read_kind(kind),
        "currency": currency,
        "per_case": per_case,
        "per_day": per_day,
        "created_at": unit.now,
    }
    store_duty.put_limit(unit, values)


def remove_limit(unit: Unit, limit_id: str) -> None:
    """Allow nothing of the kind any more. Raises NotFound."""
    if not store_duty.delete_limit(unit, limit_id):
        raise NotFound("There is no such limit.", code="no_limit")
