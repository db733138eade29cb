"""A lock that is given in the order in which it was asked for.

Python's own goes to whoever grabs it first, mostly the thread that has just let go: of 64 that
write without a pause some waited for half a minute.
"""

import threading
from collections import deque


class Turns:
    """Held by one thread at a time, first come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_held = False

    def acquire(self, *, timeout: float) -> bool:
        """Wait for one's turn. False when it has not come in `timeout` seconds."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
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
                self._is_held = False
