"""WhatsApp, by Meta's Cloud API: private messages to and from one business number."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Check,
    Field,
    HookAnswer,
    HookRequest,
    InboxInfo,
    LengthRule,
    Memory,
    RateLimit,
    RawItem,
    Rule,
    Sending,
    Template,
    Translation,
    Window,
    Wire,
)
from fairline.channels.meta import hooks, subscribing, translate, windows
from fairline.channels.meta.account import API_FIELDS, APP_FIELDS, Account, account_of
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.templates import Shelf, list_with
from fairline.channels.meta.whatsapp_news import address_of
from fairline.channels.meta.whatsapp_wire import WhatsAppWire

LABEL = "WhatsApp"
OBJECT = "whatsapp_business_account"
NEWS = ("account_update", "message_template_status_update", "messages", "smb_message_echoes",
        "user_preferences")  # fmt: skip
PAGE_WAITS_S = 5.0


class WhatsAppChannel:
    """The address of an identity is a number in E.164, or Meta's id for one who hides it; the
    inbox's own is its number.
    """

    kind = "whatsapp"
    label = LABEL
    capabilities = Capabilities(
        public=False,
        private=True,
        pushes=True,
        proves=True,
        threads=True,
        edits=True,
        deletes=True,
        length=LengthRule(most=4096),
        max_file_bytes=104_857_600,
        window=Window(hours=24, after="template"),
        rates=(
            RateLimit(what="messages", most=80, per_s=1.0),
            RateLimit(what="messages to one customer", most=1, per_s=6.0),
        ),
    )
    fields: tuple[Field, ...] = (
        Field(
            name="phone_number_id",
            label="ID of the phone number",
            required=True,
            help="WhatsApp, API setup: below the number. It is not the number itself.",
        ),
        Field(
            name="business_account_id",
            label="ID of the WhatsApp Business Account",
            required=True,
            help="On the same page. Templates and news belong to it.",
        ),
        *APP_FIELDS,
        *API_FIELDS,
    )

    def __init__(self) -> None:
        self._shelf = Shelf()

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        media_url = _account(inbox).root
        return translate.translate(payload, inbox, media_url=media_url, received_at=received_at)

    def normalise(self, address: str) -> str:
        return address_of(address)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return hooks.answer(request, inbox)

    def open(self, inbox: InboxInfo) -> Wire:
        return WhatsAppWire(inbox, _account(inbox), None, self._shelf)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return WhatsAppWire(inbox, _account(inbox), memory, self._shelf)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:  # noqa: ARG002
        return windows.template_rules(sending)

    def templates(self, inbox: InboxInfo) -> tuple[Template, ...]:
        """Raises DeliveryError while Meta does not answer and none are known."""
        account, own = _account(inbox), inbox.options.get("business_account_id", "")

        def listed() -> list[dict[str, Any]]:
            with closing(Graph(account, None, timeout_s=PAGE_WAITS_S)) as graph:
                return list_with(graph, own)()

        return tuple(template.shown() for template in self._shelf.of(account, own, listed))

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        graph = Graph(_account(inbox), None)
        own = inbox.options.get("business_account_id", "")
        return subscribing.connect(graph, inbox, of=OBJECT, node=own, fields=NEWS)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """The account's subscription serves its other numbers too: only a person takes it back."""
        del inbox
        return (Check(name="subscription", ok=True, text="The account's subscription stays."),)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return translate.items_in(path, self.kind)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return translate.describe(payload, self.kind)


def _account(inbox: InboxInfo) -> Account:
    return account_of(inbox, LABEL, inbox.options.get("phone_number_id", ""))
