"""Identifiers: sortable ids for rows, short references for people, unguessable tokens for links."""

import hashlib
import secrets
import threading
import time
import uuid

# Crockford's base 32 without I, L, O, U: nothing that is misread or spells a word by accident.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_PREFIX = "FL-"
REFERENCE_DIGITS = 6

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7 as text. *Shape*: strictly increasing within a process (RFC 9562, 6.2 method 3)."""
    global _last  # noqa: PLW0603  one counter per process is the point
    stamp = time.time_ns() // 1_000_000 << 12 | (time.time_ns() // 244) & 0xFFF
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp
    millis, fraction = stamp >> 12, stamp & 0xFFF
    value = millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def new_reference() -> str:
    """A reference such as `FL-7KX2QD`. 30 random bits: unique only with the column's constraint."""
    return REFERENCE_PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_DIGITS))


def new_token() -> str:
    """128 random bits, URL-safe: the secret half of a link, a session or a form."""
    return secrets.token_urlsafe(16)


def hash_token(token: str) -> str:
    """What is stored of a token. A fast hash suffices: the input already has 128 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
