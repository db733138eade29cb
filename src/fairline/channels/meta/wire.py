"""What every wire of Meta's has: no polling, files fetched from Meta, names looked up once."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from fairline.channels.contract import (
    Check,
    DeliveryError,
    InboxInfo,
    Memory,
    Outbound,
    OutboundFile,
    RawItem,
    Sent,
)
from fairline.channels.meta.account import Account
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.messaging import OURS
from fairline.channels.meta.reading import as_json, name
from fairline.channels.outside import Outside
from fairline.core.clock import now

MOST_FILE_BYTES = 104_857_600
NAMES_KEPT = timedelta(days=30)
KINDS_OF_FILE = ("image", "video", "audio")


class MetaWire:
    """The shared half of a wire. What is new is pushed, so nothing is ever fetched here."""

    def __init__(self, inbox: InboxInfo, account: Account, memory: Memory | None) -> None:
        self.inbox = inbox
        self.account = account
        self.memory = memory
        self.graph = Graph(account, memory)
        self._gone = threading.Event()

    @property
    def news_node(self) -> str:
        """What is subscribed to news."""
        return self.account.node

    def freshen(self) -> None:
        """Before each use: a token that has to be renewed is."""

    def verify(self) -> tuple[Check, ...]:
        self.freshen()
        checks = [self._look_at_account(), self.graph.look_at_token()]
        if checks[0].ok:
            checks.append(self._look_at_hook())
        return tuple(checks)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:
        self._gone.wait(timeout_s)
        return False

    def close(self) -> None:
        self._gone.set()
        self.graph.close()

    def download(self, url: str) -> tuple[bytes, str]:
        """A file by the address in the message: it opens without a token, for some days."""
        parts = urlsplit(self.account.api_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        outside = Outside((f"{parts.hostname or ''}:{port}",))
        fetched = outside.get(url, most_bytes=MOST_FILE_BYTES, timeout_s=60.0)
        if fetched.status >= 300:
            raise DeliveryError(
                f"{self.account.label} does not show the file any more ({fetched.status}).",
                permanent=fetched.status in {400, 401, 403, 404, 410},
                provider_code=str(fetched.status),
            )
        return fetched.body, fetched.media_type

    def name_of(self, address: str) -> str:
        """What people see of a person, looked up once; '' where Meta does not say."""
        known = self.memory.get(f"name:{address}") if self.memory else ""
        if known:
            return known.removeprefix("-")
        self.freshen()
        fields = "name,username" if self.inbox.kind == "instagram" else "name"
        try:
            profile = self.graph.get(f"/{address}", fields=fields)
        except DeliveryError as error:
            if not error.permanent:
                raise
            profile = {}
        called, handle = name(profile, "name"), name(profile, "username")
        if handle:
            called = f"{called} (@{handle})" if called else f"@{handle}"
        if self.memory:
            # A dash stands for: asked, and not told.
            self.memory.put(f"name:{address}", called or "-", expires_at=now() + NAMES_KEPT)
        return called

    def _look_at_account(self) -> Check:
        try:
            told = self.graph.get(f"/{self.account.node}", fields="id,name")
        except DeliveryError as error:
            return Check(name="account", ok=False, text=error.text)
        return Check(
            name="account", ok=True, text=f"{name(told, 'name') or 'The account'} answers."
        )

    def _look_at_hook(self) -> Check:
        """Whether the account sends its news to the app."""
        try:
            apps = self.graph.pages(f"/{self.news_node}/subscribed_apps")
        except DeliveryError as error:
            return Check(name="webhook", ok=False, text=error.text)
        ids = {name(app, "id") or name(app, "whatsapp_business_api_data", "id") for app in apps}
        if self.account.app_id in ids:
            return Check(name="webhook", ok=True, text="Its news goes to the app.")
        text = "Its news does not go to the app yet. Save the inbox, and it is asked to."
        return Check(name="webhook", ok=False, text=text)


def send_private(
    wire: MetaWire,
    recipient: dict[str, str],
    outbound: Outbound,
    *,
    handing_over: Callable[[], None],
    tag: str = "",
    platform: str = "",
) -> Sent:
    """A private message with the Send API: first the words, then each file by itself. Files are
    brought over before the point of no return; one that is refused after it is told in the receipt.
    """
    words = "\n\n".join(part for part in (outbound.text, outbound.link) if part)
    attached = [(file, _upload(wire, file, platform)) for file in outbound.files]
    messages: list[tuple[str, dict[str, object]]] = []
    if words:
        mark = {} if platform else {"metadata": f"{OURS}{outbound.key}"}
        messages.append(("", {"text": words, **mark}))
    for file, own in attached:
        payload = {"type": kind_of(file), "payload": {"attachment_id": own}}
        messages.append((file.name, {"attachment": payload}))
    if not messages:
        raise DeliveryError("There is nothing to send.", permanent=True)
    how = {"messaging_type": "MESSAGE_TAG", "tag": tag} if tag else {"messaging_type": "RESPONSE"}
    handing_over()
    ids: list[str] = []
    refused: list[tuple[str, str]] = []
    for number, (file_name, message) in enumerate(messages):
        body = {"recipient": recipient, **how, "message": message}
        try:
            answer = wire.graph.post(f"/{wire.account.node}/messages", json=body, risky=True)
        except DeliveryError as error:
            if number == 0:
                raise
            refused.append((file_name, error.text))
            continue
        ids.append(name(answer, "message_id"))
    return Sent(native_id=ids[0], others=tuple(ids[1:]), refused=tuple(refused))


def _upload(wire: MetaWire, file: OutboundFile, platform: str) -> str:
    attachment = {"attachment": {"type": kind_of(file), "payload": {"is_reusable": True}}}
    form = {"message": as_json(attachment).decode(), **({"platform": platform} if platform else {})}
    answer = wire.graph.post(
        f"/{wire.account.node}/message_attachments",
        form=form,
        files={"filedata": (file.name, file.data, file.media_type)},
    )
    own = name(answer, "attachment_id")
    if not own:
        raise DeliveryError(f"{wire.account.label} did not keep {file.name}.", permanent=False)
    return own


def kind_of(file: OutboundFile) -> str:
    """What Meta calls a file of that media type."""
    kind = file.media_type.partition("/")[0]
    return kind if kind in KINDS_OF_FILE else "file"
