"""All talk with Bluesky for one account.

What is new is fetched forward from where we were, by the cursor; the stream only says when to look.
A post is written under a key made of the delivery's, so that no try makes a
second one. Source: lexicons com.atproto.repo.putRecord
(`swapRecord: null`: only where nothing stands yet), uploadBlob.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fairline.channels.bluesky import budget, posting
from fairline.channels.bluesky.api import Api, understood
from fairline.channels.bluesky.chat import Chat, is_off, same_words
from fairline.channels.bluesky.entities import PostView, Ref
from fairline.channels.bluesky.listening import Ear
from fairline.channels.bluesky.names import POST, is_did, post_uri, tid_of, time_of
from fairline.channels.bluesky.notices import Notices
from fairline.channels.bluesky.own_posts import OwnPosts
from fairline.channels.bluesky.translate import CDN, MESSAGES, moment
from fairline.channels.bluesky.watching import Watch
from fairline.channels.contract import (
    Check,
    DeliveryError,
    InboxInfo,
    Memory,
    Outbound,
    OutboundFile,
    RawItem,
    Sent,
)
from fairline.channels.outside import Outside
from fairline.core.clock import now
from fairline.core.errors import FairlineError

STREAM = "wss://jetstream2.us-east.bsky.network/subscribe"
STREAM_CURSOR = "stream_cursor"
MOST_DOWNLOAD = 20_000_000


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where we are: the moment of the last notification, the revision of the last chat entry."""

    seen: str = ""
    chat: str = ""

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


class BlueskyWire:
    """See `contract.Wire`."""

    def __init__(self, inbox: InboxInfo, memory: Memory) -> None:
        self.inbox = inbox
        self.memory = memory
        self.api = Api(inbox, memory)
        self.chat = Chat(self.api, memory)
        self.watch = Watch(self.api, memory)
        self.own = OwnPosts(self.api, memory)
        self.notices = Notices(self.api)
        self._ear: Ear | None = None
        self._gone = threading.Event()

    @property
    def chats(self) -> bool:
        return self.inbox.options.get("chat", "yes") != "no"

    def verify(self) -> tuple[Check, ...]:
        checks: list[Check] = []
        try:
            session = self.api.session()
            ours = self.inbox.address in {session.did, session.handle.lower()}
            told = f"Logged in as @{session.handle} ({session.did})."
            if not ours:
                told += f" This inbox is for {self.inbox.address}: has the handle changed?"
            checks.append(Check(name="account", ok=ours, text=told))
            self.api.get("app.bsky.notification.listNotifications", ("limit", "1"))
            checks.append(Check(name="mentions", ok=True, text="Mentions can be read."))
        except FairlineError as error:
            checks.append(Check(name="account", ok=False, text=error.text))
            return tuple(checks)
        if self.chats:
            try:
                self.api.get("chat.bsky.convo.listConvos", ("limit", "1"), is_chat=True)
                checks.append(Check(name="chat", ok=True, text="Direct messages can be read."))
            except FairlineError as error:
                checks.append(Check(name="chat", ok=False, text=error.text))
        return tuple(checks)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        place = _place(cursor)
        days = self.inbox.options.get("history_days") or "3"
        begin = now() - timedelta(days=int(days) if days.isdigit() else 3)
        asked: list[tuple[str, str]] = []
        for told, payload in self.notices.new(place.seen, begin, limit):
            if not place.seen and moment(told.indexed_at, now()) < begin:
                # Older than what is taken in at the start: it only says where we begin.
                place = msgspec.structs.replace(place, seen=told.indexed_at or "")
                yield RawItem(native_id="start", payload=b"", cursor=place.text())
                continue
            place = msgspec.structs.replace(place, seen=max(place.seen, told.indexed_at or ""))
            if told.reason in MESSAGES:
                asked.append((told.uri, told.cid))
            yield RawItem(native_id=told.uri, payload=payload, cursor=place.text())
        self.watch.add(asked)
        if self.chats:
            yield from self._messages(place, begin)
        yield from self.watch.changes()
        yield from self.own.posts()

    def wait(self, timeout_s: float) -> bool:
        """Listen to what those who talk with us write; without a stream only time passes."""
        url = self.inbox.options.get("stream", STREAM)
        if not url:
            return self._gone.wait(timeout_s)
        ear = self._ear  # `close` takes it away, from another thread
        if ear is None:
            known = self.memory.get(STREAM_CURSOR)
            ear = self._ear = Ear(url, cursor=int(known) if known.isdigit() else 0)
        ear.follow(self.watch.dids())
        heard = ear.heard.wait(timeout_s)
        ear.heard.clear()
        return heard and not self._gone.is_set()

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if not is_did(outbound.recipient):
            outbound = msgspec.structs.replace(outbound, recipient=self._did(outbound.recipient))
        if not outbound.is_public:
            return self._send_privately(outbound, handing_over)
        text = posting.words(outbound, posting.LENGTH)
        posting.checked(outbound.files)
        under = self._parent(outbound)
        pictures = [(self._upload(file), file.alt or file.name) for file in outbound.files]
        key = tid_of(outbound.key)
        told = posting.record(
            text,
            under=under,
            named=self._named(outbound) if under is None else ("", ""),
            pictures=pictures,
            created_at=time_of(key),
            did_of=self.api.did_of,
        )
        budget.spend(self.memory, now())
        self.own.mark(key)
        handing_over()
        return Sent(native_id=self._written(key, told))

    def download(self, url: str) -> tuple[bytes, str]:
        """A picture of a post, from Bluesky's own servers."""
        parts = urlsplit(self.inbox.options.get("cdn") or CDN)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        own = (f"{parts.hostname}:{port}",) if parts.hostname else ()
        fetched = Outside(allow=own).get(url, most_bytes=MOST_DOWNLOAD, timeout_s=60.0)
        if fetched.status != 200:
            passing = fetched.status == 429 or fetched.status >= 500
            raise DeliveryError(
                f"The picture is not to be had ({fetched.status}).", permanent=not passing
            )
        return fetched.body, fetched.media_type

    def close(self) -> None:
        self._gone.set()
        if self._ear:
            self._ear.close()
            if self._ear.cursor:
                self.memory.put(STREAM_CURSOR, str(self._ear.cursor))
            self._ear = None
        self.api.close()

    def _messages(self, place: Place, begin: datetime) -> Iterator[RawItem]:
        try:
            if place.chat:
                for item, rev in self.chat.news(place.chat):
                    place = msgspec.structs.replace(place, chat=max(place.chat, rev))
                    yield msgspec.structs.replace(item, cursor=place.text())
                return
            items, newest = self.chat.beginning(begin)
        except DeliveryError as error:
            if is_off(error):
                return  # the connection test says so
            raise
        yield from items
        if newest:
            place = msgspec.structs.replace(place, chat=newest)
            yield RawItem(native_id="chat-start", payload=b"", cursor=place.text())

    def _send_privately(self, outbound: Outbound, handing_over: Callable[[], None]) -> Sent:
        if not self.chats:
            raise DeliveryError("Direct messages are switched off for this inbox.", permanent=True)
        text = posting.words(outbound, posting.CHAT_LENGTH)
        # Files stand on the customer's own page, if the words lead there.
        if outbound.files and self.inbox.public_url not in text:
            raise DeliveryError("Direct messages on Bluesky take no files.", permanent=True)
        return Sent(native_id=self.chat.send(outbound.key, outbound.recipient, text, handing_over))

    def _parent(self, outbound: Outbound) -> PostView | None:
        """The post it stands under; None when all are gone. Raises DeliveryError when its author
        lets us not reply.
        """
        wanted = posting.candidates(outbound, self.api.did)[:25]
        found = {view.uri: view for view, _ in self.api.posts(wanted)}
        for uri in wanted:
            if uri in found:
                if why := posting.refusal_of(found[uri]):
                    raise DeliveryError(why, permanent=True, provider_code="reply_disabled")
                return found[uri]
        return None

    def _named(self, outbound: Outbound) -> tuple[str, str]:
        profile = self.api.profile(outbound.recipient)
        return (profile.handle.lower(), profile.did) if profile else ("", "")

    def _did(self, recipient: str) -> str:
        did = self.api.did_of(recipient)
        if not did:
            raise DeliveryError(
                "That account does not exist any more.", permanent=True, provider_code="no_account"
            )
        return did

    def _upload(self, file: OutboundFile) -> dict[str, Any]:
        body = self.api.call(
            "POST",
            "com.atproto.repo.uploadBlob",
            content=file.data,
            headers={"content-type": file.media_type},
        )
        return understood(body, _Uploaded).blob

    def _written(self, key: str, told: dict[str, Any]) -> str:
        """Write it where nothing stands yet; what does stand there may be of an earlier try."""
        uri = post_uri(self.api.did, key)
        body = {
            "repo": self.api.did,
            "collection": POST,
            "rkey": key,
            "record": told,
            "swapRecord": None,
        }
        try:
            answer = self.api.call("POST", "com.atproto.repo.putRecord", json=body, risky=True)
        except DeliveryError as error:
            if error.provider_code != "InvalidSwap":
                raise
            params = (("repo", self.api.did), ("collection", POST), ("rkey", key))
            there = self.api.reading(_Record, "com.atproto.repo.getRecord", *params)
            if there.value.get("createdAt") != told["createdAt"] or not same_words(
                str(there.value.get("text")), told["text"]
            ):
                raise
            return there.uri or uri
        return understood(answer, Ref).uri or uri


class _Uploaded(msgspec.Struct):
    blob: dict[str, Any]


class _Record(msgspec.Struct):
    uri: str = ""
    value: dict[str, Any] = {}


def _place(cursor: str) -> Place:
    try:
        return msgspec.json.decode(cursor or "{}", type=Place)
    except msgspec.MsgspecError:
        return Place()
