"""Calls of the X API v2 for one account: signed, counted, and refused in words.

All of the wire's network I/O goes through here. What X says of its limits goes into the inbox's
memory; a limit that is known to be used up is not knocked at again before it is lifted.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fairline.channels.contract import DeliveryError, Memory
from fairline.channels.provider import TOKEN_EXPIRED, Answer, Provider
from fairline.channels.x.faults import judge, resets_at
from fairline.channels.x.options import XOptions
from fairline.channels.x.reading import table, whole
from fairline.channels.x.signing import authorization
from fairline.channels.x.tokens import Tokens
from fairline.core.clock import now

Params = Iterable[tuple[str, str]]


class Api:
    """One account's calls. Not for several threads at once."""

    def __init__(self, inbox_id: str, options: XOptions, memory: Memory) -> None:
        self._options = options
        self._memory = memory
        self._provider = Provider("X", options.api_url)
        self._provider.on_answer = judge
        self.tokens = Tokens(inbox_id, options, memory, self._provider)
        self._shut: dict[str, datetime] = {}
        self._token = ""

    def ask(
        self,
        method: str,
        path: str,
        *,
        what: str,
        params: Params = (),
        json: Any = None,
        form: dict[str, str] | None = None,
        files: Any = None,
        risky: bool = False,
        as_app: bool = False,
    ) -> dict[str, Any]:
        """One call; `what` names its limit as people would. Raises DeliveryError."""
        self._wait_for(what)
        url = f"{self._provider.url}{path}"
        if query := urlencode(list(params)):
            url = f"{url}?{query}"
        sign = self._sign_as_app if as_app else self._sign
        sent = {"json": json, "form": form, "files": files, "risky": risky}
        try:
            answer = self._provider.ask(method, url, headers=sign(method, url), **sent)
        except DeliveryError as error:
            if error.provider_code != TOKEN_EXPIRED or as_app or self._options.keys:
                raise
            # Refused before anything was done: with a fresh token it is asked once more.
            fresh = sign(method, url, is_stale=True)
            answer = self._provider.ask(method, url, headers=fresh, **sent)
        self._note(what, answer)
        body = answer.json() if answer.body.strip() else {}
        return body if isinstance(body, dict) else {}

    def download(self, url: str, *, signed: bool, most_bytes: int) -> Answer:
        """A file by its whole address."""
        headers = self._sign("GET", url) if signed else {}
        return self._provider.ask("GET", url, headers=headers, most_bytes=most_bytes)

    def close(self) -> None:
        self._provider.close()

    def _sign(self, method: str, url: str, *, is_stale: bool = False) -> dict[str, str]:
        if keys := self._options.keys:
            signed = authorization(
                method, url, keys, nonce=secrets.token_hex(16), timestamp=int(now().timestamp())
            )
            return {"authorization": signed}
        self._token = self.tokens.access(not_this=self._token if is_stale else "")
        return {"authorization": f"Bearer {self._token}"}

    def _sign_as_app(self, _method: str, _url: str, *, is_stale: bool = False) -> dict[str, str]:
        del is_stale
        if not self._options.bearer_token:
            raise DeliveryError(
                "The bearer token of the app is needed for that.",
                permanent=True,
                provider_code="no_bearer_token",
            )
        return {"authorization": f"Bearer {self._options.bearer_token}"}

    def _wait_for(self, what: str) -> None:
        """Raises DeliveryError while a limit is known to be used up."""
        until = self._shut.get(what)
        left_s = (until - now()).total_seconds() if until else 0.0
        if left_s > 0:
            raise DeliveryError(
                f"X takes no more {what} for now.",
                permanent=False,
                retry_after_s=left_s,
                provider_code="429",
            )

    def _note(self, what: str, answer: Answer) -> None:
        left = whole(answer.headers.get("x-rate-limit-remaining", ""))
        if left is None:
            return
        of = whole(answer.headers.get("x-rate-limit-limit", "")) or 0
        resets = resets_at(answer)
        self._memory.limit(what, left=left, of=of, resets_at=resets)
        if left == 0 and resets:
            self._shut[what] = resets


def data_of(body: dict[str, Any]) -> dict[str, Any]:
    """The object that an answer is about."""
    return table(body.get("data"))
