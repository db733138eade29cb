"""The example switchboard between Fairline's own client of it and a made-up Asterisk."""

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from websockets.sync.server import serve as serve_events

from fairline.channels.phone.bridge import Bridge
from fairline.channels.voice import News, Order
from fairline.core.errors import DeliveryError
from tests.fakes.switchboard import KEY, SECRET

_SPEC = importlib.util.spec_from_file_location(
    "asterisk_switchboard", Path(__file__).parents[1] / "switchboard.py"
)
assert _SPEC
assert _SPEC.loader
script: Any = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = script
_SPEC.loader.exec_module(script)

AGENT, CUSTOMER = "+4930901800", "+4930901820"


class MadeUpAsterisk:
    """ARI as it is documented: channels and bridges by the id that was asked for, 404 and 409,
    basic authentication, and events on a websocket for one application.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.channels: dict[str, dict[str, str]] = {}
        self.bridges: dict[str, list[str]] = {}
        self.is_down = False
        self.events: Any = None
        self.is_followed = threading.Event()
        self.went_on = threading.Event()
        asterisk = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                parts = urlsplit(self.path)
                asked = dict(parse_qsl(parts.query))
                asterisk.asked.append((self.command, parts.path, asked))
                is_known = self.headers["Authorization"] == "Basic dXNlcjpwYXNz"
                status = asterisk.answer(self.command, parts.path, asked) if is_known else 401
                self.send_response(503 if asterisk.is_down else status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_DELETE = _take  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.sockets = serve_events(self._follow, "127.0.0.1", 0)

    def answer(self, method: str, path: str, asked: dict[str, str]) -> int:
        parts = path.removeprefix("/ari/").split("/")
        kind, rest = parts[0], parts[1:]
        if kind == "channels" and not rest:
            if not asked.get("endpoint", "").startswith("PJSIP/"):
                return 400
            if asked["channelId"] in self.channels:
                return 409
            self.channels[asked["channelId"]] = asked
            return 200
        if kind == "bridges" and not rest:
            self.bridges.setdefault(asked["bridgeId"], [])
            return 200
        known = self.channels if kind == "channels" else self.bridges
        if rest[0] not in known:
            return 404
        if method == "DELETE":
            known.pop(rest[0])  # type: ignore[attr-defined]
        elif rest[1:] == ["continue"]:
            self.went_on.set()
        elif rest[1:] == ["addChannel"]:
            if asked["channel"] not in self.channels:
                return 400
            self.bridges[rest[0]].append(asked["channel"])
        return 204

    def _follow(self, line: Any) -> None:
        asked = dict(parse_qsl(urlsplit(line.request.path).query))
        if asked == {"app": "fairline", "api_key": "user:pass"}:
            self.events = line
            self.is_followed.set()
            _until_closed(line)

    def tell(self, kind: str, channel: str, **more: Any) -> None:
        self.events.send(json.dumps({"type": kind, "channel": {"id": channel}, **more}))


def _until_closed(line: Any) -> None:
    for _ in line:
        pass


class Told:
    """Where Fairline would be told; each piece of news is verified as Fairline does."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self.more = threading.Condition()
        told = self
        bridge = Bridge("http://127.0.0.1:9", KEY, SECRET)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with told.more:
                    told.news.append(bridge.read(headers, body))
                    told.more.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.bridge = bridge
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def wait_for(self, count: int) -> list[News]:
        with self.more:
            assert self.more.wait_for(lambda: len(self.news) >= count, timeout=10)
            return list(self.news)


@pytest.fixture
def asterisk() -> Iterator[MadeUpAsterisk]:
    made = MadeUpAsterisk()
    threading.Thread(target=made.http.serve_forever, args=(0.02,), daemon=True).start()
    threading.Thread(target=made.sockets.serve_forever, daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    made.sockets.shutdown()


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    threading.Thread(target=told.http.serve_forever, args=(0.02,), daemon=True).start()
    yield told
    told.http.shutdown()
    told.http.server_close()
    told.bridge.close()


@pytest.fixture
def bridge(asterisk: MadeUpAsterisk, told: Told) -> Iterator[Bridge]:
    """Fairline's own client, with the example behind it."""
    port = asterisk.sockets.socket.getsockname()[1]
    settings = script.Settings(
        ari_url=f"http://127.0.0.1:{asterisk.http.server_port}",
        ari_user="user",
        ari_password="pass",  # noqa: S106  of a made-up exchange
        fairline_url=f"http://127.0.0.1:{told.http.server_port}/voice/i",
        key=KEY,
        secret=SECRET,
        trunk="trunk",
        caller_id="+49309000",
        events_url=f"ws://127.0.0.1:{port}/ari/events",
        port=0,
    )
    board = script.Switchboard(settings)
    stop = threading.Event()
    following = threading.Thread(target=board.follow, args=(stop,), daemon=True)
    following.start()
    server = script.serve(board)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    assert asterisk.is_followed.wait(10)
    client = Bridge(f"http://127.0.0.1:{server.server_port}", KEY, SECRET)
    yield client
    client.close()
    stop.set()
    following.join(5)
    server.shutdown()
    server.server_close()


def place(bridge: Bridge, *, extension: str = "") -> str:
    return bridge.call(Order(key="try-1", agent=AGENT, customer=CUSTOMER, extension=extension))


def test_the_agent_presses_a_key_and_both_are_joined(
    bridge: Bridge, asterisk: MadeUpAsterisk, told: Told
) -> None:
    call = place(bridge, extension="42")
    assert place(bridge, extension="42") == call  # asked twice, rung once
    assert list(asterisk.channels) == [f"agent-{call}"]
    assert asterisk.channels[f"agent-{call}"]["endpoint"] == f"PJSIP/{AGENT}@trunk"

    asterisk.tell("StasisStart", f"agent-{call}", args=["agent", call])
    asterisk.tell("ChannelDtmfReceived", f"agent-{call}", digit="1")
    asterisk.tell("ChannelDtmfReceived", f"agent-{call}", digit="1")
    assert told.wait_for(1)[0].state == "ringing"
    asterisk.tell("StasisStart", f"customer-{call}", args=["customer", call])
    assert told.wait_for(2)[1].state == "answered"
    assert asterisk.bridges == {f"bridge-{call}": [f"agent-{call}", f"customer-{call}"]}
    dialled = [asked for _, path, asked in asterisk.asked if path.endswith("/dtmf")]
    assert [one["dtmf"] for one in dialled] == ["42"]

    asterisk.tell("ChannelDestroyed", f"customer-{call}", cause=16)
    ended = told.wait_for(3)[2]
    assert (ended.state, ended.provider_id, ended.seconds) == ("ended", call, 0)
    assert (asterisk.bridges, asterisk.channels) == ({}, {})


@pytest.mark.parametrize(("cause", "state"), [(17, "busy"), (19, "no_answer"), (1, "failed")])
def test_what_became_of_the_customers_call_is_told(
    bridge: Bridge, asterisk: MadeUpAsterisk, told: Told, cause: int, state: str
) -> None:
    call = place(bridge)
    asterisk.tell("ChannelDtmfReceived", f"agent-{call}", digit="5")
    told.wait_for(1)
    asterisk.tell("ChannelDestroyed", f"customer-{call}", cause=cause)
    assert told.wait_for(2)[1].state == state


def test_a_mailbox_that_picks_up_is_never_joined(
    bridge: Bridge, asterisk: MadeUpAsterisk, told: Told
) -> None:
    call = place(bridge)
    asterisk.tell("StasisStart", f"agent-{call}", args=["agent", call])
    asterisk.tell("ChannelDestroyed", f"agent-{call}", cause=16)
    assert [one.state for one in told.wait_for(1)] == ["failed"]
    assert not any(asked.get("appArgs", "").startswith("customer") for *_, asked in asterisk.asked)


def test_a_call_that_comes_in_is_told_and_goes_on_in_the_dialplan(
    bridge: Bridge,  # noqa: ARG001  it runs
    asterisk: MadeUpAsterisk,
    told: Told,
) -> None:
    asterisk.channels["1700.1"] = {}
    caller = {"id": "1700.1", "caller": {"number": CUSTOMER, "name": "Cleo"}}
    asterisk.events.send(
        json.dumps({"type": "StasisStart", "args": ["incoming"], "channel": caller})
    )
    (news,) = told.wait_for(1)
    assert (news.kind, news.number) == ("incoming", CUSTOMER)
    assert asterisk.went_on.wait(5)


def test_without_asterisk_or_with_another_key_nothing_is_placed(
    bridge: Bridge, asterisk: MadeUpAsterisk
) -> None:
    asterisk.is_down = True
    with pytest.raises(DeliveryError) as away:
        place(bridge)
    assert not away.value.permanent
    asterisk.is_down = False
    assert place(bridge)
    stranger = Bridge(bridge._url, "another key", SECRET)  # noqa: SLF001
    with pytest.raises(DeliveryError) as refused:
        place(stranger)
    assert refused.value.provider_code == "401"
    stranger.close()
