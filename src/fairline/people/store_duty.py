"""All SQL of presence, channel weights and limits of authority. A row for each agent at most."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.db.bundle import Part
from fairline.db.dialect import insert_or_ignore, locked, upsert
from fairline.db.unit import Unit
from fairline.people.tables import agents, api_tokens, sessions
from fairline.people.tables_duty import (
    Duty,
    Limit,
    authority_limits,
    channel_weights,
    duties,
)

# Index of the inner one: sessions (agent_id).
_SEEN = (
    sa.select(sa.func.max(sessions.c.seen_at))
    .where(sessions.c.agent_id == duties.c.agent_id, sessions.c.expires_at > sa.bindparam("now"))
    .scalar_subquery()
)
# A program that works in somebody's name shows that they work. Index: api_tokens (agent_id).
_USED = (
    sa.select(sa.func.max(api_tokens.c.used_at))
    .where(api_tokens.c.agent_id == duties.c.agent_id, api_tokens.c.revoked_at.is_(None))
    .scalar_subquery()
)
_DUTIES = sa.select(duties, _SEEN.label("seen_at"), _USED.label("used_at")).join(
    agents, agents.c.id == duties.c.agent_id
)


def _duty(*, seen_at: datetime | None, used_at: datetime | None, **said: Any) -> Duty:
    shown = [at for at in (seen_at, used_at) if at]
    return Duty(**said, seen_at=max(shown, default=None))


# Of those who may sign in and have been here; `now` is bound.
DUTIES = Part(_DUTIES.where(agents.c.disabled_at.is_(None)), _duty)
_ONE = _DUTIES.where(duties.c.agent_id == sa.bindparam("wanted"))
_HELD = sa.select(duties.c.agent_id).where(
    duties.c.agent_id.in_(sa.bindparam("wanted", expanding=True))
)
_ALIVE = (
    sa.update(sessions)
    .where(
        sessions.c.id == sa.bindparam("session_id"),
        sessions.c.expires_at > sa.bindparam("now"),
        sessions.c.seen_at < sa.bindparam("before"),
    )
    .values(seen_at=sa.bindparam("moment"))
)


def all_duties(unit: Unit) -> dict[str, Duty]:
    """Agent id -> their duty, of those who may sign in and have been here."""
    return by_agent(DUTIES.read(unit, {"now": unit.now}))


def by_agent(found: list[Duty]) -> dict[str, Duty]:
    """The rows of `DUTIES` by whose they are."""
    return {one.agent_id: one for one in found}


def duty_of(unit: Unit, agent_id: str) -> Duty | None:
    """None for somebody who never was at a desk. By primary key."""
    row = unit.execute(_ONE, {"now": unit.now, "wanted": agent_id}).one_or_none()
    return _duty(**row._mapping) if row else None


def begin(unit: Unit, agent_id: str) -> None:
    """A row for somebody who is here for the first time."""
    insert_or_ignore(
        unit,
        duties,
        {"agent_id": agent_id, "presence": "online", "changed_at": unit.now},
    )


def set_duty(unit: Unit, agent_id: str, presence: str, shift_ends_at: datetime | None) -> None:
    values = {
        "agent_id": agent_id,
        "presence": presence,
        "shift_ends_at": shift_ends_at,
        "changed_at": unit.now,
    }
    upsert(unit, duties, values, keys=("agent_id",))


def hold(unit: Unit, agent_ids: list[str]) -> list[str]:
    """Keep others from handing out cases to these agents until the unit ends, always in one order.

    Raises nothing; whoever hands out at the same time waits here.
    """
    if not agent_ids:
        return []
    query = _HELD.order_by(duties.c.agent_id)
    return list(unit.execute(locked(unit, query), {"wanted": agent_ids}).scalars())


def hold_agent(unit: Unit, agent_id: str) -> None:
    """One at a time for what is summed over an agent's day."""
    query = sa.select(agents.c.id).where(agents.c.id == agent_id)
    unit.execute(locked(unit, query, key_stays=True)).one()


def alive(unit: Unit, session_id: str, *, before: datetime) -> bool:
    """Note that a browser is there, unless that was noted after `before`. By primary key.

    The end of the session does not slide by this: an open page that nobody touches runs out.
    """
    result = unit.execute(
        _ALIVE,
        {"session_id": session_id, "now": unit.now, "before": before, "moment": unit.now},
    )
    return bool(result.rowcount)


def weights(unit: Unit) -> dict[str, int]:
    """Channel -> weight, of those that are not 1 by default."""
    return {row.channel: row.weight for row in unit.execute(sa.select(channel_weights))}


def set_weight(unit: Unit, channel: str, weight: int) -> None:
    upsert(unit, channel_weights, {"channel": channel, "weight": weight}, keys=("channel",))


def limits(unit: Unit) -> list[Limit]:
    """All of them, by kind, currency and holder."""
    order = (authority_limits.c.kind, authority_limits.c.currency, authority_limits.c.holder)
    rows = unit.execute(sa.select(authority_limits).order_by(*order))
    return [Limit(**row._mapping) for row in rows]


def put_limit(unit: Unit, values: dict[str, Any]) -> None:
    """Make it, or change the one of the same holder, kind and currency."""
    if insert_or_ignore(unit, authority_limits, values):
        return
    unit.execute(
        sa.update(authority_limits)
        .where(
            authority_limits.c.holder == values["holder"],
            authority_limits.c.kind == values["kind"],
            authority_limits.c.currency == values["currency"],
        )
        .values(per_case=values["per_case"], per_day=values["per_day"])
    )


def delete_limit(unit: Unit, limit_id: str) -> bool:
    result = unit.execute(sa.delete(authority_limits).where(authority_limits.c.id == limit_id))
    return bool(result.rowcount)
