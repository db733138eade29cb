"""A switchboard for Fairline on an Asterisk of your own: our small protocol in, ARI out.

Fairline asks for a call (`POST /calls`). The agent is rung first and presses a key, so that no
mailbox is joined with a customer; then the customer is rung, both are put on one bridge, and
Fairline is told what happens. Calls that come in are told too, and go back to your dialplan.
Run it beside Asterisk: docs/guides/telephone-exchange.md says how. State is in memory: a call that
is under way when this program ends goes on, and nothing more is told of it.

Source: Asterisk REST Interface (channels, bridges, events); Standard Webhooks 1.0.
"""

import base64
import hashlib
import hmac
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

APP = "fairline"
RING_S = 30
TRIES_AFTER_S = (0, 2, 10, 60)
# Q.850 causes: 17 busy; 18, 19 and 20 nobody there; 16 and 31 ended as usual.
CAUSES = {17: "busy", 18: "no_answer", 19: "no_answer", 20: "no_answer"}


@dataclass(frozen=True)
class Settings:
    """Where everything is. `trunk` is the PJSIP endpoint by which calls leave the house."""

    ari_url: str
    ari_user: str
    ari_password: str
    fairline_url: str
    key: str
    secret: str
    trunk: str
    caller_id: str
    events_url: str = ""
    port: int = 8085

    @classmethod
    def from_environment(cls) -> "Settings":
        names = ("ari_url", "ari_user", "ari_password", "fairline_url", "key", "secret", "trunk",
                 "caller_id")  # fmt: skip
        given = {name: os.environ[f"SWITCHBOARD_{name.upper()}"] for name in names}
        return cls(**given, port=int(os.environ.get("SWITCHBOARD_PORT", "8085")))


@dataclass
class Pair:
    """An agent and a customer. Their channels are named by us, so that asking twice rings once."""

    call_id: str
    agent: str
    customer: str
    extension: str = ""
    is_dialled: bool = False
    answered_at: float = 0.0
    is_over: bool = False

    def channel(self, who: str) -> str:
        return f"{who}-{self.call_id}"


class Asterisk:
    """Requests to ARI."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        pair = f"{settings.ari_user}:{settings.ari_password}".encode()
        self._auth = "Basic " + base64.b64encode(pair).decode()

    def ask(self, method: str, path: str, **asked: str) -> bool:
        """Whether it was done. What is gone already (404) or there already (409) is no fault."""
        url = f"{self.settings.ari_url}{path}?{urllib.parse.urlencode(asked)}"
        request = urllib.request.Request(  # noqa: S310  our own Asterisk
            url, method=method, headers={"Authorization": self._auth}
        )
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return error.code in {404, 409}
        except OSError:
            return False

    def ring(self, pair: Pair, who: str, number: str) -> bool:
        return self.ask(
            "POST",
            "/ari/channels",
            endpoint=f"PJSIP/{number}@{self.settings.trunk}",
            app=APP,
            appArgs=f"{who},{pair.call_id}",
            channelId=pair.channel(who),
            callerId=self.settings.caller_id,
            timeout=str(RING_S),
        )


class Teller:
    """Tells Fairline, in order, each piece of news until it was taken or is too old."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._waiting: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def tell(self, **news: Any) -> None:
        self._waiting.put(json.dumps(news).encode())

    def _work(self) -> None:
        while True:
            body, news_id = self._waiting.get(), str(uuid.uuid4())
            for wait_s in TRIES_AFTER_S:
                time.sleep(wait_s)
                if self._post(news_id, body):
                    break

    def _post(self, news_id: str, body: bytes) -> bool:
        sent_at = str(int(time.time()))
        secret = base64.b64decode(self.settings.secret.removeprefix("whsec_"))
        signed = f"{news_id}.{sent_at}.".encode() + body
        digest = hmac.new(secret, signed, hashlib.sha256).digest()
        headers = {
            "content-type": "application/json",
            "webhook-id": news_id,
            "webhook-timestamp": sent_at,
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }
        request = urllib.request.Request(  # noqa: S310  our own Fairline
            self.settings.fairline_url, data=body, headers=headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return True
        except OSError:
            return False


class Switchboard:
    """What is asked of us, and what Asterisk tells."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.asterisk = Asterisk(settings)
        self.teller = Teller(settings)
        self.pairs: dict[str, Pair] = {}
        self._lock = threading.RLock()

    def place(self, key: str, agent: str, customer: str, extension: str) -> str:
        """Ring the agent, once for each key. Returns the call's id, '' when nothing rings."""
        call_id = hashlib.sha256(key.encode()).hexdigest()[:24]
        with self._lock:
            if call_id in self.pairs:
                return call_id
            pair = Pair(call_id=call_id, agent=agent, customer=customer, extension=extension)
            self.pairs[call_id] = pair
            if not self.asterisk.ring(pair, "agent", agent):
                del self.pairs[call_id]
                return ""
        return call_id

    def hear(self, event: dict[str, Any]) -> None:
        """One event of ARI."""
        channel = event.get("channel") or {}
        who, _, call_id = str(channel.get("id", "")).partition("-")
        with self._lock:
            pair = self.pairs.get(call_id)
            kind = event.get("type")
            if kind == "StasisStart" and event.get("args") == ["incoming"]:
                self._incoming(channel)
            elif pair is None:
                return
            elif kind == "StasisStart" and who == "agent":
                self.asterisk.ask("POST", f"/ari/channels/agent-{call_id}/play", media="sound:beep")
            elif kind == "ChannelDtmfReceived" and who == "agent":
                self._dial(pair)
            elif kind == "StasisStart" and who == "customer":
                self._join(pair)
            elif kind == "ChannelDestroyed":
                self._ended(pair, who, int(event.get("cause", 0)))

    def _incoming(self, channel: dict[str, Any]) -> None:
        """Told to Fairline; the caller goes on in the dialplan, to a queue or a mailbox."""
        number = str((channel.get("caller") or {}).get("number", ""))
        name = str((channel.get("caller") or {}).get("name", ""))
        call_id = str(channel.get("id", ""))
        self.teller.tell(type="call.incoming", call_id=call_id, number=number, name=name)
        self.asterisk.ask("POST", f"/ari/channels/{call_id}/continue")

    def _dial(self, pair: Pair) -> None:
        if pair.is_dialled:
            return
        pair.is_dialled = True
        bridge = f"/ari/bridges/bridge-{pair.call_id}"
        self.asterisk.ask("POST", "/ari/bridges", type="mixing", bridgeId=f"bridge-{pair.call_id}")
        self.asterisk.ask("POST", f"{bridge}/addChannel", channel=pair.channel("agent"))
        self._tell(pair, "ringing")
        if not self.asterisk.ring(pair, "customer", pair.customer):
            self._over(pair, "failed")

    def _join(self, pair: Pair) -> None:
        pair.answered_at = time.monotonic()
        bridge = f"/ari/bridges/bridge-{pair.call_id}"
        self.asterisk.ask("POST", f"{bridge}/addChannel", channel=pair.channel("customer"))
        if pair.extension:
            channel = pair.channel("customer")
            self.asterisk.ask(
                "POST", f"/ari/channels/{channel}/dtmf", dtmf=pair.extension, before="1000"
            )
        self._tell(pair, "answered")

    def _ended(self, pair: Pair, who: str, cause: int) -> None:
        if pair.answered_at:
            self._over(pair, "ended")
        else:
            self._over(pair, CAUSES.get(cause, "failed") if who == "customer" else "failed")

    def _over(self, pair: Pair, state: str) -> None:
        if pair.is_over:
            return
        pair.is_over = True
        for who in ("agent", "customer"):
            self.asterisk.ask("DELETE", f"/ari/channels/{pair.channel(who)}")
        self.asterisk.ask("DELETE", f"/ari/bridges/bridge-{pair.call_id}")
        seconds = round(time.monotonic() - pair.answered_at) if pair.answered_at else None
        self._tell(pair, state, seconds=seconds)

    def _tell(self, pair: Pair, state: str, **more: Any) -> None:
        self.teller.tell(type="call.status", call_id=pair.call_id, state=state, **more)

    def follow(self, stop: threading.Event) -> None:
        """Hear Asterisk's events until told to stop; a broken line is taken up again."""
        settings = self.settings
        asked = {"app": APP, "api_key": f"{settings.ari_user}:{settings.ari_password}"}
        base = settings.events_url or settings.ari_url.replace("http", "ws", 1) + "/ari/events"
        while not stop.is_set():
            try:
                with connect(f"{base}?{urllib.parse.urlencode(asked)}") as line:
                    while not stop.is_set():
                        self._take(line)
            except (OSError, WebSocketException):
                stop.wait(2)

    def _take(self, line: Any) -> None:
        try:
            event = json.loads(line.recv(timeout=0.2))
        except (TimeoutError, ValueError):
            return
        if isinstance(event, dict):
            self.hear(event)


def serve(switchboard: Switchboard) -> ThreadingHTTPServer:
    """The side that Fairline asks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = self.headers.get("Authorization", "").encode()
            wanted = f"Bearer {switchboard.settings.key}".encode()
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 10_000))
            if not hmac.compare_digest(given, wanted):
                return self._answer(401, {"error": "unknown key"})
            key = self.headers.get("Idempotency-Key", "")
            try:
                asked = json.loads(body)
                numbers = [str(asked["agent"]), str(asked["customer"])]
                extension = str(asked.get("extension", ""))
            except (ValueError, KeyError, TypeError, AttributeError):
                return self._answer(400, {"error": "a call has an agent and a customer"})
            if not key or not all(one[:1] == "+" and one[1:].isdigit() for one in numbers):
                return self._answer(400, {"error": "numbers are in E.164, and a call has a key"})
            call_id = switchboard.place(key, *numbers, extension)
            if not call_id:
                return self._answer(503, {"error": "Asterisk does not answer"})
            return self._answer(201, {"call_id": call_id})

        def _answer(self, status: int, data: dict[str, str]) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Numbers of customers belong into no log."""

    return ThreadingHTTPServer(("127.0.0.1", switchboard.settings.port), Handler)


if __name__ == "__main__":
    board = Switchboard(Settings.from_environment())
    threading.Thread(target=board.follow, args=(threading.Event(),), daemon=True).start()
    serve(board).serve_forever()
