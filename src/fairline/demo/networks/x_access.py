"""Who may call the made-up X, and how often: signatures, tokens, limits. All are enforced.

Sources: RFC 5849; docs.x.com "OAuth 2.0 Authorization Code Flow with PKCE" (a refresh token is good
for one use), "Rate limits".
"""

import base64
import hmac
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from fairline.channels.x.signing import Keys, authorization
from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Reply
from fairline.demo.networks.x_entities import problem

KEYS = Keys(
    consumer_key="acme-app-key",
    consumer_secret="acme-app-secret",  # noqa: S106  of a made-up network
    token="1001-acme-token",  # noqa: S106
    token_secret="acme-token-secret",  # noqa: S106
)
APP_BEARER = "acme-app-bearer"
CLIENT = ("acme-client", "acme-client-secret")
FIRST_REFRESH = "acme-refresh-0"

_QUARTER = timedelta(minutes=15)
_LIMITS = (
    ("GET", re.compile(r"/2/users/\d+/mentions"), 300),
    ("GET", re.compile(r"/2/users/\d+/tweets"), 900),
    ("GET", re.compile(r"/2/users/me"), 75),
    ("GET", re.compile(r"/2/dm_events"), 15),
    ("POST", re.compile(r"/2/tweets"), 100),
    ("POST", re.compile(r"/2/dm_conversations/with/\d+/messages"), 15),
)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class Access:
    """Signatures and tokens of one app and one account."""

    def __init__(self) -> None:
        self.keys = KEYS
        self.is_shut = False
        self.refresh = FIRST_REFRESH
        self.access: dict[str, datetime] = {}
        self.made = 0
        self._nonces: set[str] = set()
        self._used: Counter[tuple[str, str]] = Counter()
        self._until = now() + _QUARTER

    def judge(self, call: Call, url: str) -> Reply | None:
        """A refusal, or None for who may."""
        given = call.headers.get("authorization", "")
        if self.is_shut:
            return unauthorized()
        if given.startswith("OAuth "):
            return None if self._is_signed(call, url, given) else unauthorized()
        token = given.removeprefix("Bearer ")
        if hmac.compare_digest(token.encode(), APP_BEARER.encode()):
            return None if _is_for_apps(call) else _wrong_way()
        if self.access.get(token, now()) > now():
            return None
        return unauthorized()

    def _is_signed(self, call: Call, url: str, given: str) -> bool:
        """Signed by our account, lately, and not seen before."""
        fields = {name: _unescaped(value) for name, value in _FIELD.findall(given)}
        nonce, at = fields.get("oauth_nonce", ""), fields.get("oauth_timestamp", "")
        if not nonce or not at.isdigit() or nonce in self._nonces:
            return False
        if abs(now().timestamp() - int(at)) > 300:
            return False
        self._nonces.add(nonce)
        signed = authorization(
            call.method, url, self.keys, nonce=nonce, timestamp=int(at), form=call.query.items()
        )
        wanted = {name: _unescaped(value) for name, value in _FIELD.findall(signed)}
        return (
            hmac.compare_digest(
                wanted["oauth_signature"].encode(), fields.get("oauth_signature", "").encode()
            )
            and fields.get("oauth_token") == self.keys.token
        )

    def token(self, call: Call) -> Reply:
        """`POST /2/oauth2/token`: a new pair; the refresh token that was used is void."""
        asked = call.form()
        both = base64.b64encode(":".join(CLIENT).encode()).decode()
        if call.headers.get("authorization") != f"Basic {both}":
            return Reply(status=401, data={"error": "unauthorized_client"})
        if asked.get("grant_type") != "refresh_token" or asked.get("refresh_token") != self.refresh:
            text = "Value passed for the token was invalid."
            return Reply(status=400, data={"error": "invalid_request", "error_description": text})
        self.made += 1
        self.refresh, access = f"acme-refresh-{self.made}", f"acme-access-{self.made}"
        self.access = {access: now() + timedelta(hours=2)}
        pair = {"access_token": access, "refresh_token": self.refresh}
        return Reply(data={"token_type": "bearer", "expires_in": 7200, **pair})

    def count(self, call: Call) -> tuple[dict[str, str], bool]:
        """The headers of a limit, and whether it is passed."""
        if now() >= self._until:
            self._used.clear()
            self._until = now() + _QUARTER
        for method, path, most in _LIMITS:
            if call.method == method and path.fullmatch(call.path):
                self._used[method, path.pattern] += 1
                left = most - self._used[method, path.pattern]
                resets = int(self._until.astimezone(UTC).timestamp())
                headers = {
                    "x-rate-limit-limit": str(most),
                    "x-rate-limit-remaining": str(max(left, 0)),
                    "x-rate-limit-reset": str(resets),
                }
                return headers, left < 0
        return {}, False


def unauthorized() -> Reply:
    return Reply(status=401, data=problem("", "Unauthorized", "Unauthorized", 401))


def _wrong_way() -> Reply:
    detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
    return Reply(status=403, data=problem("unsupported-authentication", "Unsupported", detail, 403))


def _is_for_apps(call: Call) -> bool:
    is_settings = call.path.startswith(("/2/webhooks", "/2/activity/subscriptions"))
    is_private = call.method == "POST" and call.path == "/2/activity/subscriptions"
    is_removal = call.method == "DELETE" and call.path.startswith("/2/account_activity")
    return (is_settings and not is_private) or is_removal


def _unescaped(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def limited(headers: dict[str, Any]) -> Reply:
    data = problem("", "Too Many Requests", "Too Many Requests", 429)
    return Reply(status=429, data=data, headers=headers)
