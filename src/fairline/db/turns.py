"""A lock that is given in the order in which it was asked for.

Python's own goes to whoever grabs it first, mostly the thread that has just let go: of 64 that
write without a pause some waited for half a minute.
"""

import threading
from collections import deque


class Turns:
    """Held by `places` threads at a time, first come, first served."""

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._free = places

    def acquire(self, *, timeout: float) -> bool:
        """Wait for one's turn. False when it has not come in `timeout` seconds."""
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=timeout):
            return True
        with self._guard:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True  # it came at the last moment

    def release(self) -> None:
        """Hand on to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
