"""Signed-in browsers: a random token in a cookie, its hash in a row, an end that slides.

A session ends after twelve hours of silence and after two weeks in any case; all of an agent's
sessions end when the password changes.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.core.ids import hash_token, new_id, new_token
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.tables import Agent

SILENT_FOR = timedelta(hours=12)
LASTS = timedelta(days=14)
TOUCH_EVERY = timedelta(minutes=5)


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A live session and whose it is."""

    id: str
    agent: Agent
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def start_session(unit: Unit, agent_id: str, *, address: str = "", browser: str = "") -> str:
    """Sign an agent in and return the token for the cookie: the only time it can be had."""
    token = new_token() + new_token()
    store.insert_session(
        unit,
        {
            "id": new_id(),
            "agent_id": agent_id,
            "token_hash": hash_token(token),
            "address": address[:64],
            "browser": browser[:200],
            "created_at": unit.now,
            "seen_at": unit.now,
            "expires_at": unit.now + SILENT_FOR,
        },
    )
    return token


def find_session(unit: Unit, token: str) -> SessionRow | None:
    """The session of a cookie, unless it has ended or its agent is disabled."""
    if not token or len(token) > 200:
        return None
    found = store.session_by_hash(unit, hash_token(token))
    if found is None:
        return None
    agent, row = found
    return SessionRow(agent=agent, **row)


def is_stale(session: SessionRow, now: datetime) -> bool:
    """Whether `touch` has something to write: at most every five minutes."""
    return now - session.seen_at > TOUCH_EVERY


def touch(unit: Unit, session: SessionRow) -> None:
    """Let the end slide, never past two weeks from signing in."""
    expires_at = min(unit.now + SILENT_FOR, session.created_at + LASTS)
    store.touch_session(unit, session.id, expires_at)


def end_session(unit: Unit, session_id: str) -> None:
    """Sign one browser out."""
    store.delete_session(unit, session_id)


def end_all(unit: Unit, agent_id: str, *, but: str = "") -> None:
    """Sign an agent out everywhere, except in the session `but`."""
    store.delete_sessions_of(unit, agent_id, but=but)
