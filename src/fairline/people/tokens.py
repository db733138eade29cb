"""API tokens: a program speaks for an agent, with the agent's rights or read-only."""

from datetime import timedelta

import msgspec

from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import hash_token, new_id, new_token
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.tables import Agent

PREFIX = "fl_"
TOUCH_EVERY = timedelta(minutes=10)
LONGEST = timedelta(days=366 * 2)


class Bearer(msgspec.Struct, frozen=True, kw_only=True):
    """Who a token speaks for and what it may do."""

    agent: Agent
    token_id: str
    read_only: bool
    is_stale: bool


def create_token(
    unit: Unit, agent: Agent, name: str, *, read_only: bool = False, days: int | None = 365
) -> str:
    """Make a token for `agent`; returned this once. Raises Invalid."""
    name = " ".join(name.split())[:80]
    if not name:
        raise Invalid("Name the token after what will use it.", field="name")
    if days is not None and not 1 <= days <= LONGEST.days:
        raise Invalid(f"A token lasts between 1 and {LONGEST.days} days.", field="days")
    token = PREFIX + new_token() + new_token()
    store.insert_token(
        unit,
        {
            "id": new_id(),
            "agent_id": agent.id,
            "name": name,
            "token_hash": hash_token(token),
            "read_only": read_only,
            "created_at": unit.now,
            "expires_at": unit.now + timedelta(days=days) if days else None,
        },
    )
    return token


def bearer_of(unit: Unit, token: str) -> Bearer | None:
    """Whom the token speaks for; None for a wrong, expired or revoked one."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    found = store.token_by_hash(unit, hash_token(token))
    if found is None:
        return None
    agent, row = found
    is_stale = row["used_at"] is None or unit.now - row["used_at"] > TOUCH_EVERY
    return Bearer(
        agent=agent, token_id=row["token_id"], read_only=row["read_only"], is_stale=is_stale
    )


def revoke(unit: Unit, agent: Agent, token_id: str) -> None:
    """Raises NotFound for a token that is not the agent's."""
    if not store.revoke_token(unit, token_id, agent.id):
        raise NotFound("There is no such token.", code="no_token")
