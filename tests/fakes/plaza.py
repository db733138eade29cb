"""Plaza: a public network on loopback, and the channel that serves it.

People post in public and write to an account in private; a post with a link would cost extra, so the
channel says that it takes none. `Plaza` is the provider (a real HTTP server), `PlazaChannel` what an
install registers: translate and wire, as a package of its own would bring them.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from fairline.cases.inbound import Author, Inbound
from fairline.channels.contract import (
    Capabilities,
    Check,
    Field,
    InboxInfo,
    Outbound,
    RawItem,
    Sent,
    Translation,
    Wire,
)
from fairline.core.errors import DeliveryError, Invalid
from fairline.core.lengths import LengthRule

LIMIT = 500


@dataclass
class Said:
    """One thing on the network: a public post, or a private message (`to` is its reader)."""

    id: str
    by: str
    text: str
    to: str = ""
    under: str = ""


@dataclass
class Plaza:
    """The network. `refuses` answers a hand-over with that status instead of taking it."""

    account: str = "acme"
    posts: list[Said] = field(default_factory=list)
    messages: list[Said] = field(default_factory=list)
    waiting: list[Said] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)
    _news: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        assert self._server
        return self._server.server_port

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    def post(self, by: str, text: str, *, under: str = "") -> Said:
        """Somebody says something in public to the account."""
        return self._say(Said(id=f"p{len(self.waiting) + 1}", by=by, text=text, under=under))

    def write(self, by: str, text: str) -> Said:
        """Somebody writes to the account in private."""
        return self._say(Said(id=f"m{len(self.waiting) + 1}", by=by, text=text, to=self.account))

    def _say(self, said: Said) -> Said:
        self.waiting.append(said)
        self._news.set()
        return said

    def read_by(self, who: str) -> list[str]:
        """The private messages that somebody got."""
        return [said.text for said in self.messages if said.to == who]


def _handler(plaza: Plaza) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            since = int(self.path.partition("since=")[2] or 0)
            self._answer(200, [vars(said) for said in plaza.waiting[since:]])

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            kind = self.path.strip("/")
            if status := plaza.refuses.get(kind):
                self._answer(status, {"error": "refused"})
                return
            taken = plaza.posts if kind == "posts" else plaza.messages
            said = Said(id=body["key"], by=plaza.account, text=body["text"], to=body.get("to", ""))
            if all(one.id != said.id for one in taken):
                taken.append(said)
            self._answer(201, {"id": said.id})

        def _answer(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


class PlazaWire:
    """All talk with the network."""

    def __init__(self, inbox: InboxInfo) -> None:
        self.port = int(inbox.options["port"])
        self._gone = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        try:
            self._ask("GET", "/timeline?since=0")
        except DeliveryError as error:
            return (Check(name="plaza", ok=False, text=error.text),)
        return (Check(name="plaza", ok=True, text="Plaza answers."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        start = int(cursor or 0)
        for number, said in enumerate(self._ask("GET", f"/timeline?since={start}")[:limit]):
            payload = json.dumps(said).encode()
            yield RawItem(native_id=said["id"], payload=payload, cursor=str(start + number + 1))

    def wait(self, timeout_s: float) -> bool:
        return self._gone.wait(min(timeout_s, 0.05))

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if len(outbound.text) > LIMIT:
            raise DeliveryError("That is too long for Plaza.", permanent=True)
        body = {"key": outbound.key, "text": outbound.text}
        if not outbound.is_public:
            body["to"] = outbound.recipient
        handing_over()
        taken = self._ask("POST", "/posts" if outbound.is_public else "/messages", body)
        return Sent(native_id=taken["id"])

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            data = json.dumps(body) if body is not None else None
            connection.request(method, path, data, {"content-type": "application/json"})
            answer = connection.getresponse()
            read = answer.read()
        except OSError as error:
            raise DeliveryError("Plaza does not answer.", permanent=False) from error
        finally:
            connection.close()
        if answer.status >= 400:
            code = str(answer.status)
            raise DeliveryError(
                "Plaza refused it.", permanent=answer.status < 500, provider_code=code
            )
        return json.loads(read)

    def close(self) -> None:
        self._gone.set()


class PlazaChannel:
    """What is said in public is a public case; a private message joins or opens a private one."""

    kind = "plaza"
    label = "Plaza"
    fields: tuple[Field, ...] = (Field(name="port", label="Port", required=True),)

    def __init__(self, *, takes_links: bool = False, private: bool = True) -> None:
        self.capabilities = Capabilities(
            public=True,
            private=private,
            files=False,
            polls=True,
            deduplicates=True,
            takes_links=takes_links,
            length=LengthRule(counts="graphemes", most=LIMIT),
        )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        try:
            said = json.loads(payload)
            return Inbound(
                native_id=said["id"],
                author=Author(channel="plaza", address=said["by"], name=said["by"], verified=True),
                text=said["text"],
                is_public=not said["to"],
                in_reply_to=(said["under"],) if said["under"] else (),
                permalink=f"https://plaza.example/{said['by']}/{said['id']}",
            )
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid("That is nothing Plaza sends.", code="bad_payload") from error

    def normalise(self, address: str) -> str:
        return address.strip().lstrip("@").lower()

    def open(self, inbox: InboxInfo) -> Wire:
        return PlazaWire(inbox)
