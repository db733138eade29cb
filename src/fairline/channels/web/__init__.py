"""The board as a channel: what is asked there comes in directly, answers are on the thread."""

from collections.abc import Callable, Iterator
from datetime import datetime

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Check,
    Field,
    InboxInfo,
    Outbound,
    RawItem,
    Sent,
    Translation,
    Wire,
)
from fairline.core.errors import Invalid


class BoardWire:
    """Nothing to connect to: a message on the record is on the thread."""

    def verify(self) -> tuple[Check, ...]:
        return (Check(name="board", ok=True, text="The board is part of this server."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:  # noqa: ARG002
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        handing_over()
        return Sent(native_id=outbound.key, state="delivered")

    def close(self) -> None:
        return None


class WebChannel:
    """Ask-and-follow on the company's own pages and in the widget."""

    kind = "web"
    label = "Board and widget"
    capabilities = Capabilities(public=True, private=True, deduplicates=True)
    fields: tuple[Field, ...] = (
        Field(
            name="allowed_origins",
            label="Sites that may show the widget",
            kind="origins",
            help="One origin per line, such as https://www.example.com. None: the widget is off.",
        ),
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG002
        raise Invalid("The board hands its questions over directly; nothing is fetched.")

    def normalise(self, address: str) -> str:
        return address.strip()

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return BoardWire()


def _check(channel: Channel) -> None:
    """A static check that the class keeps the contract."""


_check(WebChannel())
