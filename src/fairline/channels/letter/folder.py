"""A folder that a scanner writes into: each new PDF or picture in it is a letter that came.

Nothing in the folder is changed or removed. A file is taken once it has been left alone for some
seconds, so that no half-written scan comes in. The cursor is the time at which the newest taken
file came to be there (its status change, which a move sets too) and its name.
"""

import hashlib
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from fairline.channels.contract import Check, InboxInfo, Outbound, RawItem, Sent
from fairline.core.clock import now
from fairline.core.errors import DeliveryError

TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
MOST_BYTES = 50_000_000
LEFT_ALONE_S = 5.0
LOOKS_EVERY_S = 5.0
BY_HAND = "Letters are printed, posted and marked so at the desk."


class Scan(msgspec.Struct, frozen=True):
    """What is stored of a file: its name, and its bytes in base 64."""

    name: str
    data: bytes


class FolderWire:
    """Reads the folder; sends nothing."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._folder = inbox.options.get("folder", "")
        self._closed = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        checks = [Check(name="by_hand", ok=True, text=BY_HAND)]
        if self._folder:
            try:
                found = len(self._scans())
            except DeliveryError as error:
                checks.append(Check(name="folder", ok=False, text=error.text))
            else:
                checks.append(Check(name="folder", ok=True, text=f"{found} scans lie there."))
        return tuple(checks)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        if not self._folder:
            return
        for mark, path in self._scans():
            if limit <= 0:
                return
            if mark <= cursor:
                continue
            data = _bytes_of(path)
            if data is None:
                continue
            scan = Scan(name=path.name, data=data)
            name = f"scan-{hashlib.sha256(data).hexdigest()}"
            yield RawItem(native_id=name, payload=msgspec.json.encode(scan), cursor=mark)
            limit -= 1

    def wait(self, timeout_s: float) -> bool:
        return self._closed.wait(min(timeout_s, LOOKS_EVERY_S if self._folder else timeout_s))

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:  # noqa: ARG002
        raise DeliveryError(BY_HAND, permanent=True)

    def close(self) -> None:
        self._closed.set()

    def _scans(self) -> list[tuple[str, Path]]:
        """Whole files with their marks, in the order in which they came to be there."""
        calm = now().timestamp() - LEFT_ALONE_S
        found = []
        try:
            for path in Path(self._folder).iterdir():
                about = path.lstat()
                is_scan = stat.S_ISREG(about.st_mode) and path.suffix.lower() in TYPES
                if is_scan and max(about.st_mtime, about.st_ctime) <= calm:
                    found.append((f"{about.st_ctime_ns:020}:{path.name}", path))
        except OSError as error:
            raise DeliveryError(
                f"The folder {self._folder} cannot be read: {error.strerror}.", permanent=False
            ) from error
        return sorted(found)


def _bytes_of(path: Path) -> bytes | None:
    """None for one that is empty, far too large, or gone again."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        return None
    return data or None


def read_scan(payload: bytes) -> Scan:
    """What `fetch` has stored. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(payload, type=Scan)
