"""Signing in: the same work and the same answer whether an address is known or not.

Unlike other verbs `sign_in` takes the database and opens its own units: attempts must be counted
although the sign-in fails, and a password is hashed while no transaction is open.
"""

import secrets
from functools import lru_cache

from fairline.core.errors import Invalid, NotAllowed
from fairline.core.ids import hash_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.sessions import end_all, start_session
from fairline.people.staff import HASHER, check_password, get_agent, is_password
from fairline.people.tables import Agent
from fairline.web import limits

# Per account: ten guesses, then one every ninety seconds. Per address: more, for a shared office.
ACCOUNT = {"most": 10.0, "per_s": 900.0}
ADDRESS = {"most": 40.0, "per_s": 900.0}


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password fits, to spend the same time on an unknown address."""
    return HASHER.hash(secrets.token_urlsafe(32))


def sign_in(
    database: Database, email: str, password: str, *, address: str, browser: str = ""
) -> tuple[Agent, str]:
    """The agent and the token of a new session.

    Raises TooMany after too many attempts, NotAllowed alike for an unknown address, a wrong
    password and a disabled agent. *Effects*: counts the attempt even when it fails.
    """
    email = email.strip().lower()[:254]
    account_key = f"sign-in:account:{hash_token(email)[:32]}"
    with database.write() as unit:
        limits.take(unit, f"sign-in:address:{address}", **ADDRESS)
        limits.take(unit, account_key, **ACCOUNT)
    with database.read() as unit:
        known = store.agent_by_email(unit, email)
    fits = is_password(known[1] if known else _nobody(), password)
    if known is None or not fits or known[0].disabled_at:
        raise NotAllowed("That address and password do not fit together.", code="wrong_password")
    with database.write() as unit:
        limits.forget(unit, account_key)
        if HASHER.check_needs_rehash(known[1]):
            store.update_agent(unit, known[0].id, {"password_hash": HASHER.hash(password)})
        token = start_session(unit, known[0].id, address=address, browser=browser)
    return known[0], token


def change_password(unit: Unit, agent_id: str, password: str, *, keep_session: str = "") -> None:
    """Set a new password and end every session but `keep_session`. Raises Invalid when weak."""
    agent = get_agent(unit, agent_id)
    check_password(password, email=agent.email)
    store.update_agent(unit, agent_id, {"password_hash": HASHER.hash(password)})
    end_all(unit, agent_id, but=keep_session)


def confirm_password(unit: Unit, agent: Agent, password: str) -> None:
    """Ask again before something grave. Raises Invalid beside the field `current_password`."""
    known = store.agent_by_email(unit, agent.email)
    if known is None or not is_password(known[1], password):
        raise Invalid("That is not your password.", code="wrong_password", field="current_password")
