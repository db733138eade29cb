"""The Graph API for one inbox: calls, Meta's faults in our words, its limits in our memory.

Source: "Graph API Overview", "Error Handling", "Rate Limits", "Secure Graph API Calls".
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from fairline.channels.contract import Check, DeliveryError, Memory
from fairline.channels.meta.account import Account
from fairline.channels.meta.codes import verdict
from fairline.channels.meta.reading import at, flag, moment, name, rows, table
from fairline.channels.provider import TIMEOUT_S, Answer, Provider, refusal, retry_after_s
from fairline.core.clock import now

MOST_WAIT_S = 86_400.0
MOST_PAGES = 20


class Graph:
    """Calls below `https://graph.facebook.com/<version>`. `memory` is None where nothing is kept (a
    test of settings that are not saved yet).
    """

    def __init__(
        self, account: Account, memory: Memory | None, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.account = account
        self.memory = memory
        self._provider = Provider(
            account.label,
            account.root,
            headers={"authorization": f"Bearer {account.token}"},
            timeout_s=timeout_s,
            on_answer=self._judge,
        )

    def get(self, path: str, **params: str) -> Any:
        return self._ask("GET", path, params=params)

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        files: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        risky: bool = False,
    ) -> Any:
        """`risky` marks what cannot be taken back. Raises DeliveryError."""
        return self._ask(
            "POST", path, json=json, files=files, form=form, params=params or {}, risky=risky
        )

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path, params={})

    def pages(self, path: str, **params: str) -> list[dict[str, Any]]:
        """All entries of a list, through its cursors; at most twenty pages."""
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            data = self.get(path, **params)
            found += rows(data, "data")
            after = name(data, "paging", "cursors", "after")
            if not after or at(data, "paging", "next") is None:
                break
            params["after"] = after
        return found

    def fetch(self, url: str, *, most_bytes: int) -> Answer:
        """A file by its whole address, with our token: the caller has looked whose it is."""
        return self._provider.ask("GET", url, most_bytes=most_bytes)

    def as_app(self, method: str, path: str, params: Mapping[str, str]) -> Any:
        """A call in the app's own name: what is told about tokens and about webhooks."""
        token = f"{self.account.app_id}|{self.account.app_secret}"
        headers = {"authorization": f"Bearer {token}"}
        return self._provider.ask(method, path, params=dict(params), headers=headers).json()

    def look_at_token(self) -> Check:
        """Whether the token holds and for how long; remembered for the health page."""
        if self.account.alone:
            text = "Its token holds for 60 days, and is renewed with use."
            return Check(name="token", ok=True, text=text)
        try:
            told = self.as_app("GET", "/debug_token", {"input_token": self.account.token})
        except DeliveryError as error:
            return Check(name="token", ok=False, text=error.text)
        data = table(told, "data")
        ends = moment(data.get("expires_at"))
        if self.memory:
            self.memory.token_expires(ends)
        if not flag(data, "is_valid"):
            said = name(data, "error", "message") or "it is not valid"
            return Check(name="token", ok=False, text=f"The access token is not taken: {said}")
        app = name(data, "app_id")
        if app and app != self.account.app_id:
            text = f"The access token is of another app ({app})."
            return Check(name="token", ok=False, text=text)
        until = f"holds until {ends:%d %B %Y}" if ends else "has no end"
        return Check(name="token", ok=True, text=f"The access token {until}.")

    def _ask(self, method: str, path: str, *, params: Mapping[str, str], **more: Any) -> Any:
        proof = {"appsecret_proof": self.account.proof} if self.account.proof else {}
        return self._provider.ask(method, path, params={**proof, **params}, **more).json()

    def _judge(self, answer: Answer) -> Exception | None:
        """See what every answer says of limits, and what a refusal means."""
        wait_s = self._note_limits(answer.headers)
        if answer.status < 300:
            return None
        return judged(self.account.label, answer, wait_s)

    def _note_limits(self, headers: Mapping[str, str]) -> float | None:
        """Keep what is left, in percent. Returns the seconds until calls are taken again."""
        wait_s: float | None = None
        for header in ("x-app-usage", "x-page-usage", "x-business-use-case-usage"):
            for what, usage in _usages(header, headers.get(header, "")):
                used = max((_percent(usage.get(key)) for key in _PARTS), default=0)
                minutes = _percent(usage.get("estimated_time_to_regain_access"))
                if minutes:
                    wait_s = min(max(wait_s or 0.0, minutes * 60.0), MOST_WAIT_S)
                if self.memory:
                    back = now() + timedelta(minutes=minutes) if minutes else None
                    self.memory.limit(what, left=max(0, 100 - used), of=100, resets_at=back)
        return wait_s

    def close(self) -> None:
        self._provider.close()


_PARTS = ("call_count", "total_cputime", "total_time")


def _usages(header: str, value: str) -> list[tuple[str, dict[str, Any]]]:
    """What a header of usage says, each with a word for people."""
    if not value or len(value) > 20_000:
        return []
    try:
        data = msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        return []
    if header != "x-business-use-case-usage":
        word = "calls of the app (%)" if header == "x-app-usage" else "calls of the page (%)"
        return [(word, data)] if isinstance(data, dict) else []
    found = []
    for account in list(data.values())[:20] if isinstance(data, dict) else ():
        for usage in list(rows(account))[:20]:
            kind = name(usage, "type") or "business"
            found.append((f"calls for {kind[:40]} (%)", usage))
    return found


def _percent(value: Any) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return max(0, min(int(value), 100_000)) if is_number else 0


def judged(label: str, answer: Answer, wait_s: float | None) -> Exception:
    """A refusal, with what its code says. What carries no code is judged by its status."""
    try:
        error = table(msgspec.json.decode(answer.body), "error")
    except msgspec.DecodeError:
        error = {}
    code, subcode = name(error, "code"), name(error, "error_subcode")
    known = verdict(code, subcode)
    if not code or (not known.text and answer.status >= 500):
        return refusal(label, answer)
    words = (
        known.text
        or name(error, "error_data", "details")
        or name(error, "error_user_msg")
        or name(error, "message")
    )
    permanent = known.permanent and not flag(error, "is_transient")
    asked_s = retry_after_s(answer.headers, at=now())
    return DeliveryError(
        f"{label}: {words[:500]}",
        permanent=permanent,
        retry_after_s=None if permanent else asked_s or wait_s or known.retry_after_s,
        provider_code=known.code or (f"{code}/{subcode}" if subcode else code),
        detail=answer.body[:2000].decode(errors="replace"),
    )
