"""Keeps wires open between uses: one per inbox and thread, made anew when its settings change."""

import threading

import msgspec

from fairline.channels.contract import InboxInfo, Wire
from fairline.channels.memory import open_wire
from fairline.channels.registry import Channels
from fairline.db.engine import Database


class Wires:
    """Wires of this thread are never handed to another: a connection is not thread-safe."""

    def __init__(self, channels: Channels, database: Database) -> None:
        self._channels = channels
        self._database = database
        self._open: dict[tuple[int, str], tuple[bytes, Wire]] = {}
        self._lock = threading.Lock()

    def of(self, inbox: InboxInfo) -> Wire:
        """The wire of an inbox for the calling thread."""
        key = (threading.get_ident(), inbox.id)
        settings = msgspec.json.encode(inbox)
        with self._lock:
            known = self._open.get(key)
        if known and known[0] == settings:
            return known[1]
        if known:
            known[1].close()
        wire = open_wire(self._channels, inbox, self._database)
        with self._lock:
            self._open[key] = (settings, wire)
        return wire

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            wires = [wire for _, wire in self._open.values()]
            self._open.clear()
        for wire in wires:
            wire.close()
