"""The digest of a body, in the two ways that servers send it. Pure.

Old: `Digest: SHA-256=...` (RFC 3230, 4.3.2). New: `Content-Digest: sha-256=:...:` (RFC 9530, 2). Of
several at least one must be of a sound algorithm, and each sound one must be right.
"""

import base64
import binascii
import hashlib
import hmac

SOUND = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def old_digest(body: bytes) -> str:
    return f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"


def content_digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def is_right(header: str, body: bytes) -> bool:
    """Whether a `Digest` or `Content-Digest` header is that of the body."""
    found = False
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        make = SOUND.get(name.strip().lower())
        if make is None:
            continue
        value = value.strip()
        if value.startswith(":"):
            value = value[1:].partition(":")[0]
        try:
            given = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return False
        if not hmac.compare_digest(given, make(body).digest()):
            return False
        found = True
    return found
