"""An inbox of anybody's own: signed JSON in, signed JSON out, in twenty lines of their code.

In: `POST /hooks/<inbox id>`. Out: a POST to an address of theirs. Both are signed as Standard
Webhooks are. docs/guides/channel-custom.md has the shapes, examples/custom_inbox.py the lines.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels import signed_json
from fairline.channels.contract import (
    Capabilities,
    Channel,
    Feedable,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    RawItem,
    Translation,
    Wire,
)
from fairline.channels.custom.translate import native_id_of, translated
from fairline.channels.custom.wire import CustomWire
from fairline.channels.told import described


class CustomChannel:
    """The address of an identity is whatever id the other side gives its people."""

    kind = "custom"
    label = "Your own"
    capabilities = Capabilities(
        public=True,
        private=True,
        pushes=True,
        deduplicates=True,
        threads=True,
        edits=True,
        deletes=True,
        proves=True,
    )
    fields: tuple[Field, ...] = (
        signed_json.SECRET,
        Field(
            name="reply_url",
            label="Where answers go",
            required=True,
            help="We POST each answer there as signed JSON. A webhook-id seen before is a repeat.",
        ),
    )

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """One thing that was said, or news of one. Raises NotAllowed, Invalid."""
        return signed_json.heard(request, inbox, native_id_of)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translated(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return signed_json.normal_address(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return CustomWire(inbox)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return signed_json.items_in(path, native_id_of)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return described(payload)


def _check(channel: Channel, hooked: Hooked, feedable: Feedable) -> None:
    """A static check that the class keeps the contracts."""


_check(CustomChannel(), CustomChannel(), CustomChannel())
