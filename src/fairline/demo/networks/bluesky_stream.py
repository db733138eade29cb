"""A made-up Jetstream: what accounts write, told to whoever listens, from any moment on.

Source: Jetstream, `/subscribe` (wantedCollections, wantedDids, cursor; events of the kind commit).
"""

import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from fairline.core.clock import now

if TYPE_CHECKING:
    from websockets.sync.server import Server, ServerConnection

NOTHING_NEW_S = 1.0


class Jetstream:
    """The server. `news` is the network's condition; the events stand under its lock."""

    def __init__(self, news: threading.Condition) -> None:
        self.events: list[dict[str, Any]] = []
        self.listeners = 0
        self._news = news
        self._server: Server | None = None
        self._is_closed = False

    @property
    def url(self) -> str:
        """Where it listens; '' while it does not."""
        if self._server is None:
            return ""
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/subscribe"

    def open(self) -> None:
        from websockets.sync.server import serve

        self._server = serve(self._talk, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        with self._news:
            self._is_closed = True
            self._news.notify_all()
        if self._server:
            self._server.shutdown()

    def tell(self, did: str, commit: dict[str, Any]) -> None:
        """An account has written something, or taken it back. With the lock held."""
        last = self.events[-1]["time_us"] if self.events else 0
        time_us = max(int(now().timestamp() * 1_000_000), last + 1)
        told = {"did": did, "time_us": time_us, "kind": "commit", "commit": commit}
        self.events.append(told)
        self._news.notify_all()

    def _talk(self, connection: "ServerConnection") -> None:
        from websockets.exceptions import ConnectionClosed

        asked = parse_qs(urlsplit(connection.request.path if connection.request else "").query)
        wanted = set(asked.get("wantedDids", ()))
        cursor = int(asked.get("cursor", ["0"])[0])
        with self._news:
            at = len(self.events) if not cursor else 0
            self.listeners += 1
            self._news.notify_all()
        try:
            while True:
                with self._news:
                    if len(self.events) == at and not self._is_closed:
                        self._news.wait(NOTHING_NEW_S)
                    new, at = self.events[at:], len(self.events)
                    is_over = self._is_closed
                if is_over or connection.close_code is not None:
                    return
                for event in new:
                    if event["time_us"] > cursor and (not wanted or event["did"] in wanted):
                        connection.send(json.dumps(event))
        except (ConnectionClosed, OSError):
            return
        finally:
            with self._news:
                self.listeners -= 1
