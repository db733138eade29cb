"""Standard Webhooks: HMAC-SHA256 over id, time and the raw body, in base 64, old requests refused.

Source: https://www.standardwebhooks.com, specification 1.0.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from fairline.core.errors import Invalid, NotAllowed

# How far the clocks may differ; older news is somebody replaying it.
TOLERANCE_S = 300


def check_signature(secret: bytes, headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """The id of a genuine callback. Raises NotAllowed for every other one, alike."""
    native_id = headers.get("webhook-id", "")
    sent_at = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    is_timed = sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12
    age_s = abs(at.timestamp() - int(sent_at)) if is_timed else TOLERANCE_S + 1
    wanted = b"v1," + sign(secret, native_id, sent_at, body)
    # Every signature is compared, so that the time tells nothing of which one was right.
    matches = [hmac.compare_digest(one.encode(), wanted) for one in given]
    if not (native_id and any(matches) and age_s <= TOLERANCE_S):
        raise NotAllowed("That is not signed with the secret of this inbox.", code="bad_signature")
    return native_id[:200]


def sign(secret: bytes, native_id: str, sent_at: str, body: bytes) -> bytes:
    """The signature of a request, in base 64, without its `v1,`."""
    signed = f"{native_id}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())


def secret_of(text: str, *, field: str = "bridge_secret") -> bytes:
    """The bytes of a secret. Raises Invalid for one that is too short to be any."""
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise Invalid("The secret is whsec_ and base 64 behind it.", field=field) from error
    if len(secret) < 24:
        raise Invalid("The secret has at least 24 bytes.", field=field)
    return secret
