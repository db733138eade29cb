"""Comments on a company's own pages, by API: the site has the box, we have the answers.

In: signed JSON to `/hooks/<inbox id>`, each with the page it stands on. Out: the page reads its
comments and our answers at `/comments/<inbox id>/<page>`; a site that wants to be told gets a
signed POST besides. docs/guides/channel-comments.md has the shapes.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels import signed_json
from fairline.channels.comments import store
from fairline.channels.comments.translate import KIND, Comment, native_id_of, translated
from fairline.channels.comments.wire import CommentsWire
from fairline.channels.contract import (
    Capabilities,
    Channel,
    Feedable,
    Field,
    HookAnswer,
    Hooked,
    HookRequest,
    Inbound,
    InboxInfo,
    Places,
    RawItem,
    Translation,
    Wire,
)
from fairline.channels.told import described
from fairline.db.unit import Unit


class CommentsChannel:
    """The address of an identity is whatever id the site gives its people."""

    kind = KIND
    label = "Comments on your pages"
    capabilities = Capabilities(
        public=True,
        private=False,
        html=True,
        files=False,
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
            name="allowed_origins",
            label="Sites that show the answers",
            kind="origins",
            help="One a line, such as https://www.example.com. Their pages may read the answers "
            "by script; a server needs no leave.",
        ),
        Field(
            name="reply_url",
            label="Where to tell of answers",
            help="Leave it empty where pages read them from us. Else we POST each answer there "
            "as signed JSON. A webhook-id seen before is a repeat.",
        ),
    )

    @property
    def routes(self) -> tuple[Any, ...]:
        from fairline.channels.comments.routes import ROUTES

        return ROUTES

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """One comment, or news of one. Raises NotAllowed, Invalid."""
        return signed_json.heard(request, inbox, native_id_of)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translated(payload, inbox, received_at=received_at)

    def place(self, unit: Unit, inbound: Inbound, inbox_id: str) -> None:
        """Note on which page it stands."""
        if isinstance(inbound, Comment):
            store.put(unit, inbox_id, inbound.page, inbound.native_id)

    def normalise(self, address: str) -> str:
        return signed_json.normal_address(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return CommentsWire(inbox)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return signed_json.items_in(path, native_id_of)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return described(payload)


def _check(channel: Channel, hooked: Hooked, feedable: Feedable, places: Places) -> None:
    """A static check that the class keeps the contracts."""


_check(CommentsChannel(), CommentsChannel(), CommentsChannel(), CommentsChannel())
