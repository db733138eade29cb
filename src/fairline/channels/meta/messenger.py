"""Messenger: private messages between people and a Facebook page."""

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
    Invalid,
    LengthRule,
    Memory,
    Outbound,
    Own,
    RawItem,
    Rule,
    Sending,
    Sent,
    Translation,
    Window,
    Wire,
)
from fairline.channels.meta import hooks, settling, subscribing, translate, windows
from fairline.channels.meta.account import (
    API_FIELDS,
    APP_FIELDS,
    HUMAN_AGENT,
    account_of,
    is_on,
)
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.reading import MOST_ID
from fairline.channels.meta.wire import MetaWire, send_private
from fairline.core.clock import now
from fairline.db.unit import Unit

LABEL = "Messenger"
NEWS = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "standby",
)


def id_in(address: str, what: str) -> str:
    """An id of Meta's: digits, mostly. Raises Invalid."""
    plain = address.strip()
    if not plain or len(plain) > MOST_ID or any(c.isspace() or c in "/?#%\\" for c in plain):
        raise Invalid(f"That is no id of {what}.", code="bad_address", field="address")
    return plain


def tag_for(outbound: Outbound, label: str, *, human_agent: bool) -> str:
    """How a private answer is sent at this time. Raises DeliveryError when it is too late."""
    heard_at, at = outbound.heard_at, now()
    if heard_at is None or windows.is_open(heard_at, at, windows.DAY):
        return ""
    if human_agent and not outbound.notice and windows.is_open(heard_at, at, windows.WEEK):
        return "HUMAN_AGENT"
    raise DeliveryError(
        f"{label}: the time to answer is over there. Choose another way to reach the customer.",
        permanent=True,
        provider_code="window_closed",
    )


class MessengerWire(MetaWire):
    """Answers with the Send API."""

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if outbound.is_public:
            raise DeliveryError("Nothing is public on Messenger.", permanent=True)
        human = is_on(self.inbox, "human_agent")
        tag = tag_for(outbound, LABEL, human_agent=human)
        recipient = {"id": outbound.recipient}
        return send_private(self, recipient, outbound, handing_over=handing_over, tag=tag)


class MessengerChannel:
    """The address of an identity is a page-scoped id; the inbox's own is the id of the page."""

    kind = "messenger"
    label = LABEL
    capabilities = Capabilities(
        public=False,
        private=True,
        pushes=True,
        proves=True,
        names=True,
        threads=True,
        edits=True,
        deletes=False,
        length=LengthRule(most=2000),
        max_file_bytes=26_214_400,
        window=Window(hours=24),
    )
    fields: tuple[Field, ...] = (*APP_FIELDS, HUMAN_AGENT, *API_FIELDS)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translate.translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return id_in(address, "a page or a person")

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return hooks.answer(request, inbox)

    def open(self, inbox: InboxInfo) -> Wire:
        return MessengerWire(inbox, account_of(inbox, LABEL, inbox.address), None)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return MessengerWire(inbox, account_of(inbox, LABEL, inbox.address), memory)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        human = is_on(inbox, "human_agent")
        return windows.message_rules(sending, LABEL, human_agent=human)

    def settle(self, unit: Unit, own: Own, inbox: InboxInfo) -> None:
        settling.settle(unit, own, inbox)

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
