"""The calls to a Mastodon server that we make, and what its refusals mean in words.

Source: docs.joinmastodon.org, Methods; API: rate limits (`X-RateLimit-Reset` is a moment in time,
and there is no Retry-After).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from fairline.channels.contract import DeliveryError, InboxInfo, Memory
from fairline.channels.mastodon.entities import Account, App, Notification, Status, read
from fairline.channels.mastodon.limits import FACT, Limits, kept, limits_of, to_keep
from fairline.channels.provider import WORST_RETRY_S, Answer, Provider, refusal
from fairline.core.clock import now
from fairline.core.errors import Invalid
from fairline.core.text import clip, tidy

T = TypeVar("T")

PAGE = 80
# What the server says of its limits is written down this often at most.
NOTED_EVERY = timedelta(seconds=60)
LIMITS_KEPT = timedelta(hours=12)
FRESH = "server_fresh"


class Api:
    """One account on one server."""

    def __init__(self, inbox: InboxInfo, memory: Memory) -> None:
        self.inbox = inbox
        self.memory = memory
        self.server = server_of(inbox)
        self.calls_left: int | None = None
        self._noted_at: datetime | None = None
        self._provider = Provider(
            "Mastodon",
            self.server,
            headers={"authorization": f"Bearer {inbox.options.get('token', '')}"},
            on_answer=self._heard,
        )

    def close(self) -> None:
        self._provider.close()

    def ask(self, method: str, path: str, **how: Any) -> Answer:
        """One call. Raises DeliveryError, in the server's words where it has some."""
        if not self.server:
            raise DeliveryError("The address of the server is missing.", permanent=True)
        return self._provider.ask(method, path, **how)

    def get(self, path: str, params: list[tuple[str, str]] | None = None) -> bytes:
        return self.ask("GET", path, params=params).body

    def me(self) -> Account:
        return _read(self.get("/api/v1/accounts/verify_credentials"), Account)

    def app(self) -> str:
        """The name of the application that our token belongs to; its posts are ours."""
        return _read(self.get("/api/v1/apps/verify_credentials"), App).name or ""

    def limits(self) -> Limits:
        """What this server allows: from memory, read anew twice a day."""
        fact = self.memory.get(FACT)
        if fact and self.memory.get(FRESH):
            return kept(fact)
        try:
            payload = self.get("/api/v2/instance")
        except DeliveryError as error:
            if error.provider_code != "404":
                if fact:
                    return kept(fact)
                raise
            payload = self.get("/api/v1/instance")  # before 4.0, and other software
        try:
            limits = limits_of(payload)
        except Invalid as error:
            raise DeliveryError(
                "That is no Mastodon server.", permanent=False, detail=error.detail
            ) from error
        self.memory.put(FACT, to_keep(limits))
        self.memory.put(FRESH, "yes", expires_at=now() + LIMITS_KEPT)
        return limits

    def notifications(self, **bounds: str) -> list[tuple[Notification, bytes]]:
        """A page, newest first, each with its own payload."""
        params = [("limit", str(PAGE)), ("include_filtered", "true"), *bounds.items()]
        pages = _read(self.get("/api/v1/notifications", params), list[msgspec.Raw])
        return [(_read(bytes(one), Notification), bytes(one)) for one in pages]

    def status(self, status_id: str) -> tuple[Status, bytes] | None:
        """One post; None when it is gone, or hidden from us."""
        try:
            payload = self.get(f"/api/v1/statuses/{status_id}")
        except DeliveryError as error:
            if error.provider_code in {"404", "410"}:
                return None
            raise
        return _read(payload, Status), payload

    def statuses(self, ids: list[str]) -> list[tuple[Status, bytes]]:
        """Those of the posts that still stand. (Since 4.3.)"""
        params = [("id[]", one) for one in ids]
        found = _read(self.get("/api/v1/statuses", params), list[msgspec.Raw])
        return [(_read(bytes(one), Status), bytes(one)) for one in found]

    def said_by(self, account_id: str, **bounds: str) -> list[tuple[Status, bytes]]:
        """Posts of an account, newest first."""
        params = [("limit", "40"), ("exclude_reblogs", "true"), *bounds.items()]
        found = _read(
            self.get(f"/api/v1/accounts/{account_id}/statuses", params), list[msgspec.Raw]
        )
        return [(_read(bytes(one), Status), bytes(one)) for one in found]

    def _heard(self, answer: Answer) -> Exception | None:
        limit, left = (_number(answer.headers, f"x-ratelimit-{n}") for n in ("limit", "remaining"))
        resets_at = _moment(answer.headers.get("x-ratelimit-reset", ""))
        if limit is not None and left is not None and limit >= 100:
            self.calls_left = left
            self._note(left, limit, resets_at)
        return None if answer.status < 300 else in_words(answer, resets_at)

    def _note(self, left: int, limit: int, resets_at: datetime | None) -> None:
        at = now()
        is_low = left * 10 < limit
        if self._noted_at and at - self._noted_at < (NOTED_EVERY / 6 if is_low else NOTED_EVERY):
            return
        self._noted_at = at
        self.memory.limit("calls", left=left, of=limit, resets_at=resets_at)


def in_words(answer: Answer, resets_at: datetime | None = None) -> Exception | None:
    """What a refusal means; None where its status says all there is."""
    told = _told(answer.body)
    if answer.status == 401:
        text = "The access token is not taken any more (revoked, or of another server)."
        return refusal("Mastodon", answer, text=f"{text} Make a new one and save it here.")
    if answer.status == 403:
        text = f"The access token may not do that: {told or 'forbidden'}."
        return refusal("Mastodon", answer, text=text)
    if answer.status == 404:
        return refusal("Mastodon", answer, text="That does not exist there any more.")
    if answer.status == 413:
        return refusal("Mastodon", answer, text="A file is too big for this server.")
    if answer.status == 422:
        return refusal("Mastodon", answer, text=told or "It was not taken as it is.")
    if answer.status == 429:
        error = refusal("Mastodon", answer, text="Too many calls; it waits until more are allowed.")
        if resets_at and isinstance(error, DeliveryError) and error.retry_after_s is None:
            wait_s = (resets_at - now()).total_seconds()
            error.retry_after_s = min(max(1.0, wait_s), WORST_RETRY_S)
        return error
    return None


def server_of(inbox: InboxInfo) -> str:
    """The address of the server, as the browser shows it; '' when none is given."""
    given = inbox.options.get("server", "").strip().rstrip("/")
    return given if not given or "://" in given else f"https://{given}"


def _read(payload: bytes, kind: type[T]) -> T:
    try:
        return read(payload, kind)
    except Invalid as error:
        raise DeliveryError(
            "The server answered something that cannot be read.", permanent=False
        ) from error


def _told(body: bytes) -> str:
    try:
        told = msgspec.json.decode(body, type=dict[str, Any]).get("error", "")
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return ""
    return clip(tidy(told), 300) if isinstance(told, str) else ""


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "").strip()[:9]
    return int(value) if value.isascii() and value.isdigit() else None


def _moment(told: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    return at if at.tzinfo else None
