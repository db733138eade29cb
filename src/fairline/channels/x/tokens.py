"""The OAuth 2.0 access token of an account: good for two hours, and made anew from a refresh token
that is good for one use.

The newest refresh token is kept in the inbox's memory the moment it arrives. Several workers may
find the access token over at once: one asks, the others take what it got. Source: docs.x.com "OAuth
2.0 Authorization Code Flow with PKCE"; RFC 6749, 6.
"""

import base64
import hashlib
import threading
from collections import defaultdict
from datetime import timedelta

from fairline.channels.contract import DeliveryError, Memory
from fairline.channels.memory import PassingMemory
from fairline.channels.provider import TOKEN_EXPIRED, Provider
from fairline.channels.x.options import XOptions
from fairline.channels.x.reading import table, whole, words
from fairline.core.clock import now

# A token is not used in its last minutes: a slow call must not outlive it.
_EARLY = timedelta(minutes=5)
_ENDED = "X does not take the refresh token any more. Make a new one and enter it in the settings."
_LOCKS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Tokens:
    """Hands out an access token that is good."""

    def __init__(
        self, inbox_id: str, options: XOptions, memory: Memory, provider: Provider
    ) -> None:
        self._options = options
        self._memory = memory
        self._provider = provider
        # A token entered anew begins a line of its own.
        self._line = hashlib.sha256(options.refresh_token.encode()).hexdigest()[:16]
        self._lock = _LOCKS[inbox_id]

    @property
    def would_be_lost(self) -> bool:
        """Whether what is got now is not kept: the settings are only being tried."""
        return isinstance(self._memory, PassingMemory) and not self._known()

    def access(self, *, not_this: str = "") -> str:
        """A token, refreshed where the known one is over or is `not_this`. Raises DeliveryError."""
        known = self._known()
        if known and known != not_this:
            return known
        with self._lock:
            known = self._known()  # somebody may have been faster
            if known and known != not_this:
                return known
            return self._refresh(known)

    def _known(self) -> str:
        return self._memory.get(f"access:{self._line}")

    def _refresh(self, before: str) -> str:
        refresh = self._memory.get(f"refresh:{self._line}") or self._options.refresh_token
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "client_id": self._options.client_id,
        }
        headers = {}
        if self._options.client_secret:
            both = f"{self._options.client_id}:{self._options.client_secret}"
            headers["authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        try:
            answer = self._provider.ask("POST", "/2/oauth2/token", form=form, headers=headers)
        except DeliveryError as error:
            if not error.permanent and error.provider_code != TOKEN_EXPIRED:
                raise
            elsewhere = self._known()  # another node used it a moment ago, and has the new one
            if elsewhere and elsewhere != before:
                return elsewhere
            self._memory.token_expires(now())
            raise DeliveryError(
                _ENDED, permanent=False, provider_code=TOKEN_EXPIRED, detail=error.detail
            ) from error
        return self._keep(table(answer.json()), refresh)

    def _keep(self, got: dict[str, object], refresh: str) -> str:
        access = words(got.get("access_token"))
        if not access:
            raise DeliveryError("X gave no access token.", permanent=False)
        self._memory.put(f"refresh:{self._line}", words(got.get("refresh_token")) or refresh)
        lasts = timedelta(seconds=min(whole(got.get("expires_in")) or 7200, 86_400))
        at = now() + max(lasts - _EARLY, lasts / 2)
        self._memory.put(f"access:{self._line}", access, expires_at=at)
        self._memory.token_expires(None)
        return access
