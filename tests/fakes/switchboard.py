"""A switchboard on loopback that speaks the protocol of `channels/phone/bridge.py`.

It places each call once however often it is asked, and rings back with signed news.
"""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from fairline.channels.standard_webhooks import sign

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty two bytes, ok").decode()
KEY = "key of the switchboard"


class Switchboard:
    """`calls` holds what was placed, by its idempotency key. `answers` with another status when
    told to.
    """

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 201
        board = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                body = json.loads(data)
                board.requests.append((dict(self.headers), body))
                is_known = self.headers["Authorization"] == f"Bearer {KEY}"
                status = board.status if is_known else 401
                key = self.headers["Idempotency-Key"]
                if status < 300:
                    board.calls.setdefault(key, {**body, "call_id": f"call-{len(board.calls) + 1}"})
                answer = json.dumps({"call_id": board.calls.get(key, {}).get("call_id", "")})
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def signed(
    body: dict[str, Any], *, news: str = "news-1", secret: str = SECRET, age_s: float = 0
) -> tuple[bytes, dict[str, str]]:
    """A callback as the switchboard sends it: its raw body and its headers."""
    data = json.dumps(body).encode()
    sent_at = str(int(time.time() - age_s))
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    return data, {
        "webhook-id": news,
        "webhook-timestamp": sent_at,
        "webhook-signature": "v1," + sign(raw, news, sent_at, data).decode(),
        "content-type": "application/json",
    }
