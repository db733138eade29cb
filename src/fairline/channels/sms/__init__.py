"""Text messages as a channel, through a provider that speaks as Twilio does.

The address of a person is a number in E.164. A text message is counted in parts, each of which has
a price; STOP is law and is kept by us as well as by the provider.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Check,
    Connects,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    LengthRule,
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
from fairline.channels.sms import pricing, stored
from fairline.channels.sms.addresses import normalise
from fairline.channels.sms.hook import judge
from fairline.channels.sms.options import FIELDS
from fairline.channels.sms.translate import translate
from fairline.channels.sms.wire import SmsWire


class SmsChannel:
    """SMS, and pictures that come by MMS."""

    kind = "sms"
    label = "Text messages"
    # Ten parts stay below the 1,600 characters that the provider takes.
    capabilities = Capabilities(
        public=False,
        private=True,
        files=False,
        pushes=True,
        length=LengthRule(counts="sms", most=10),
        proves=True,
        rates=(RateLimit(what="parts from one long number", most=1, per_s=1),),
        prices=(Price(what="part", cents=0.83),),
    )
    fields: tuple[Field, ...] = FIELDS

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        return translate(payload)

    def normalise(self, address: str) -> str:
        return normalise(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return SmsWire(inbox)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return SmsWire(inbox, memory)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return judge(request, inbox)

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """Have the provider bring us what comes to our number, where nobody else has it."""
        return _pointed(inbox, is_on=True)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        return _pointed(inbox, is_on=False)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        return pricing.rules(sending, inbox)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return stored.items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return stored.describe(payload)


def _pointed(inbox: InboxInfo, *, is_on: bool) -> tuple[Check, ...]:
    is_reachable = inbox.public_url.startswith("https://")
    if not (is_reachable and inbox.address) or inbox.options.get("service"):
        return ()  # set by hand: what to set is said by the test of the connection
    wire = SmsWire(inbox)
    try:
        return (wire.point(is_on=is_on),)
    finally:
        wire.close()


def _check(_a: Channel, _b: Hooked, _c: Ruled, _d: Connects, _e: Remembers) -> None:
    """A static check that the class keeps the contracts."""


_channel = SmsChannel()
_check(_channel, _channel, _channel, _channel, _channel)
