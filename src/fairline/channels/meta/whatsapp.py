"""WhatsApp, by Meta's Cloud API: private messages to and from one business number."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    OutboundFile,
    RateLimit,
    RawItem,
    Rule,
    Sending,
    Sent,
    Template,
    Translation,
    Window,
    Wire,
)
from fairline.channels.meta import hooks, subscribing, translate, windows
from fairline.channels.meta.account import API_FIELDS, APP_FIELDS, Account, account_of
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.reading import name, rows
from fairline.channels.meta.templates import Shelf, list_with
from fairline.channels.meta.whatsapp_news import BSUID, address_of
from fairline.channels.meta.wire import MOST_FILE_BYTES, MetaWire

LABEL = "WhatsApp"
OBJECT = "whatsapp_business_account"
NEWS = ("account_update", "message_template_status_update", "messages", "smb_message_echoes",
        "user_preferences")  # fmt: skip
PICTURES = frozenset({"image/jpeg", "image/png"})
SOUNDS = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
FILMS = frozenset({"video/mp4", "video/3gpp"})
PAGE_WAITS_S = 5.0
# Meta's own hosts for files: nobody else is shown the token.
FILE_HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")


class WhatsAppWire(MetaWire):
    """Messages and templates by the number's `messages` edge."""

    def __init__(
        self, inbox: InboxInfo, account: Account, memory: Memory | None, shelf: Shelf
    ) -> None:
        super().__init__(inbox, account, memory)
        self.shelf = shelf

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if outbound.is_public:
            raise DeliveryError("Nothing is public on WhatsApp.", permanent=True)
        bodies = [("", body) for body in self._words(outbound)]
        bodies += [(file.name, self._file(file)) for file in outbound.files]
        if not bodies:
            raise DeliveryError("There is nothing to send.", permanent=True)
        handing_over()
        ids: list[str] = []
        refused: list[tuple[str, str]] = []
        for number, (file_name, body) in enumerate(bodies):
            message = {**self._frame(outbound), **body}
            try:
                answer = self.graph.post(f"/{self.account.node}/messages", json=message, risky=True)
            except DeliveryError as error:
                if number == 0:
                    raise
                refused.append((file_name, error.text))
                continue
            ids.append(name(next(rows(answer, "messages"), {}), "id"))
        if self.memory:
            self.memory.spend("templates" if outbound.template else "messages")
        return Sent(native_id=ids[0], others=tuple(ids[1:]), refused=tuple(refused))

    def download(self, url: str) -> tuple[bytes, str]:
        """Two steps: the id of a file leads to an address that holds for five minutes."""
        prefix = f"{self.account.api_url}/"
        if not url.startswith(prefix):
            raise DeliveryError("That is no file of WhatsApp's.", permanent=True)
        own = url.rpartition("/")[2]
        told = self.graph.get(f"/{own}", phone_number_id=self.account.node)
        address = name(told, "url")
        host = urlsplit(address).hostname or ""
        is_meta = address.startswith("https://") and f".{host}".endswith(FILE_HOSTS)
        if not (is_meta or address.startswith(prefix)):
            raise DeliveryError("WhatsApp names a strange place for a file.", permanent=True)
        data = self.graph.fetch(address, most_bytes=MOST_FILE_BYTES).body
        return data, name(told, "mime_type").partition(";")[0].strip() or "application/octet-stream"

    def _frame(self, outbound: Outbound) -> dict[str, Any]:
        """To whom. Nothing is quoted: each part of a long answer would quote the one before."""
        is_id = BSUID.fullmatch(outbound.recipient) is not None
        whom = {"recipient": outbound.recipient} if is_id else {"to": outbound.recipient}
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **whom,
            "biz_opaque_callback_data": outbound.key,
        }

    def _words(self, outbound: Outbound) -> Iterator[dict[str, Any]]:
        if outbound.template:
            account_id = self.inbox.options.get("business_account_id", "")
            chosen = self.shelf.find(
                self.account, account_id, outbound.template, list_with(self.graph, account_id)
            )
            yield {"type": "template", "template": chosen.filled(outbound.template_values)}
            return
        words = "\n\n".join(part for part in (outbound.text, outbound.link) if part)
        if words:
            yield {"type": "text", "text": {"body": words, "preview_url": False}}

    def _file(self, file: OutboundFile) -> dict[str, Any]:
        """Bring a file over, and how it is shown."""
        kind = kind_of(file.media_type)
        answer = self.graph.post(
            f"/{self.account.node}/media",
            form={"messaging_product": "whatsapp", "type": file.media_type},
            files={"file": (file.name, file.data, file.media_type)},
        )
        shown = {"id": name(answer, "id")}
        if kind == "document":
            shown["filename"] = file.name
        return {"type": kind, kind: shown}

    def _look_at_account(self) -> Check:
        fields = "display_phone_number,verified_name,quality_rating"
        try:
            told = self.graph.get(f"/{self.account.node}", fields=fields)
        except DeliveryError as error:
            return Check(name="account", ok=False, text=error.text)
        number = name(told, "display_phone_number")
        if number and address_of(number) != self.inbox.address:
            text = f"The ID of the number is of {number}, not of {self.inbox.address}."
            return Check(name="account", ok=False, text=text)
        called = name(told, "verified_name") or number
        rating = name(told, "quality_rating").lower()
        more = f" Its quality is rated {rating}." if rating in {"green", "yellow", "red"} else ""
        return Check(name="account", ok=rating != "red", text=f"{called} answers.{more}")

    @property
    def news_node(self) -> str:
        """The account above the number is what is subscribed."""
        return self.inbox.options.get("business_account_id", "")


def kind_of(media_type: str) -> str:
    """What WhatsApp shows a file as. Source: "Supported media types"."""
    plain = media_type.partition(";")[0].strip().lower()
    for kind, known in (("image", PICTURES), ("audio", SOUNDS), ("video", FILMS)):
        if plain in known:
            return kind
    return "document"


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
