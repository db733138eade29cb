"""A channel whose wire does what a test tells it to: nothing leaves the process."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from fairline.channels.contract import (
    Capabilities,
    Check,
    Field,
    InboxInfo,
    Outbound,
    RawItem,
    Sent,
    Translation,
    Wire,
)
from fairline.channels.email import EmailChannel


class PigeonWire:
    """Carries what it is given to `loft.sent`, or does what `loft.then` says."""

    def __init__(self, loft: "Loft") -> None:
        self.loft = loft

    def verify(self) -> tuple[Check, ...]:
        return (Check(name="loft", ok=True, text="The pigeons are in."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        start = int(cursor or 0)
        yield from self.loft.waiting[start : start + limit]

    def wait(self, timeout_s: float) -> bool:
        return self.loft.news.wait(min(timeout_s, 0.05))

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        self.loft.tried += 1
        if self.loft.before:
            self.loft.before(outbound)
        handing_over()
        if self.loft.then:
            self.loft.then(outbound)
        self.loft.sent.append(outbound)
        return Sent(native_id=outbound.native_id or outbound.key)

    def close(self) -> None:
        return None


class Loft:
    """The other end."""

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.tried = 0
        self.waiting: list[RawItem] = []
        self.news = threading.Event()
        self.before: Callable[[Outbound], None] | None = None
        self.then: Callable[[Outbound], None] | None = None


class PigeonMail(EmailChannel):
    """E-mail that understands real mails but carries them by pigeon."""

    def __init__(self, loft: Loft, *, deduplicates: bool = False) -> None:
        super().__init__()
        self.loft = loft
        self.capabilities = Capabilities(
            public=False, private=True, polls=True, deduplicates=deduplicates
        )

    fields: tuple[Field, ...] = ()

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return PigeonWire(self.loft)

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        if payload.startswith(b"BROKEN"):
            raise ValueError("this cannot be understood")
        return super().translate(payload, inbox, received_at=received_at)
