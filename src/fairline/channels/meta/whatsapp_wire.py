"""What WhatsApp is sent and asked: messages, templates and files by the Cloud API.

Source: "Messages", "Media", "Supported media types" of the WhatsApp Business Platform.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from fairline.channels.contract import (
    Check,
    DeliveryError,
    InboxInfo,
    Memory,
    Outbound,
    OutboundFile,
    Sent,
)
from fairline.channels.meta.account import Account
from fairline.channels.meta.reading import name, rows
from fairline.channels.meta.templates import Shelf, list_with
from fairline.channels.meta.whatsapp_news import BSUID, address_of
from fairline.channels.meta.wire import MOST_FILE_BYTES, MetaWire

PICTURES = frozenset({"image/jpeg", "image/png"})
SOUNDS = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
FILMS = frozenset({"video/mp4", "video/3gpp"})
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
