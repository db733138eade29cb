"""Agents: made, changed, disabled. A password is stored as an argon2id hash only.

What leaving does to an agent's cases is told in `cases/leaving.py`, which calls this.
"""

import secrets
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import ALPHABET, new_id
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.duty import checked_capacity
from fairline.people.sessions import end_all
from fairline.people.tables import ROLES, Agent

# OWASP's second choice: 19 MiB, two passes, one lane; about 20 ms here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST_PASSWORD = 10
MAX_NAME = 80
_COMMON = frozenset({"password12", "1234567890", "qwertyuiop", "letmein123", "administrator"})


def check_password(password: str, *, email: str = "") -> None:
    """Raises Invalid for one that is too short or too easily guessed."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            f"Choose a password of at least {SHORTEST_PASSWORD} characters. A few words are fine.",
            code="weak_password",
            field="password",
        )
    if len(password) > 500:
        raise Invalid("That password is over 500 characters.", field="password")
    low = password.lower()
    if low in _COMMON or len(set(low)) < 4 or (email and low == email.lower()):
        raise Invalid(
            "That password is among the first to be guessed. Choose another.",
            code="weak_password",
            field="password",
        )


def is_password(hashed: str, password: str) -> bool:
    """Compare in constant time."""
    try:
        return HASHER.verify(hashed, password[:500])
    except (VerificationError, InvalidHashError):
        return False


def create_agent(
    unit: Unit,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    public_name: str = "",
    brand_ids: tuple[str, ...] = (),
) -> Agent:
    """Add somebody who may sign in. Raises Invalid, Conflict when the address is taken."""
    email = clean_email(email)
    name = _clean_name(name)
    _check_role(role)
    check_password(password, email=email)
    agent_id = new_id()
    added = store.insert_agent(
        unit,
        {
            "id": agent_id,
            "email": email,
            "name": name,
            "public_name": " ".join(public_name.split())[:MAX_NAME],
            "role": role,
            "password_hash": HASHER.hash(password),
            "brand_ids": list(brand_ids),
            "preferences": {},
            "created_at": unit.now,
        },
    )
    if not added:
        raise Conflict(f"{email} is in use already.", code="email_taken")
    return get_agent(unit, agent_id)


def change_agent(
    unit: Unit,
    agent_id: str,
    *,
    name: str,
    public_name: str,
    role: str,
    brand_ids: tuple[str, ...],
) -> Agent:
    """Change who somebody is here. No brands means all of them.

    Raises Invalid; Conflict when the last administrator would stop being one.
    """
    agent = get_agent(unit, agent_id)
    _check_role(role)
    if role != "administrator":
        _check_not_last(unit, agent)
    unknown = set(brand_ids) - {brand.id for brand in store.all_brands(unit)}
    if unknown:
        raise Invalid("One of these brands does not exist.", code="no_brand", field="brand_ids")
    values = {
        "name": _clean_name(name),
        "public_name": " ".join(public_name.split())[:MAX_NAME],
        "role": role,
        "brand_ids": list(brand_ids),
    }
    store.update_agent(unit, agent_id, values)
    return get_agent(unit, agent_id)


def rename(unit: Unit, agent_id: str, *, name: str, public_name: str) -> Agent:
    """What anybody may change of themselves. Raises Invalid."""
    values = {"name": _clean_name(name), "public_name": " ".join(public_name.split())[:MAX_NAME]}
    store.update_agent(unit, agent_id, values)
    return get_agent(unit, agent_id)


def set_capacity(unit: Unit, agent_id: str, capacity: int) -> None:
    """How much waiting work somebody is handed at a time. Raises Invalid for none."""
    get_agent(unit, agent_id)
    store.update_agent(unit, agent_id, {"capacity": checked_capacity(capacity)})


def set_preference(unit: Unit, agent_id: str, name: str, value: Any) -> None:
    """Keep one of the agent's own choices, such as whether shortcuts are on."""
    agent = get_agent(unit, agent_id)
    store.update_agent(unit, agent_id, {"preferences": {**agent.preferences, name: value}})


def disable_agent(unit: Unit, agent_id: str) -> None:
    """No more signing in, by browser or by token. Raises Conflict for the last administrator."""
    agent = get_agent(unit, agent_id)
    _check_not_last(unit, agent)
    store.update_agent(unit, agent_id, {"disabled_at": unit.now})
    store.revoke_tokens_of(unit, agent_id)
    end_all(unit, agent_id)


def enable_agent(unit: Unit, agent_id: str) -> None:
    """Let somebody sign in again, with the password they had; tokens stay revoked."""
    get_agent(unit, agent_id)
    store.update_agent(unit, agent_id, {"disabled_at": None})


def reset_password(unit: Unit, agent_id: str) -> str:
    """Set a temporary password and return it, this once. *Effects*: ends all their sessions."""
    get_agent(unit, agent_id)
    password = temporary_password()
    store.update_agent(unit, agent_id, {"password_hash": HASHER.hash(password)})
    end_all(unit, agent_id)
    return password


def temporary_password() -> str:
    """80 random bits in groups of four that can be read out over the phone."""
    digits = "".join(secrets.choice(ALPHABET) for _ in range(16)).lower()
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _clean_name(name: str) -> str:
    name = " ".join(name.split())[:MAX_NAME]
    if not name:
        raise Invalid("Give a name.", code="missing", field="name")
    return name


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(f"A role is one of: {', '.join(ROLES)}.", code="no_role", field="role")


def _check_not_last(unit: Unit, agent: Agent) -> None:
    """Rows of all administrators are locked, so two of them cannot demote each other at once."""
    if agent.role != "administrator" or agent.disabled_at:
        return
    others = [one for one in store.administrators(unit, lock=True) if one != agent.id]
    if not others:
        raise Conflict(
            f"{agent.name} is the last administrator. Make somebody else one first.",
            code="last_administrator",
        )


def get_agent(unit: Unit, agent_id: str) -> Agent:
    """Raises NotFound."""
    agent = store.agent_by_id(unit, agent_id)
    if agent is None:
        raise NotFound("There is no such agent.", code="no_agent")
    return agent


def clean_email(email: str) -> str:
    """Lower case, without blanks. Raises Invalid when it is no address."""
    email = email.strip().lower()
    local, at, domain = email.rpartition("@")
    if not (local and at and "." in domain) or len(email) > 254 or any(c.isspace() for c in email):
        raise Invalid("That is not an e-mail address.", code="bad_address", field="email")
    return email
