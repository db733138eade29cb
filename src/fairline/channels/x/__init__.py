"""X as a channel: posts that mention us, and direct messages, by the API v2."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.by_hand import HandWire
from fairline.channels.contract import (
    Capabilities,
    Field,
    InboxInfo,
    Invalid,
    LengthRule,
    RawItem,
    Translation,
    Wire,
)

_ADDRESS = re.compile(r"@?[a-z0-9_]{1,30}", re.IGNORECASE)


class XChannel:
    """The address of an identity is the account's id; an inbox's own is its handle."""

    kind = "x"
    label = "X"
    fields: tuple[Field, ...] = ()
    capabilities = Capabilities(
        public=True,
        private=True,
        takes_links=False,
        length=LengthRule(counts="x", most=280),
        threads=True,
        edits=True,
        deletes=True,
        proves=True,
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
                "Give the handle, as in @acme, or the account's number.",
                code="bad_address",
                field="address",
            )
        return f"@{bare.lstrip('@')}"

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return HandWire("Not connected.")

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.x.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.x.stored import describe

        return describe(payload)
