"""Letters as a channel: they come in as scans or typed, and go out printed and posted by us."""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from fairline.channels.contract import (
    Author,
    Capabilities,
    Channel,
    Field,
    Inbound,
    InboundFile,
    InboxInfo,
    Translation,
    Wire,
)
from fairline.channels.letter.folder import TYPES, FolderWire, read_scan
from fairline.core.errors import Invalid

MOST_LINES = 8
MOST_CHARACTERS = 400


class LetterChannel:
    """The address of an identity is a postal address: its lines, the first one the name."""

    kind = "letter"
    label = "Letter"
    capabilities = Capabilities(public=False, private=True, by_hand=True, polls=True)
    fields: tuple[Field, ...] = (
        Field(
            name="sender",
            label="Our own postal address",
            kind="lines",
            help="It stands small above the window of the envelope and says where answers go.",
        ),
        Field(
            name="folder",
            label="Folder that a scanner writes into",
            help="On this machine, as /srv/scans. Each new PDF or picture there is a letter.",
        ),
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        """A scan from the folder. Who wrote it is read from it, or said by an agent, later."""
        try:
            scan = read_scan(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid("That is no scan of ours.", code="bad_payload") from error
        mark = hashlib.sha256(scan.data).hexdigest()
        kind = TYPES.get(Path(scan.name).suffix.lower(), "application/octet-stream")
        return Inbound(
            native_id=f"scan-{mark}",
            author=Author(channel="letter", address=f"unknown-{mark[:32]}"),
            text="",
            sent_at=received_at,
            files=(InboundFile(name=scan.name[:120], media_type=kind, data=scan.data),),
        )

    def normalise(self, address: str) -> str:
        return normal_address(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return FolderWire(inbox)


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
