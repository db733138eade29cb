"""The calls to a Bluesky server that we make, with a session that renews itself.

The session is kept in the inbox's memory, so that every node and each restart uses the same one:
logging in is what Bluesky counts most strictly. Source: atproto.com, Specifications: HTTP API
(XRPC); lexicons com.atproto.server.createSession and refreshSession; docs.bsky.app, Rate limits.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from fairline.channels.bluesky.budget import count_login
from fairline.channels.bluesky.entities import PostView, Profile, T, read
from fairline.channels.contract import DeliveryError, InboxInfo, Memory
from fairline.channels.provider import TOKEN_EXPIRED, WORST_RETRY_S, Answer, Provider, refusal
from fairline.core.clock import now
from fairline.core.errors import Invalid
from fairline.core.text import clip, tidy

SERVER = "https://bsky.social"
CHAT = "did:web:api.bsky.chat#bsky_chat"
SESSION, REFUSED = "session", "login_refused"
REFUSED_FOR = timedelta(minutes=15)
NOTED_EVERY = timedelta(seconds=60)
CALLS = "calls"
# Errors by which a server says that the session is over (the reference server: 400, others: 401).
OVER = frozenset(
    {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", TOKEN_EXPIRED}
)
# What else servers refuse, and what to do about it.
WORDS = {
    "AccountTakedown": "The account was taken down by Bluesky's moderators.",
    "AccountDeactivated": "The account is deactivated. Activate it in Bluesky's settings.",
    "AuthFactorTokenRequired": "The account wants a second factor. Save an app password here.",
    "BlockedActor": "They have blocked the account, or the account has blocked them.",
    "BlockedByActor": "They have blocked the account.",
    "BlockedSubject": "The account has blocked them.",
    "MessagesDisabled": "They take no direct messages from this account.",
    "NotFollowedBySender": "They take direct messages only from people they follow.",
    "RecipientNotFound": "That account does not exist any more.",
    "ConvoLocked": "The chat is locked.",
    "AccountSuspended": "The account may not chat.",
    "InvalidSwap": "Something else stands in its place.",
    "RecordNotFound": "That does not exist any more.",
    "BlobTooLarge": "A picture is too big.",
}


class Session(msgspec.Struct, frozen=True, kw_only=True):
    access: str = msgspec.field(name="accessJwt")
    refresh: str = msgspec.field(name="refreshJwt")
    did: str
    handle: str = ""


class Api:
    """One account on one server."""

    def __init__(self, inbox: InboxInfo, memory: Memory) -> None:
        self.inbox = inbox
        self.memory = memory
        self.calls_left: int | None = None
        self._noted_at: datetime | None = None
        server = inbox.options.get("server") or SERVER
        self._provider = Provider("Bluesky", f"{server.rstrip('/')}/xrpc", on_answer=self._heard)

    def close(self) -> None:
        self._provider.close()

    def session(self) -> Session:
        """The present session, or a new one. Raises DeliveryError."""
        return self._kept() or self._log_in()

    @property
    def did(self) -> str:
        return self.session().did

    def call(
        self,
        method: str,
        name: str,
        *,
        params: list[tuple[str, str]] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_chat: bool = False,
        risky: bool = False,
    ) -> bytes:
        """One call by the lexicon's `name`, tried once more when the session had ended. Raises
        DeliveryError.
        """
        session = self.session()
        sent = {**(headers or {}), **({"atproto-proxy": CHAT} if is_chat else {})}
        for again in (True, False):
            try:
                return self._provider.ask(
                    method,
                    f"/{name}",
                    params=params,
                    json=json,
                    content=content,
                    headers={**sent, "authorization": f"Bearer {session.access}"},
                    risky=risky,
                ).body
            except DeliveryError as error:
                if error.provider_code not in OVER or not again:
                    raise _ended(error) if error.provider_code in OVER else error from error
                session = self._renewed(session)
        raise AssertionError  # the second turn returns or raises

    def get(self, name: str, *params: tuple[str, str], is_chat: bool = False) -> bytes:
        return self.call("GET", name, params=list(params), is_chat=is_chat)

    def reading(self, kind: type[T], name: str, *params: tuple[str, str], chat: bool = False) -> T:
        """A query's answer. Raises DeliveryError."""
        return understood(self.get(name, *params, is_chat=chat), kind)

    def posts(self, uris: list[str]) -> list[tuple[PostView, bytes]]:
        """Those of the posts (at most 25) that still stand, each with its own payload."""
        if not uris:
            return []
        told = self.reading(_Posts, "app.bsky.feed.getPosts", *(("uris", one) for one in uris[:25]))
        found = []
        for one in told.posts:
            try:
                found.append((read(one, PostView), bytes(one)))
            except Invalid:
                continue
        return found

    def is_gone(self, uri: str) -> bool:
        """Whether a post is gone, and not only hidden from us."""
        params = (("uri", uri), ("depth", "0"), ("parentHeight", "0"))
        try:
            self.get("app.bsky.feed.getPostThread", *params)
        except DeliveryError as error:
            if error.provider_code == "NotFound":
                return True
            raise
        return False

    def profile(self, who: str) -> Profile | None:
        """A person, by DID or handle; None when there is nobody."""
        try:
            return self.reading(Profile, "app.bsky.actor.getProfile", ("actor", who))
        except DeliveryError as error:
            if error.permanent:
                return None
            raise

    def did_of(self, handle: str) -> str:
        """The DID of a handle, or ''."""
        try:
            params = ("handle", handle)
            return self.reading(_Did, "com.atproto.identity.resolveHandle", params).did
        except DeliveryError as error:
            if error.permanent:
                return ""
            raise

    def _kept(self) -> Session | None:
        try:
            kept = msgspec.json.decode(self.memory.get(SESSION) or "null", type=Session | None)
        except msgspec.MsgspecError:
            return None
        # Another account's: somebody has changed the inbox's settings.
        return kept if kept and self.memory.get("session_of") == self._who() else None

    def _who(self) -> str:
        told = f"{self._provider.url}|{self.inbox.address}|{self.inbox.options.get('password', '')}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _log_in(self) -> Session:
        password = self.inbox.options.get("password", "")
        if not password:
            raise DeliveryError("The app password is missing.", permanent=True)
        if self.memory.get(REFUSED) == self._who():
            raise _refused()
        count_login(self.memory, now())
        told = {"identifier": self.inbox.address, "password": password}
        try:
            answer = self._provider.ask("POST", "/com.atproto.server.createSession", json=told)
        except DeliveryError as error:
            if error.provider_code in OVER:
                # Not asked again for a while: each try counts, and locks the account in the end.
                self.memory.put(REFUSED, self._who(), expires_at=now() + REFUSED_FOR)
                raise _refused() from error
            raise
        return self._keep(understood(answer.body, Session))

    def _renewed(self, before: Session) -> Session:
        """A session after the one that ended: another thread may have made it already."""
        kept = self._kept()
        if kept and kept.access != before.access:
            return kept
        try:
            answer = self._provider.ask(
                "POST",
                "/com.atproto.server.refreshSession",
                headers={"authorization": f"Bearer {before.refresh}"},
            )
        except DeliveryError as error:
            if error.provider_code in OVER:
                self.memory.put(SESSION, "")
                return self._log_in()
            raise
        return self._keep(understood(answer.body, Session))

    def _keep(self, session: Session) -> Session:
        self.memory.put("session_of", self._who())
        self.memory.put(SESSION, msgspec.json.encode(session).decode())
        self.memory.put(REFUSED, "")
        return session

    def _heard(self, answer: Answer) -> Exception | None:
        limit, left, resets = (
            _number(answer.headers.get(f"ratelimit-{name}", ""))
            for name in ("limit", "remaining", "reset")
        )
        resets_at = _moment(resets)
        if limit is not None and left is not None:
            what = _what(answer.headers.get("ratelimit-policy", ""))
            if what == CALLS:
                self.calls_left = left
            at = now()
            if self._noted_at is None or at - self._noted_at >= NOTED_EVERY:
                self._noted_at = at
                self.memory.limit(what, left=left, of=limit, resets_at=resets_at)
        return None if answer.status < 300 else in_words(answer, resets_at)


class _Posts(msgspec.Struct):
    posts: list[msgspec.Raw]


class _Did(msgspec.Struct):
    did: str


class _Wrong(msgspec.Struct):
    error: str = ""
    message: str = ""


def understood(body: bytes, kind: type[T]) -> T:
    """An answer of a server. Raises DeliveryError when it is none."""
    try:
        return read(body, kind)
    except Invalid as error:
        raise DeliveryError(
            "The server answered something that cannot be read.", permanent=False
        ) from error


def in_words(answer: Answer, resets_at: datetime | None = None) -> DeliveryError:
    """What a refusal means: the lexicon's name of the error is the code."""
    try:
        wrong = msgspec.json.decode(answer.body, type=_Wrong)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        wrong = _Wrong()
    name = clip(tidy(wrong.error), 60)
    told = clip(tidy(wrong.message), 300)
    text = WORDS.get(name, "") or told
    permanent: bool | None = None
    if "bad token scope" in told.lower():
        name, permanent = "BadTokenScope", True
        text = "The app password may not use direct messages. Make one that may, and save it here."
    if answer.status == 429 or name == "RateLimitExceeded":
        text, permanent = "Too many calls; it waits until more are allowed.", False
    error = refusal("Bluesky", answer, text=text, permanent=permanent)
    assert isinstance(error, DeliveryError)
    if name:
        error.provider_code = name
    if resets_at and error.retry_after_s is None and answer.status == 429:
        wait_s = (resets_at - now()).total_seconds()
        error.retry_after_s = min(max(1.0, wait_s), WORST_RETRY_S)
    return error


def _refused() -> DeliveryError:
    return DeliveryError(
        "Bluesky does not take the app password (changed, or removed). Make a new one under "
        "Settings > Privacy and security > App passwords, and save it here.",
        permanent=False,
        retry_after_s=REFUSED_FOR.total_seconds(),
        provider_code=TOKEN_EXPIRED,
    )


def _ended(error: DeliveryError) -> DeliveryError:
    return DeliveryError(
        error.text, permanent=False, provider_code=TOKEN_EXPIRED, detail=error.detail
    )


def _what(policy: str) -> str:
    """Which of the documented limits a header is about (`3000;w=300`)."""
    return {"3000": CALLS, "5000": "points an hour", "35000": "points a day"}.get(
        policy.partition(";")[0].strip(), "calls of one kind"
    )


def _number(told: str) -> int | None:
    plain = told.strip()[:12]
    return int(plain) if plain.isascii() and plain.isdigit() else None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
