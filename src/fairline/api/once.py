"""Idempotency keys: the same POST sent again is answered again, and done once.

The key is kept two days under the token that used it. The answer is written in the transaction of
the work, so it is never done without being remembered.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response

from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people.tokens import Bearer
from fairline.web import store

LONGEST_KEY = 200


def once(
    request: Request[Any, Any, Any],
    database: Database,
    bearer: Bearer,
    body: Any,
    work: Callable[[Unit], Any],
    *,
    status: int = 201,
) -> Response[bytes]:
    """Do `work` in a transaction, or give the answer it gave before under this key.

    Raises Conflict when the key was used for another request.
    """
    key = request.headers.get("idempotency-key", "")
    if len(key) > LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    asked = hashlib.sha256(
        f"{request.method} {request.url.path}\0".encode() + msgspec.json.encode(body)
    ).hexdigest()
    full_key = f"{bearer.token_id}:{key}"
    if key:
        with database.read() as unit:
            if known := _known(unit, full_key, asked):
                return known
    try:
        with database.write() as unit:
            answer = msgspec.json.encode(work(unit))
            if key and not store.remember(unit, full_key, asked, status, answer):
                raise _FasterError
    except _FasterError:
        with database.read() as unit:
            if known := _known(unit, full_key, asked):
                return known
        raise Conflict("This key is in use at this moment. Try again.", code="key_busy") from None
    return Response(answer, status_code=status, media_type="application/json")


class _FasterError(Exception):
    """Another request with the same key committed first: ours is rolled back."""


def _known(unit: Unit, key: str, asked: str) -> Response[bytes] | None:
    row = store.remembered(unit, key)
    if row is None:
        return None
    if row["request_hash"] != asked:
        raise Conflict(
            "This Idempotency-Key was used for another request. Use a new one.", code="key_reused"
        )
    return Response(
        bytes(row["body"]),
        status_code=row["status"],
        media_type="application/json",
        headers={"Idempotent-Replay": "true"},
    )
