"""An inbox of anybody's own: signed JSON in, signed JSON out, in twenty lines of their code.

In: `POST /hooks/<inbox id>`. Out: a POST to an address of theirs. Both are signed as Standard
Webhooks are. docs/guides/channel-custom.md has the shapes, examples/custom_inbox.py the lines.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Feedable,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Pushed,
    RawItem,
    Translation,
    Wire,
)
from fairline.channels.custom.translate import described, native_id_of, translated
from fairline.channels.custom.wire import CustomWire
from fairline.channels.standard_webhooks import check_signature, secret_of


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
        Field(
            name="secret",
            label="Shared secret",
            kind="password",
            required=True,
            help="It begins with whsec_ and signs both ways. Make one of at least 24 random bytes.",
        ),
        Field(
            name="reply_url",
            label="Where answers go",
            required=True,
            help="We POST each answer there as signed JSON. A webhook-id seen before is a repeat.",
        ),
    )

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """One thing that was said, or news of one. Raises NotAllowed, Invalid."""
        secret = secret_of(inbox.options.get("secret", ""), field="secret")
        if request.method != "POST":
            raise NotAllowed("Send it with POST.", code="bad_signature")
        check_signature(secret, request.headers, request.body, at=request.at)
        item = RawItem(native_id=native_id_of(request.body), payload=request.body)
        return HookAnswer(
            body=b'{"status":"taken"}', media_type="application/json", items=(Pushed(item=item),)
        )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translated(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        address = " ".join(address.replace("\x00", "").split())
        if not address or len(address) > 300:
            raise Invalid("An address here has 1 to 300 characters.", code="bad_address")
        return address

    def open(self, inbox: InboxInfo) -> Wire:
        return CustomWire(inbox)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        """A folder of JSON files, or one file."""
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        for file in files:
            payload = file.read_bytes()
            try:
                native_id = native_id_of(payload)
            except Invalid:
                native_id = file.name
            yield file.name, RawItem(native_id=native_id, payload=payload)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return described(payload)


def _check(channel: Channel, hooked: Hooked, feedable: Feedable) -> None:
    """A static check that the class keeps the contracts."""


_check(CustomChannel(), CustomChannel(), CustomChannel())
