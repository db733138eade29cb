"""Hears that something is new: Jetstream, in a thread of its own.

Jetstream tells what whole accounts do, so we listen to those who talk with us: what they write
next, and what they take back. (The posts of strangers come with the notifications; to find them
here one would have to hear the whole network.) It only wakes: what is new is fetched. `cursor` is
Unix time in microseconds, and what was said since is told again. Source: Jetstream, `/subscribe`.
"""

import json
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fairline.channels.bluesky.names import POST
from fairline.core.log import log

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MOST_DIDS = 100
WORST_WAIT_S = 60.0
QUIET_S = 5.0
CLOSED_WITHIN_S = 5.0
# Told again after a break: two servers' clocks are never the same.
OVERLAP_US = 5_000_000


class Ear:
    """Listens until it is closed, to the accounts it was last given."""

    def __init__(self, url: str, *, cursor: int = 0) -> None:
        self.url = url
        self.cursor = cursor
        self.heard = threading.Event()
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._dids: tuple[str, ...] = ()
        self._connection: ClientConnection | None = None
        self._thread = threading.Thread(target=self._listen, name="bluesky-ear", daemon=True)
        self._thread.start()

    def follow(self, dids: Iterable[str]) -> None:
        """Listen to these accounts from now on."""
        wanted = tuple(sorted(set(dids)))[:MOST_DIDS]
        if wanted != self._dids:
            self._dids = wanted
            self._changed.set()

    def close(self) -> None:
        self._stop.set()
        self._changed.set()
        self.heard.set()
        if connection := self._connection:
            connection.close()  # its reader wakes at once
        self._thread.join(CLOSED_WITHIN_S)

    def address(self) -> str:
        """What to ask for: the posts of these accounts, from where we were."""
        query = [("wantedCollections", POST), *(("wantedDids", one) for one in self._dids)]
        if self.cursor:
            query.append(("cursor", str(self.cursor - OVERLAP_US)))
        return f"{self.url}?{urlencode(query)}"

    def _listen(self) -> None:
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        failures = 0
        while not self._stop.is_set():
            if not self._dids:  # without names the whole network would come
                self._changed.wait()
                self._changed.clear()
                continue
            self._changed.clear()
            try:
                with connect(self.address(), open_timeout=10, close_timeout=1) as told:
                    failures, self._connection = 0, told
                    while not (self._stop.is_set() or self._changed.is_set()):
                        try:
                            self._take(told.recv(timeout=QUIET_S))
                        except TimeoutError:
                            continue
            except (WebSocketException, OSError, ValueError) as error:
                self._connection = None
                if self._stop.is_set():
                    return
                failures += 1
                log.info("the stream broke", url=self.url, error=repr(error))
                self._stop.wait(min(WORST_WAIT_S, 0.5 * 2.0**failures))

    def _take(self, told: str | bytes) -> None:
        try:
            event = json.loads(told)
            is_new = event["time_us"] > self.cursor
            self.cursor = max(self.cursor, int(event["time_us"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        if is_new and event.get("kind") == "commit":
            self.heard.set()
