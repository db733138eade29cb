"""The wire of channels that people serve themselves: a telephone, an envelope. Nothing to connect.

Such a channel says `by_hand` in its capabilities. The ledger then leaves a delivery to a person:
it waits until somebody says that it was said or posted.
"""

from collections.abc import Callable, Iterator

from fairline.channels.contract import Check, Outbound, RawItem, Sent
from fairline.core.errors import DeliveryError


class HandWire:
    """Keeps the contract, and sends nothing."""

    def __init__(self, what: str) -> None:
        self._what = what

    def verify(self) -> tuple[Check, ...]:
        return (Check(name="by_hand", ok=True, text=self._what),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:  # noqa: ARG002
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:  # noqa: ARG002
        raise DeliveryError(self._what, permanent=True)

    def close(self) -> None:
        return None
