"""What every made-up provider is built on: calls in, answers out, faults on order, pushes.

A `Network` is one provider. `Host` serves several on one loopback port, each below its name. What
a network pushes is kept in order; a test takes it by hand (to send it late, twice or forged), the
demo lets `Host` post it to where the network was told to.
"""

import json
import threading
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

MOST_BODY = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request as it came. `path` begins behind the network's name; header names are lower."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    # Every parameter of the query: some are given several times.
    params: tuple[tuple[str, str], ...] = ()

    def json(self) -> Any:
        return json.loads(self.body or b"null")

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered: JSON of `data`, or `body` as it is, or a `stream` that stays open."""

    status: int = 200
    data: Any = None
    body: bytes | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong on order: the next call whose method and path begin so."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    method: str = ""
    path: str = ""
    drops: bool = False  # the connection breaks after the call was taken


@dataclass(frozen=True, kw_only=True)
class Push:
    """One webhook request that a network sends."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One thing as a person on the network sees it."""

    id: str
    by: str
    text: str
    is_public: bool
    under: str = ""
    files: tuple[str, ...] = ()


class Network(ABC):
    """One provider. Subclasses answer calls, and know what people say and see."""

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    says_public: ClassVar[bool] = True
    says_private: ClassVar[bool] = True
    root: ClassVar[tuple[str, ...]] = ()  # paths at the host's root that it answers

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.news = threading.Condition(self.lock)
        self.calls: list[Call] = []
        self.faults: deque[Fault] = deque()
        self.pushes: deque[Push] = deque()
        self.url = ""  # where we are served
        self.hook_url = ""  # where our pushes go

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """Answer one call, with the lock held."""

    @abstractmethod
    def options(self) -> dict[str, str]:
        """The values of an inbox's fields that connect it with this network."""

    @abstractmethod
    def address(self) -> str:
        """The address of the company's account here, in the channel's form."""

    @abstractmethod
    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """Somebody says something to the company. Returns the native id."""

    def edit(self, native_id: str, text: str, /) -> str | None:
        """Its author changes what they said, where the network lets them."""
        raise LookupError(f"nothing can be changed there: {native_id}, {text}")

    def remove(self, native_id: str, /) -> None:
        """Its author takes it back, where the network lets them."""
        raise LookupError(f"nothing can be taken back there: {native_id}")

    @abstractmethod
    def shown(self, person: str) -> list[Shown]:
        """What this person sees of the talk with the company, oldest first."""

    def opened(self) -> None:  # noqa: B027  most have nothing besides
        """The host serves us now: begin what is served besides (a stream of its own)."""

    def closed(self) -> None:  # noqa: B027
        """The host has ended: end that too."""

    def push(self, push: Push) -> None:
        """Keep a webhook request to be sent."""
        with self.news:
            self.pushes.append(push)
            self.news.notify_all()

    def take_pushes(self) -> list[Push]:
        """All that is to be pushed, out of the queue."""
        with self.lock:
            taken = list(self.pushes)
            self.pushes.clear()
            return taken

    def fault_for(self, call: Call) -> Fault | None:
        """The first fault on order that means this call, out of the queue."""
        for fault in self.faults:
            if call.method.startswith(fault.method) and call.path.startswith(fault.path):
                self.faults.remove(fault)
                return fault
        return None


class Host:
    """Serves networks at `http://127.0.0.1:<port>/<name>`. With `delivers` it posts their pushes
    itself, each until it was taken (three times at most).
    """

    def __init__(self, *networks: Network, port: int = 0, delivers: bool = False) -> None:
        self.networks = {network.name: network for network in networks}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.networks))
        self._server.daemon_threads = True
        self._stop = threading.Event()
        self._delivers = delivers
        for network in networks:
            network.url = f"http://127.0.0.1:{self.port}/{network.name}"

    @property
    def port(self) -> int:
        return self._server.server_port

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        for network in self.networks.values():
            network.opened()
        if self._delivers:
            for network in self.networks.values():
                threading.Thread(target=self._deliver, args=(network,), daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        for network in self.networks.values():
            with network.news:
                network.news.notify_all()
            network.closed()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _deliver(self, network: Network) -> None:
        while not self._stop.is_set():
            with network.news:
                network.news.wait_for(lambda: network.pushes or self._stop.is_set())
                push = network.pushes.popleft() if network.pushes else None
            for _ in range(3):
                if push is None or post(push) < 300 or self._stop.wait(1.0):
                    break


def post(push: Push) -> int:
    """Send one push. Returns the status, 599 when nobody answers."""
    request = urllib.request.Request(  # noqa: S310  an address that the demo or a test gave
        push.url, data=push.body, headers=dict(push.headers), method=push.method
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 599


def path_of(path: str) -> str:
    """The path of a request without its query."""
    return path.partition("?")[0]


def _handler(networks: Mapping[str, Network]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _take(self) -> None:
            name, _, rest = self.path.lstrip("/").partition("/")
            name, _, query = name.partition("?")
            parts = urlsplit("/" + rest if not query else f"/?{query}")
            size = min(int(self.headers.get("content-length") or 0), MOST_BODY)
            call = Call(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={key.lower(): value for key, value in self.headers.items()},
                body=self.rfile.read(size),
                params=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            )
            network = networks.get(name)
            if network is None:
                # An address that its standard puts at the root of a host.
                at_root = (one for one in networks.values() if path_of(self.path) in one.root)
                if network := next(at_root, None):
                    call = replace(call, path=path_of(self.path))
            if network is None:
                self._send(Reply(status=404, data={"error": "there is no such network"}))
                return
            with network.lock:
                network.calls.append(call)
                fault = network.fault_for(call)
                reply = (
                    Reply(status=fault.status, data=fault.data, headers=fault.headers)
                    if fault and not fault.drops
                    else network.answer(call)  # a dropped call was taken all the same
                )
            if fault and fault.drops:
                self.close_connection = True
                return
            self._send(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _take  # noqa: N815

        def _send(self, reply: Reply) -> None:
            body = reply.body if reply.body is not None else json.dumps(reply.data).encode()
            self.send_response(reply.status)
            self.send_header("content-type", reply.media_type)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.stream is None:
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.close_connection = True
            self.send_header("connection", "close")
            self.end_headers()
            try:
                for piece in reply.stream:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
