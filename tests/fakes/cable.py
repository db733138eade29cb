"""A network cable on loopback: a TCP relay that can be cut, mended, or made to swallow all."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Cable:
    """Connect to `port` to reach `target_port`."""

    host = "127.0.0.1"

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._is_silent = threading.Event()
        self._cut_after: int | None = None
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _close(self._listener)
        self.cut()

    def cut(self) -> None:
        """Break every connection, and each new one at once."""
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, []
        for end in ends:
            _close(end)

    def cut_after(self, size_bytes: int) -> None:
        """Cut once so many more bytes have come back from the target."""
        with self._lock:
            self._cut_after = size_bytes

    def mend(self) -> None:
        with self._lock:
            self._is_cut, self._cut_after = False, None
        self._is_silent.clear()

    def swallow(self) -> None:
        """Keep connections open but let nothing through any more."""
        self._is_silent.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                refused = self._is_cut
            if refused:
                _close(near)
                continue
            try:
                far = socket.create_connection((self.host, self._target_port))
            except OSError:
                _close(near)
                continue
            with self._lock:
                self._ends += [near, far]
            for source, sink, counted in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._carry, args=(source, sink, counted), daemon=True
                ).start()

    def _carry(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(4096):
                if self._is_silent.is_set():
                    continue
                sink.sendall(chunk)
                if counted and self._is_used_up(len(chunk)):
                    self.cut()
        _close(source)
        _close(sink)

    def _is_used_up(self, size_bytes: int) -> bool:
        with self._lock:
            if self._cut_after is None:
                return False
            self._cut_after -= size_bytes
            return self._cut_after <= 0


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
