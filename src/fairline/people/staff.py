"""Agents: made, changed, disabled. A password is stored as an argon2id hash only."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.tables import ROLES, Agent

# OWASP's second choice: 19 MiB, two passes, one lane; about 20 ms here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST_PASSWORD = 10
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
    name = " ".join(name.split())[:80]
    if not name:
        raise Invalid("Give a name.", field="name")
    if role not in ROLES:
        raise Invalid(f"A role is one of: {', '.join(ROLES)}.", field="role")
    check_password(password, email=email)
    agent_id = new_id()
    added = store.insert_agent(
        unit,
        {
            "id": agent_id,
            "email": email,
            "name": name,
            "public_name": " ".join(public_name.split())[:80],
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
