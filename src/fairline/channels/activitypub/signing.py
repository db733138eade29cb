"""Sign what we send, in the way that the other server takes. Pure."""

from datetime import datetime

from fairline.channels.activitypub import cavage, rfc9421
from fairline.channels.activitypub.requests import Key, Signed

SCHEMES = {"cavage": cavage.sign, "rfc9421": rfc9421.sign}


def signed_headers(
    key: Key, method: str, url: str, body: bytes, at: datetime, *, scheme: str = "cavage"
) -> dict[str, str]:
    """The headers that prove a request to be ours."""
    return SCHEMES[scheme](key, Signed(method=method, url=url, headers={}, body=body), at)


def other_scheme(scheme: str) -> str:
    """What to try when a server has not taken the first (double knocking)."""
    return "rfc9421" if scheme == "cavage" else "cavage"
