"""The demo's outgoing server: every mail lands in a maildir beside the data, none leaves."""

from collections.abc import Callable
from pathlib import Path

from fairline.channels.email.receiver import Receiver
from fairline.core.ids import new_id

FOLDER = "outbox"


class Outbox:
    """A mail server on loopback that takes everything. `hear` is told of each mail."""

    def __init__(self, folder: Path, hear: Callable[[tuple[str, ...], bytes], None]) -> None:
        self.folder = folder / FOLDER
        self._hear = hear
        for part in ("cur", "new", "tmp"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self._receiver = Receiver(
            "127.0.0.1", 0, deliver=self._keep, is_known=lambda _: True, name="outbox.invalid"
        )

    @property
    def port(self) -> int:
        return self._receiver.port

    def start(self) -> None:
        self._receiver.start()

    def stop(self) -> None:
        self._receiver.stop()

    def _keep(self, _sender: str, recipients: tuple[str, ...], payload: bytes) -> None:
        name = new_id()
        written = self.folder / "tmp" / name
        written.write_bytes(payload)
        written.rename(self.folder / "new" / name)
        self._hear(recipients, payload)
