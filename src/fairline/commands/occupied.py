"""Says that a data folder is in use, so that nothing is restored under a running server.

An advisory lock on one file: shared by all who serve or work, exclusive for a restore. It goes
with its process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairline.core.errors import Conflict

FILE = "in-use"


@contextmanager
def occupied(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the folder. Raises Conflict when somebody else's hold forbids it."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"A server is running on {folder}. Stop it first."
                if alone
                else f"{folder} is being restored from a backup. Try again when that is done.",
                code="in_use",
            ) from None
        yield
    finally:
        os.close(handle)
