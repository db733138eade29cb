"""Facebook: what people post on a page and comment below its posts, and private replies to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Check,
    DeliveryError,
    Field,
    HookAnswer,
    HookRequest,
    InboxInfo,
    LengthRule,
    Memory,
    Outbound,
    RawItem,
    Rule,
    Sending,
    Sent,
    Translation,
    Wire,
)
from fairline.channels.meta import hooks, subscribing, translate, windows
from fairline.channels.meta.account import API_FIELDS, APP_FIELDS, account_of
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.instagram import comment_above, note, private_recipient
from fairline.channels.meta.messenger import id_in
from fairline.channels.meta.reading import name
from fairline.channels.meta.wire import MetaWire, send_private

LABEL = "Facebook"
NEWS = ("feed", "mention")
MOST_PRIVATE = 2000


def whole_id(own: str, above: str, page: str) -> str:
    """A comment's id as webhooks tell it, with its post before it, where the API left that out."""
    before, _, behind = above.partition("_")
    post = behind if before == page else before
    return f"{post}_{own}" if own and post and "_" not in own else own


class FacebookWire(MetaWire):
    """Comments below posts; one private reply to each comment."""

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if outbound.is_public:
            return self._comment(outbound, handing_over)
        if len(outbound.text) > MOST_PRIVATE:
            raise DeliveryError("A private reply holds 2,000 characters.", permanent=True)
        recipient, comment = private_recipient(self, outbound, is_post=self._is_post)
        sent = send_private(self, recipient, outbound, handing_over=handing_over)
        note(self, "replied", comment)
        note(self, "ours", sent.native_id)
        return sent

    def _is_post(self, native_id: str) -> bool:
        """A post's id begins with the page's, a comment's with the post's."""
        return native_id.startswith(f"{self.inbox.address}_")

    def _comment(self, outbound: Outbound, handing_over: Callable[[], None]) -> Sent:
        above = comment_above(outbound)
        pictures = [file for file in outbound.files if file.media_type.startswith("image/")]
        files = None
        if pictures:
            first = pictures[0]
            files = {"source": (first.name, first.data, first.media_type)}
        left = [file.name for file in outbound.files if file not in pictures[:1]]
        handing_over()
        form = {"message": outbound.text}
        answer = self.graph.post(f"/{above}/comments", form=form, files=files, risky=True)
        why = "a comment holds one picture and no other file"
        native_id = whole_id(name(answer, "id"), above, self.inbox.address)
        note(self, "ours", native_id)
        return Sent(native_id=native_id, refused=tuple((one, why) for one in left))


class FacebookChannel:
    """The address of an identity is a page-scoped id; the inbox's own is the id of the page."""

    kind = "facebook"
    label = "Facebook page"
    capabilities = Capabilities(
        public=True,
        private=True,
        pushes=True,
        proves=True,
        threads=True,
        edits=True,
        deletes=True,
        length=LengthRule(most=8000),
        private_length=LengthRule(most=MOST_PRIVATE),
        max_file_bytes=10_485_760,
        media=("image/*",),
        most_files=1,
    )
    fields: tuple[Field, ...] = (*APP_FIELDS, *API_FIELDS)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translate.translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return id_in(address, "a page or a person")

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return hooks.answer(request, inbox)

    def open(self, inbox: InboxInfo) -> Wire:
        return FacebookWire(inbox, account_of(inbox, LABEL, inbox.address), None)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return FacebookWire(inbox, account_of(inbox, LABEL, inbox.address), memory)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:  # noqa: ARG002
        if sending.is_public:
            return ()
        if sending.heard_at is None:
            return (windows.stranger(LABEL),)
        if not windows.is_open(sending.heard_at, sending.at, windows.WEEK):
            text = "Facebook takes a private reply to a comment for seven days. They are over."
            return (Rule(code="window_closed", text=text, blocks=True),)
        if len(sending.text) > MOST_PRIVATE:
            text = "A private reply on Facebook holds 2,000 characters."
            return (Rule(code="too_long", text=text, blocks=True),)
        text = "Facebook takes one private reply to each comment, for seven days."
        return (Rule(code="private_reply", text=text),)

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        graph = Graph(account_of(inbox, LABEL, inbox.address), None)
        return subscribing.connect(graph, inbox, of="page", node=inbox.address, fields=NEWS)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        graph = Graph(account_of(inbox, LABEL, inbox.address), None)
        return subscribing.disconnect(graph, of="page", node=inbox.address, fields=NEWS)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return translate.items_in(path, self.kind)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return translate.describe(payload, self.kind)
