"""Letters as a channel: they come in as scans or typed, and go out printed and posted by us."""

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

MOST_LINES = 8
MOST_CHARACTERS = 400


class LetterChannel:
    """The address of an identity is a postal address: its lines, the first one the name."""

    kind = "letter"
    label = "Letter"
    capabilities = Capabilities(public=False, private=True, by_hand=True)
    fields: tuple[Field, ...] = (
        Field(
            name="sender",
            label="Our own postal address",
            kind="lines",
            help="It stands small above the window of the envelope and says where answers go.",
        ),
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        raise Invalid("Letters are put in at the desk; nothing is fetched.")

    def normalise(self, address: str) -> str:
        return normal_address(address)

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return HandWire("Letters are printed, posted and marked so at the desk.")


def normal_address(address: str) -> str:
    """A postal address with one thing a line and no blank ones. Raises Invalid."""
    given = address.replace("\x00", "").replace(";", "\n").splitlines()
    lines = [line for one in given if (line := " ".join(one.split()))]
    if len(lines) < 2:
        raise Invalid(
            "Write the address as on an envelope: name, street, town, each on a line of its own.",
            code="bad_address",
            field="address",
        )
    if len(lines) > MOST_LINES or sum(map(len, lines)) > MOST_CHARACTERS:
        raise Invalid(
            f"An address has at most {MOST_LINES} lines.", code="bad_address", field="address"
        )
    return "\n".join(lines)


def _check(channel: Channel) -> None:
    """A static check that the class keeps the contract."""


_check(LetterChannel())
