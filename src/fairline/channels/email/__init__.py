"""E-mail as a channel: mail in by IMAP or the built-in receiver, mail out by SMTP."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairline.channels.contract import (
    Capabilities,
    Field,
    InboxInfo,
    RawItem,
    Translation,
    Wire,
)
from fairline.channels.email import addresses, fields, options
from fairline.channels.email.wire import EmailWire

if TYPE_CHECKING:
    from fairline.channels.email.trust_dns import Resolver


class EmailChannel:
    """Mail in and out. `resolver` asks DNS about senders whom no trusted server of ours has judged;
    None asks nobody.
    """

    def __init__(self, resolver: "Resolver | None" = None) -> None:
        self.resolver = resolver

    kind = "email"
    label = "E-mail"
    capabilities = Capabilities(
        public=False, private=True, html=True, polls=True, listens=True, threads=True
    )
    fields: tuple[Field, ...] = (*options.FIELDS, *fields.FIELDS)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        from fairline.channels.email.translate import translate

        return translate(payload, inbox, received_at=received_at, resolver=self.resolver)

    def normalise(self, address: str) -> str:
        return addresses.normalise(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return EmailWire(inbox)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.email.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.email.stored import describe

        return describe(payload)
