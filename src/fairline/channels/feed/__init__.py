"""RSS and Atom as a way in: a forum, a review page, a blog's comments, whatever has a feed.

Each entry is a question, or goes onto the list of mentions. Nothing can be posted by a feed, so an
answer is put there by hand, and says so. Where the feed names a hub, news of it is pushed (WebSub).
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Feedable,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    Invalid,
    Memory,
    NotAllowed,
    Pushed,
    RawItem,
    Remembers,
    Translation,
    Wire,
)
from fairline.channels.feed.reading import item_of, read_feed
from fairline.channels.feed.translate import described, host_in, translated
from fairline.channels.feed.wire import FeedWire
from fairline.channels.memory import PassingMemory

# The methods that WebSub names for a hub's signature.
METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384}
METHODS["sha512"] = hashlib.sha512


class FeedChannel:
    """The inbox's address is the feed's. `allow` is as for `Outside`."""

    kind = "feed"
    label = "Feed"
    capabilities = Capabilities(
        public=True,
        private=False,
        files=False,
        polls=True,
        pushes=True,
        by_hand=True,
        threads=True,
        edits=True,
    )
    fields: tuple[Field, ...] = (
        Field(
            name="url",
            label="Address of the feed",
            required=True,
            help="RSS or Atom. It is looked at every minute, or pushed where it names a hub.",
        ),
        Field(
            name="takes",
            label="Each entry is",
            kind="choice",
            default="mentions",
            choices=("mentions", "cases"),
            words=("a mention, to be looked at", "a question, with a place in the line"),
        ),
        Field(
            name="hub_secret",
            label="Secret for a hub",
            kind="password",
            help="Any long text. With it a feed that names a hub is pushed to us at once.",
            advanced=True,
        ),
    )

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        self._allow = allow

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translated(payload, inbox, received_at=received_at)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """A hub asks whether we want it, or brings news. Source: W3C WebSub, 5.3 and 7."""
        secret = inbox.options.get("hub_secret", "")
        if not secret:
            raise NotAllowed("No hub was asked to push this feed.", code="bad_signature")
        if request.method == "GET":
            topic, mode = request.asked("hub.topic"), request.asked("hub.mode")
            ours = host_in(inbox.options.get("url", ""))
            if mode not in {"subscribe", "denied"} or not ours or host_in(topic) != ours:
                raise NotAllowed("We did not ask for that.", code="bad_signature")
            return HookAnswer(body=request.asked("hub.challenge")[:500].encode())
        method, _, given = request.headers.get("x-hub-signature", "").partition("=")
        if method not in METHODS:
            raise NotAllowed("The hub has not signed it.", code="bad_signature")
        wanted = hmac.new(secret.encode(), request.body, METHODS[method]).hexdigest()
        if not hmac.compare_digest(wanted.encode(), given.strip().lower().encode()):
            raise NotAllowed("The hub's signature is not right.", code="bad_signature")
        feed = read_feed(request.body, media_type=request.headers.get("content-type", ""))
        return HookAnswer(items=tuple(Pushed(item=item_of(one)) for one in feed.entries[::-1]))

    def normalise(self, address: str) -> str:
        address = address.replace("\x00", "").strip()
        if not address or len(address) > 500:
            raise Invalid("An address has 1 to 500 characters.", code="bad_address")
        return address

    def open(self, inbox: InboxInfo) -> Wire:
        return FeedWire(inbox, PassingMemory(), self._allow)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return FeedWire(inbox, memory, self._allow)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        """Feeds from files, cut into entries, oldest first."""
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            body = file.read_bytes()
            try:
                entries = read_feed(body).entries
            except Invalid:
                yield file.name, RawItem(native_id=file.name, payload=body)
                continue
            for entry in entries[::-1]:
                yield file.name, item_of(entry)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return described(payload)


def _check(channel: Channel, hooked: Hooked, feedable: Feedable, remembers: Remembers) -> None:
    """A static check that the class keeps the contracts."""


_check(FeedChannel(), FeedChannel(), FeedChannel(), FeedChannel())
