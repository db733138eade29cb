"""Whose request is this? The form first, then the key: whatever is wrong, nothing is believed.

Pure: who holds a key is asked of the caller. Both signature schemes are taken; a request with both
is judged by the newer one.
"""

from datetime import datetime

from fairline.channels.activitypub import cavage, crypto, rfc9421
from fairline.channels.activitypub.requests import Claim, Signed, refused
from fairline.channels.activitypub.tables import MOST_URI


def claim_of(request: Signed, at: datetime) -> Claim:
    """What the request claims. Raises NotAllowed for an unsigned, stale, incomplete or altered
    one; whether it is true is for `is_true` to say.
    """
    if "signature" not in request.headers:
        raise refused("The request is not signed.")
    is_new = "signature-input" in request.headers
    found = rfc9421.claim(request, at) if is_new else cavage.claim(request, at)
    if len(found.key_id) > MOST_URI or not found.key_id.startswith(("https://", "http://")):
        raise refused("The signature names a key that has no address.")
    return found


def is_true(claim: Claim, public_pem: str) -> bool:
    """Whether the holder of that key has signed it."""
    return crypto.is_signed(public_pem, claim.algorithm, claim.text, claim.signature)
