"""Guards at the edge: security headers, same-origin writes, the client's address.

CSRF: a write that a browser marks as coming from another site is refused, and the desk's forms
carry a token bound to the session besides (`csrf_token`).
"""

import ipaddress
import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from fairline.core.errors import NotAllowed, NotFound
from fairline.core.secrets import Keyring

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Paths whose proof is in a header or in the address itself, never in a cookie: another site that
# knows it needs no trick. (Behind `no-referrer`, older browsers name no origin on our own forms.)
# The cookie of /c/ is not sent along by another site's form (it is Lax).
OPEN_PATHS = ("/api/", "/widget/", "/hooks/", "/ap/", "/t/", "/c/")

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Controls and lone surrogates. Not more: a file may be named with a no-break space (each screenshot
# of a Mac has a narrow one) or with a joined emoji, and its name stands in its address.
_UNHOLDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def secure_headers(*, https: bool) -> Any:
    """ASGI middleware that sets the headers an answer has not set itself."""
    headers = dict(HEADERS)
    if https:
        headers["strict-transport-security"] = "max-age=31536000"

    def middleware(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return

            async def with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    present = MutableScopeHeaders.from_message(message)
                    for name, value in headers.items():
                        if name not in present:
                            present[name] = value
                await send(message)

            await app(scope, receive, with_headers)

        return wrapped

    return middleware


def check_path(request: Request[Any, Any, Any]) -> None:
    """Refuse a path that no file system or database can hold. Raises NotFound."""
    if _UNHOLDABLE.search(request.scope["path"]):
        raise NotFound("There is nothing here.")


def same_origin_only(request: Request[Any, Any, Any]) -> None:
    """Refuse a write that a browser sends for another site. Raises NotAllowed."""
    if request.method in SAFE_METHODS or request.url.path.startswith(OPEN_PATHS):
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    else:
        origin = request.headers.get("origin")
        allowed = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if not allowed:
        raise NotAllowed(
            "This form was sent from another site. Open the page here and send it again.",
            code="cross_site",
        )


def csrf_token(keyring: Keyring, session_id: str) -> str:
    """The token that the desk's forms carry for a session."""
    return keyring.sign(session_id, purpose="csrf")


def check_csrf(keyring: Keyring, session_id: str, given: str) -> None:
    """Raises NotAllowed when the token is not this session's."""
    if not keyring.verify(session_id, given, purpose="csrf"):
        raise NotAllowed(
            "This page is out of date. Reload it and try again; what you typed is kept.",
            code="csrf",
        )


def client_address(request: Request[Any, Any, Any], trusted_proxies: tuple[str, ...]) -> str:
    """Whom to count in a rate limit. A proxy's word is taken only from a trusted proxy."""
    peer = request.client.host if request.client else "unknown"
    if is_trusted(peer, trusted_proxies):
        hops = [h.strip() for h in request.headers.get("x-forwarded-for", "").split(",")]
        for hop in reversed([hop for hop in hops if hop]):
            if not is_trusted(hop, trusted_proxies):
                return hop[:64]
    return peer


def is_trusted(address: str, trusted_proxies: tuple[str, ...]) -> bool:
    """Whether an address is one of the proxies, or in one of their networks."""
    try:
        found = ipaddress.ip_address(address)
        return any(found in _network(one) for one in trusted_proxies if one.strip())
    except ValueError:
        return address in trusted_proxies


@lru_cache(maxsize=64)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text.strip(), strict=False)
