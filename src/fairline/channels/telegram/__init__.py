"""Telegram as a channel: a bot that people write to, by long polling or by webhook.

A bot cannot write first: whoever is to be answered has written to it. The address of a person is
their number on Telegram, since a user name can change hands.
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
    DeliveryError,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    Invalid,
    RateLimit,
    RawItem,
    Rule,
    Ruled,
    Sending,
    Translation,
    Wire,
)
from fairline.channels.telegram import stored
from fairline.channels.telegram.compose import LENGTH, MOST_FILE_BYTES
from fairline.channels.telegram.hook import judge
from fairline.channels.telegram.options import FIELDS, hook_secret, is_pushed
from fairline.channels.telegram.translate import translate
from fairline.channels.telegram.wire import TelegramWire


class TelegramChannel:
    """Private chats with a bot, and groups in which it is named."""

    kind = "telegram"
    label = "Telegram"
    capabilities = Capabilities(
        public=True,
        private=True,
        polls=True,
        pushes=True,
        length=LENGTH,
        max_file_bytes=MOST_FILE_BYTES,
        most_files=10,
        threads=True,
        edits=True,
        proves=True,
        rates=(
            RateLimit(what="messages to one person", most=1, per_s=1),
            RateLimit(what="messages in one group", most=20, per_s=60),
            RateLimit(what="messages to all", most=30, per_s=1),
        ),
    )
    fields: tuple[Field, ...] = FIELDS

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        return translate(payload, inbox)

    def normalise(self, address: str) -> str:
        """A person's number; or `@name`, which only the bot itself has for an address."""
        address = address.strip()
        if address.isascii() and address.isdigit() and len(address) <= 20:
            return str(int(address))
        name = address.lstrip("@").removeprefix("https://t.me/").lower()
        if name.isascii() and name.replace("_", "").isalnum() and 4 <= len(name) <= 32:
            return f"@{name}"
        raise Invalid("That is no address on Telegram.", field="address")

    def open(self, inbox: InboxInfo) -> Wire:
        return TelegramWire(inbox)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return judge(request, inbox)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:  # noqa: ARG002
        if sending.heard_at is None and not sending.is_public:
            text = "A bot cannot write first: this person has to write to it on Telegram."
            return (Rule(code="stranger", text=text, blocks=True),)
        return ()

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """Tell Telegram how we want to hear: pushed to our address, or not at all."""
        if is_pushed(inbox) and not inbox.public_url.startswith("https://"):
            text = "Telegram calls https addresses only. Choose that we ask, or set base_url."
            return (Check(name="Updates", ok=False, text=text),)
        return _told(inbox, is_wanted=is_pushed(inbox))

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        return _told(inbox, is_wanted=False)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return stored.items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return stored.describe(payload)


def _told(inbox: InboxInfo, *, is_wanted: bool) -> tuple[Check, ...]:
    try:
        wire = TelegramWire(inbox)
    except Invalid as error:
        return (Check(name="Updates", ok=False, text=error.text),)
    try:
        if is_wanted:
            wire.set_hook(f"{inbox.public_url}/hooks/{inbox.id}", hook_secret(inbox))
            return (Check(name="Updates", ok=True, text="Telegram calls us from now on."),)
        wire.drop_hook()
    except DeliveryError as error:
        return (Check(name="Updates", ok=False, text=error.text),)
    finally:
        wire.close()
    return (Check(name="Updates", ok=True, text="Telegram calls nobody; what comes waits there."),)


def _check(_a: Channel, _b: Hooked, _c: Ruled, _d: Connects) -> None:
    """A static check that the class keeps the contracts."""


_channel = TelegramChannel()
_check(_channel, _channel, _channel, _channel)
