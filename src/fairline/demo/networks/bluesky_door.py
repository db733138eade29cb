"""Who may come in at a made-up Bluesky: logins, sessions, and how often one may call.

Source: lexicons com.atproto.server.createSession and refreshSession; docs.bsky.app, Rate limits.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Reply

LOGINS_SOON, LOGINS_A_DAY = 30, 300


class Account(Protocol):
    """What the door asks of the network."""

    password: str
    most_calls: int
    handles: dict[str, str]

    @property
    def did(self) -> str: ...


class Door:
    """The sessions of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.access = self.refresh = ""
        self.logins: list[datetime] = []
        self._sessions = 0
        self._calls: list[datetime] = []

    def answer(self, call: Call, name: str) -> Reply | None:
        """A new session, or why there is none; None when the call may go on."""
        if name == "com.atproto.server.createSession":
            return self._log_in(call.json())
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if name == "com.atproto.server.refreshSession":
            if not self.refresh or token != self.refresh:
                return wrong(400, "ExpiredToken", "Token has been revoked")
            return self._session()
        if not token:
            return wrong(401, "AuthMissing", "Authentication Required")
        if not self.access or token != self.access:
            return wrong(400, "ExpiredToken", "Token has expired")
        return None

    def counted(self) -> tuple[int, dict[str, str]]:
        """Count one call: how many are left, and the headers that say so."""
        at, most = now(), self.account.most_calls
        self._calls = [one for one in self._calls if at - one < timedelta(minutes=5)] + [at]
        left = most - len(self._calls)
        resets = int((self._calls[0] + timedelta(minutes=5)).timestamp())
        return left, {
            "ratelimit-limit": str(most),
            "ratelimit-remaining": str(max(0, left)),
            "ratelimit-reset": str(resets),
            "ratelimit-policy": f"{most};w=300",
        }

    def _log_in(self, told: dict[str, str]) -> Reply:
        at = now()
        self.logins = [one for one in self.logins if at - one < timedelta(days=1)]
        soon = [one for one in self.logins if at - one < timedelta(minutes=5)]
        if len(soon) >= LOGINS_SOON or len(self.logins) >= LOGINS_A_DAY:
            return wrong(429, "RateLimitExceeded", "Rate Limit Exceeded")
        self.logins.append(at)
        did = self.account.did
        known = {did, *(handle for handle, one in self.account.handles.items() if one == did)}
        is_right = self.account.password and told.get("password") == self.account.password
        if told.get("identifier") not in known or not is_right:
            return wrong(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def _session(self) -> Reply:
        self._sessions += 1
        self.access = f"access-{self._sessions}"
        self.refresh = f"refresh-{self._sessions}"
        did = self.account.did
        told: dict[str, Any] = {
            "accessJwt": self.access,
            "refreshJwt": self.refresh,
            "did": did,
            "handle": next(one for one, known in self.account.handles.items() if known == did),
            "active": True,
        }
        return Reply(data=told)


def wrong(status: int, error: str, message: str) -> Reply:
    """An XRPC error."""
    return Reply(status=status, data={"error": error, "message": message})
