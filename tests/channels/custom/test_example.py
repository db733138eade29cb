"""The twenty lines of the example speak with our door, both ways."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from fairline.channels.contract import (
    DeliveryError,
    HookRequest,
    Inbound,
    InboxInfo,
    Outbound,
    RawItem,
)
from fairline.channels.custom import CustomChannel
from fairline.channels.custom.wire import CustomWire
from fairline.core.clock import now
from fairline.demo.networks.village import SECRET

EXAMPLE = Path(__file__).parents[3] / "examples/custom_inbox.py"


@pytest.fixture
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("custom_inbox", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def serve() -> Iterator[object]:
    """Serve a handler; gives its address."""
    servers = []

    def start(handler: type[BaseHTTPRequestHandler]) -> str:
        server = HTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def inbox(reply_url: str, secret: str = SECRET) -> InboxInfo:
    return InboxInfo(
        id="i",
        brand_id="b",
        brand_name="Acme",
        kind="custom",
        name="Forum",
        address="forum",
        options={"secret": secret, "reply_url": reply_url},
        public_url="https://help.acme.example",
    )


def test_what_it_asks_is_taken(example: ModuleType, serve: object) -> None:
    channel = CustomChannel()
    heard: list[RawItem] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = HookRequest(method="POST", url="", at=now(), headers=headers, body=body)
            answer = channel.hook(request, inbox("http://x/"))
            heard.extend(pushed.item for pushed in answer.items)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    example.ask(serve(Door), SECRET, "Where is my parcel?")  # type: ignore[operator]

    found = channel.translate(heard[0].payload, inbox("http://x/"), received_at=now())
    assert isinstance(found, Inbound)
    assert found.text == "Where is my parcel?"
    assert found.is_public


def test_it_takes_what_we_answer_and_refuses_a_stranger(
    example: ModuleType,
    serve: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["custom_inbox.py", "", SECRET])
    monkeypatch.setattr(example.Answers, "log_message", lambda *_: None)
    url = serve(example.Answers)  # type: ignore[operator]
    outbound = Outbound(key="k1", native_id="", recipient="cleo", recipient_name="", text="Today.")

    CustomWire(inbox(url)).send(outbound, handing_over=lambda: None)
    stranger = CustomWire(inbox(url, SECRET[:-8] + "AAAAAAA="))
    with pytest.raises(DeliveryError) as caught:
        stranger.send(outbound, handing_over=lambda: None)

    assert "Today." in capsys.readouterr().out
    assert caught.value.provider_code == "token_expired"
