"""All talk with one Mastodon server for one account.

Fetching goes forward from the last notification (`min_id`), so an outage of any length is caught
up with; the stream only says when to look. Sending carries the delivery's key, which the server
remembers for an hour; after that we look whether it is there before we say it again. Source:
docs.joinmastodon.org, Methods: notifications, statuses (Idempotency-Key), media (202 and 206).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

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
from fairline.channels.mastodon.api import Api
from fairline.channels.mastodon.entities import Media, Notification, Status, read
from fairline.channels.mastodon.limits import Limits
from fairline.channels.mastodon.listening import Ear
from fairline.channels.mastodon.names import native_of, normalise, status_id_of
from fairline.channels.mastodon.own_posts import OwnPosts
from fairline.channels.mastodon.posting import Post, compose, is_same, suits
from fairline.channels.mastodon.translate import MESSAGES, moment
from fairline.channels.mastodon.watching import Watch
from fairline.channels.outside import Outside
from fairline.core.clock import now
from fairline.core.errors import FairlineError, Invalid

# An answer's place is looked for among this many of the thread's last posts.
MOST_PARENTS = 6
KEY_HOLDS = timedelta(minutes=50)
HANDED_KEPT = timedelta(days=3)
PROCESSED_AFTER_S = 60.0
MOST_DOWNLOAD = 104_857_600


class MastodonWire:
    """See `contract.Wire`."""

    def __init__(self, inbox: InboxInfo, memory: Memory) -> None:
        self.inbox = inbox
        self.memory = memory
        self.api = Api(inbox, memory)
        self.watch = Watch(self.api, memory)
        self.own = OwnPosts(self.api, memory)
        self._ear: Ear | None = None
        self._gone = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        checks: list[Check] = []
        try:
            limits = self.api.limits()
            software = f"{limits.domain} (version {limits.version})"
            text = f"{software} takes {limits.characters} characters and {limits.most_files} files."
            checks.append(Check(name="server", ok=True, text=text))
            checks.append(self._account(limits))
            checks.append(self._reading())
        except FairlineError as error:
            checks.append(Check(name="server", ok=False, text=error.text))
        return tuple(checks)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        count = 0
        if cursor:
            pages = self._since(cursor, limit)
        else:
            found, newest = self._beginning(limit)
            pages = iter((found,))
            if newest and not found:
                yield RawItem(native_id="start", payload=b"", cursor=newest)
        for page in pages:
            asked: list[Status] = []
            for told, payload in page:
                native = f"notification:{told.id}"
                if told.type in MESSAGES and told.has_status:
                    with suppress(Invalid):  # it is stored all the same, and then set aside
                        asked.append(read(told.status, Status))
                        native = native_of(asked[-1].id, self.inbox)
                yield RawItem(native_id=native, payload=payload, cursor=str(told.id))
                count += 1
            self.watch.add(asked)
        if count < limit:
            yield from self.watch.changes()
            yield from self.own.posts()

    def wait(self, timeout_s: float) -> bool:
        """Listen to the server's stream; where there is none, only let the time pass."""
        ear = self._ear  # `close` takes it away, from another thread
        if ear is None:
            try:
                limits = self.api.limits()
            except DeliveryError:
                return self._gone.wait(timeout_s)
            ear = Ear(self.api.server, limits.streaming, self.inbox.options.get("token", ""))
            self._ear = ear
        if ear.is_deaf and not ear.heard.is_set():
            return self._gone.wait(timeout_s)
        heard = ear.heard.wait(timeout_s)
        ear.heard.clear()
        return heard and not self._gone.is_set()

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        try:
            recipient = normalise(outbound.recipient)
        except Invalid as error:
            raise DeliveryError(error.text, permanent=True, provider_code="bad_address") from error
        outbound = msgspec.structs.replace(outbound, recipient=recipient)
        limits = self.api.limits()
        under = self._parent(outbound)
        wanted = self.inbox.options.get("visibility") or "unlisted"
        post = compose(outbound, under, limits, wanted=wanted)
        if before := self._sent_before(outbound.key, post):
            return Sent(native_id=native_of(before.id, self.inbox))
        media = [self._upload(file, limits) for file in self._fitting(outbound.files, limits)]
        note = f"handed:{outbound.key}"
        if not self.memory.get(note):
            self.memory.put(note, now().isoformat(), expires_at=now() + HANDED_KEPT)
        handing_over()
        answer = self.api.ask(
            "POST",
            "/api/v1/statuses",
            json=post.form(media),
            headers={"idempotency-key": outbound.key},
            risky=True,
        )
        try:
            status_id = read(answer.body, Status).id
        except Invalid as error:
            raise DeliveryError(
                "The server took it and answered something unreadable.",
                permanent=False,
                provider_code=DeliveryError.OUTCOME_UNKNOWN,
            ) from error
        return Sent(native_id=native_of(status_id, self.inbox))

    def download(self, url: str) -> tuple[bytes, str]:
        """A file of a post: on our server, or wherever that keeps its copies."""
        parts = urlsplit(self.api.server)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        own = (f"{parts.hostname}:{port}",) if parts.hostname else ()
        fetched = Outside(allow=own).get(url, most_bytes=MOST_DOWNLOAD, timeout_s=60.0)
        if fetched.status != 200:
            passing = fetched.status == 429 or fetched.status >= 500
            raise DeliveryError(
                f"The file is not to be had ({fetched.status}).", permanent=not passing
            )
        return fetched.body, fetched.media_type

    def close(self) -> None:
        self._gone.set()
        if self._ear:
            self._ear.close()
        self.api.close()

    def _since(self, cursor: str, limit: int) -> Iterator[list[tuple[Notification, bytes]]]:
        """Pages forward from the cursor, each oldest first."""
        fetched = 0
        while fetched < limit:
            page = self.api.notifications(min_id=cursor)
            if not page:
                return
            cursor = str(page[0][0].id)
            fetched += len(page)
            yield page[::-1]

    def _beginning(self, limit: int) -> tuple[list[tuple[Notification, bytes]], str]:
        """What came in the last days, oldest first, and the newest id there is ('' for none)."""
        days = self.inbox.options.get("history_days") or "3"
        since = now() - timedelta(days=int(days) if days.isdigit() else 3)
        found: list[tuple[Notification, bytes]] = []
        page = self.api.notifications()
        newest = str(page[0][0].id) if page else ""
        while page and len(found) < limit:
            new = [one for one in page if moment(one[0].created_at, now()) >= since]
            found += new
            if len(new) < len(page):
                break
            page = self.api.notifications(max_id=str(page[-1][0].id))
        return found[::-1], newest

    def _parent(self, outbound: Outbound) -> Status | None:
        """What the answer stands under: the last post of the thread that may carry it."""
        natives = [outbound.in_reply_to, *reversed(outbound.references)]
        ids = [status_id_of(native, self.inbox) for native in dict.fromkeys(natives) if native]
        for status_id in [one for one in ids if one][:MOST_PARENTS]:
            found = self.api.status(status_id)
            if found and suits(found[0], is_public=outbound.is_public):
                return found[0]
        return None

    def _sent_before(self, key: str, post: Post) -> Status | None:
        """The post itself, where an earlier try may have brought it there. The server knows our
        key for an hour; after that only looking helps.
        """
        handed = self.memory.get(f"handed:{key}")
        if not handed or now() - datetime.fromisoformat(handed) < KEY_HOLDS:
            return None
        mine = self.own.newest()
        since = datetime.fromisoformat(handed) - timedelta(minutes=5)
        return next(
            (
                one
                for one, _ in mine
                if is_same(one, post) and moment(one.created_at, now()) > since
            ),
            None,
        )

    def _fitting(self, files: tuple[OutboundFile, ...], limits: Limits) -> tuple[OutboundFile, ...]:
        """The files as they are, if the server takes them all. Raises DeliveryError."""
        if len(files) > limits.most_files:
            raise DeliveryError(
                f"This server takes {limits.most_files} files with a post.", permanent=True
            )
        for file in files:
            if not limits.takes(file.media_type):
                raise DeliveryError(f"This server takes no files like {file.name}.", permanent=True)
            if len(file.data) > limits.size_for(file.media_type):
                raise DeliveryError(f"{file.name} is too big for this server.", permanent=True)
        return files

    def _upload(self, file: OutboundFile, limits: Limits) -> str:
        """Upload one file and wait until the server has worked on it. Returns its id."""
        alt = file.alt or file.name
        answer = self.api.ask(
            "POST",
            "/api/v2/media",
            files={"file": (file.name, file.data, file.media_type)},
            form={"description": alt[: limits.alt_characters]},
        )
        media = self._media(answer.body)
        status, waited_s = answer.status, 0.0
        while status in {202, 206} and waited_s < PROCESSED_AFTER_S:
            pause_s = min(4.0, 0.25 + waited_s)
            if self._gone.wait(pause_s):
                break
            waited_s += pause_s
            answer = self.api.ask("GET", f"/api/v1/media/{media.id}")
            status = answer.status
        if status != 200:
            raise DeliveryError("The server is still working on a file.", permanent=False)
        return str(media.id)

    def _media(self, body: bytes) -> Media:
        try:
            return read(body, Media)
        except Invalid as error:
            raise DeliveryError("The server's answer cannot be read.", permanent=False) from error

    def _account(self, limits: Limits) -> Check:
        me = self.api.me()
        acct = me.acct if "@" in me.acct else f"{me.acct}@{limits.domain}"
        ok = acct.lower() == self.inbox.address
        text = (
            f"The token is of @{acct}."
            if ok
            else (f"The token is of @{acct}, but this inbox is for @{self.inbox.address}.")
        )
        return Check(name="account", ok=ok, text=text)

    def _reading(self) -> Check:
        """Whether mentions reach us at all: the account may be set to drop some."""
        self.api.get("/api/v1/notifications", [("limit", "1")])
        try:
            policy = msgspec.json.decode(self.api.get("/api/v2/notifications/policy"))
            dropped = [
                name.removeprefix("for_").replace("_", " ")
                for name, value in policy.items()
                if value == "drop"
            ]
        except (DeliveryError, msgspec.MsgspecError, AttributeError):
            dropped = []  # before 4.3 there is no such thing
        if dropped:
            text = f"The account drops notifications from: {', '.join(dropped)}. Accept them in "
            return Check(name="mentions", ok=False, text=f"{text}Preferences > Notifications.")
        return Check(name="mentions", ok=True, text="Mentions can be read.")
