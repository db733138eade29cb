"""X as a channel: posts that mention us, and direct messages, by the API v2."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Check,
    Connects,
    DeliveryError,
    Feedable,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    Invalid,
    LengthRule,
    Limited,
    Memory,
    Price,
    RateLimit,
    RawItem,
    Remembers,
    Rule,
    Ruled,
    Sending,
    Translation,
    Wire,
)
from fairline.channels.memory import PassingMemory
from fairline.channels.x import hooks, media_out, options, subscribing
from fairline.channels.x import rules as network_rules
from fairline.channels.x.wire import XWire

_ADDRESS = re.compile(r"@?[a-z0-9_]{1,30}")
_LATER = "X is asked for pushes when the worker next looks into the inbox."


class XChannel:
    """The address of an identity is the account's number; an inbox's own is its handle."""

    kind = "x"
    label = "X"
    fields: tuple[Field, ...] = options.FIELDS
    capabilities = Capabilities(
        public=True,
        private=True,
        polls=True,
        pushes=True,
        takes_links=False,
        length=LengthRule(counts="x", most=options.SHORT_POST),
        private_length=LengthRule(counts="characters", most=10_000),
        max_file_bytes=512_000_000,
        most_files=4,
        media=media_out.MEDIA,
        threads=True,
        edits=True,
        deletes=True,
        proves=True,
        names=True,
        rates=(
            RateLimit(what="posts", most=100, per_s=900),
            RateLimit(what="direct messages", most=15, per_s=900),
        ),
        prices=(
            Price(what="post", cents=1.5),
            Price(what="post with a link", cents=20),
            Price(what="direct message", cents=1.5),
        ),
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        from fairline.channels.x.translate import translate

        return translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        bare = address.strip().lower()
        if bare.isascii() and bare.isdigit() and len(bare) <= 20:
            return bare
        if not _ADDRESS.fullmatch(bare):
            raise Invalid(
                "Give the handle, as in @acme, or the number of the account.",
                code="bad_address",
                field="address",
            )
        return f"@{bare.lstrip('@')}"

    def length(self, inbox: InboxInfo) -> LengthRule:
        """An account with X Premium may write long posts."""
        long = options.has_long_posts(inbox)
        return LengthRule(counts="x", most=options.LONG_POST if long else options.SHORT_POST)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        return network_rules.rules(sending, inbox)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return hooks.hook(request, inbox)

    def open(self, inbox: InboxInfo) -> Wire:
        return XWire(inbox, PassingMemory())

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return XWire(inbox, memory)

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        return self._subscription(inbox, is_wanted=True)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        return self._subscription(inbox, is_wanted=False)

    def _subscription(self, inbox: InboxInfo, *, is_wanted: bool) -> tuple[Check, ...]:
        try:
            given = options.read_options(inbox)
        except Invalid as error:
            return (Check(name="Settings", ok=False, text=error.text),)
        if not given.is_pushed:
            return ()
        if given.keys is None and is_wanted:
            # A refresh token is good for one use, and here its successor could not be kept.
            return (Check(name="Webhook", ok=True, text=_LATER),)
        wire = XWire(inbox, PassingMemory())
        try:
            turn = subscribing.subscribe if is_wanted else subscribing.unsubscribe
            return turn(inbox, given, wire.api, wire.user_id())
        except DeliveryError as error:
            return (Check(name="Sign-in", ok=False, text=error.text),)
        finally:
            wire.close()

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.x.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.x.stored import describe

        return describe(payload)


def _check(  # noqa: PLR0913  one for each contract
    _a: Channel, _b: Remembers, _c: Hooked, _d: Ruled, _e: Limited, _f: Connects, _g: Feedable
) -> None:
    """A static check that the class keeps the contracts."""


_CHANNEL = XChannel()
_check(_CHANNEL, _CHANNEL, _CHANNEL, _CHANNEL, _CHANNEL, _CHANNEL, _CHANNEL)
