"""The telephone as a channel: calls in are logged by agents, calls out are made by them.

A written answer is not sent by it: it waits to be said on the phone, and says so.
"""

from datetime import datetime

from fairline.channels.by_hand import HandWire
from fairline.channels.contract import (
    Capabilities,
    Channel,
    Field,
    InboxInfo,
    Translation,
    Wire,
)
from fairline.core.errors import Invalid
from fairline.people.numbers import read_number


class PhoneChannel:
    """A person talks. The address of an identity is a number in E.164."""

    kind = "phone"
    label = "Phone"
    capabilities = Capabilities(public=False, private=True, files=False, by_hand=True)
    fields: tuple[Field, ...] = ()

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        raise Invalid("Calls that come in are logged at the desk; nothing is fetched.")

    def normalise(self, address: str) -> str:
        return read_number(address).e164

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return HandWire("Agents make calls themselves, with their own telephone.")


def _check(channel: Channel) -> None:
    """A static check that the class keeps the contract."""


_check(PhoneChannel())
