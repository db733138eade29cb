"""Hears that something is new: the server's stream of events, in a thread of its own.

It only wakes: what is new is then fetched by its cursor, so that nothing which an outage swallowed
is missed. A server without a stream is polled. Source: docs.joinmastodon.org, Methods: streaming
(server-sent events, a comment as a heartbeat, the host named by the instance).
"""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2

from fairline.core.log import log

PATH = "/api/v1/streaming/user"
# Servers send a comment every 15 seconds.
QUIET_S = 90.0
WORST_WAIT_S = 60.0
CLOSED_WITHIN_S = 3.0
# What may change a case: the others (a post of somebody we follow) would only wake for nothing.
TELLING = frozenset({"notification", "notifications_merged", "delete", "status.update"})


class Ear:
    """Listens to one stream until it is closed."""

    def __init__(self, server: str, streaming: str, token: str) -> None:
        self.url = stream_url(server, streaming) + PATH
        self.heard = threading.Event()
        self._stop = threading.Event()
        self._socket: socket.socket | None = None
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(20.0, read=QUIET_S),
            follow_redirects=False,
            headers={"authorization": f"Bearer {token}", "accept": "text/event-stream"},
        )
        self._thread = threading.Thread(target=self._listen, name="mastodon-ear", daemon=True)
        self._thread.start()

    @property
    def is_deaf(self) -> bool:
        """Whether there is nothing to listen to here."""
        return not self._thread.is_alive()

    def close(self) -> None:
        self._stop.set()
        self.heard.set()
        if at_hand := self._socket:
            with suppress(OSError):
                at_hand.shutdown(socket.SHUT_RDWR)  # its reader wakes at once
        self._thread.join(CLOSED_WITHIN_S)
        self._client.close()

    def _listen(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with self._client.stream("GET", self.url) as answer:
                    if answer.status_code in {401, 403, 404, 410} or answer.is_redirect:
                        log.info("no stream here", url=self.url, status=answer.status_code)
                        return
                    if answer.status_code == 200:
                        failures, self._socket = 0, _socket_of(answer)
                        self.heard.set()  # what came before we listened
                        self._follow(answer)
            except (httpx2.HTTPError, httpx2.StreamError, RuntimeError):
                pass  # cut off, or closed under our hands: listen again unless told to stop
            self._socket = None
            failures += 1
            self._stop.wait(min(WORST_WAIT_S, 0.5 * 2.0**failures))

    def _follow(self, answer: httpx2.Response) -> None:
        rest = b""
        for piece in answer.iter_raw():
            *lines, rest = (rest + piece).split(b"\n")
            rest = rest[-64:]  # of a line without an end only its start told anything
            for line in lines:
                name = line.removeprefix(b"event:").strip() if line.startswith(b"event:") else b""
                if name.decode(errors="replace") in TELLING:
                    self.heard.set()
            if self._stop.is_set():
                return


def _socket_of(answer: httpx2.Response) -> socket.socket | None:
    """What the answer is read from."""
    stream = answer.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream else None
    return found if isinstance(found, socket.socket) else None


def stream_url(server: str, streaming: str) -> str:
    """Where the stream is: on the host that the instance names, over HTTP."""
    named = streaming.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return named.rstrip("/") if urlsplit(named).scheme in {"http", "https"} else server.rstrip("/")
