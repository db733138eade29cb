"""The telephone as a channel: calls in are logged by agents, calls out are made by them.

A written answer is not sent by it: it waits to be said on the phone, and says so. With a
switchboard (`bridge.py`) or a provider (`twilio.py`) calls are placed from the desk, and calls
that come in are told to us; a provider also asks what a caller is to hear.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from fairline.cases.inbound import Author, Inbound
from fairline.channels.by_hand import HandWire
from fairline.channels.contract import (
    Capabilities,
    Channel,
    Check,
    Connects,
    Field,
    Ignored,
    InboxInfo,
    RawItem,
    Translation,
    Wire,
)
from fairline.channels.phone import stored
from fairline.channels.phone.bridge import Bridge
from fairline.channels.phone.calls_in import is_form, translate_form
from fairline.channels.phone.options import FIELDS
from fairline.channels.phone.recordings import RecordingWire
from fairline.channels.phone.twilio import TwilioVoice, is_set_up
from fairline.channels.voice import Voice, VoiceChannel
from fairline.core.errors import Invalid
from fairline.people.numbers import read_number


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    """What a stored callback says of a call that came in."""

    type: str
    call_id: str
    number: str = ""
    name: str = ""
    answered: bool = False
    seconds: int = 0
    recording_url: str = ""


class PhoneChannel:
    """A person talks. The address of an identity is a number in E.164."""

    kind = "phone"
    label = "Phone"
    capabilities = Capabilities(public=False, private=True, files=False, by_hand=True)
    fields: tuple[Field, ...] = FIELDS

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        """A call that came in, as we were told of it. News of our own calls makes no case."""
        if is_form(payload):
            return translate_form(payload, received_at=received_at)
        try:
            told = msgspec.json.decode(payload, type=_Call)
        except msgspec.MsgspecError as error:
            raise Invalid("That is no news of a call.", code="bad_news") from error
        if told.type != "call.incoming":
            return Ignored(native_id=told.call_id, outcome="chatter", reason="news of a call")
        address = _address(told)
        return Inbound(
            native_id=f"call-{told.call_id}",
            author=Author(channel="phone", address=address, name=told.name[:200]),
            text=_words(told),
            subject="A call" if told.answered else "A call that nobody answered",
            sent_at=received_at,
            permalink=told.recording_url if told.recording_url.startswith("https://") else "",
        )

    def normalise(self, address: str) -> str:
        return read_number(address).e164

    def open(self, inbox: InboxInfo) -> Wire:
        if _has_provider(inbox):
            return RecordingWire(inbox, BY_HAND)
        return HandWire(BY_HAND)

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """Have a provider ask us what callers hear, where nobody else has the number."""
        return _pointed(inbox, is_on=True)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        return _pointed(inbox, is_on=False)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return stored.items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return stored.describe(payload)

    def voice(self, inbox: InboxInfo) -> Voice | None:
        """The switchboard or provider of an inbox; None where agents dial by hand."""
        if _has_provider(inbox):
            return TwilioVoice(inbox)
        url, key, secret = (inbox.options.get(f"bridge_{one}", "") for one in _NEEDED)
        return Bridge(url, key, secret) if url and key and secret else None


_NEEDED = ("url", "key", "secret")
BY_HAND = "Agents make calls themselves, with their own telephone."


def _has_provider(inbox: InboxInfo) -> bool:
    return inbox.options.get("provider") == "twilio" and is_set_up(inbox.options)


def _pointed(inbox: InboxInfo, *, is_on: bool) -> tuple[Check, ...]:
    if not _has_provider(inbox) or not inbox.public_url.startswith("https://"):
        return ()
    wire = RecordingWire(inbox, BY_HAND)
    try:
        return (wire.point(is_on=is_on),)
    finally:
        wire.close()


def _address(told: _Call) -> str:
    try:
        return read_number(told.number).e164
    except Invalid:
        # Withheld, or of a kind that cannot be called back: still somebody who called.
        return f"withheld-{told.call_id[:60]}"


def _words(told: _Call) -> str:
    if not told.answered:
        return "Somebody called us, and nobody answered. Please call back."
    length = f" for {max(1, round(told.seconds / 60))} min" if told.seconds else ""
    return f"Somebody called us and was talked to{length}. What it was about stands in the notes."


def _check(channel: Channel, voice: VoiceChannel, connects: Connects) -> None:
    """A static check that the class keeps the contracts."""


_check(PhoneChannel(), PhoneChannel(), PhoneChannel())
