"""Sends answers to an own inbox: one signed POST each, with the delivery's key as webhook-id."""

from collections.abc import Callable, Iterator

from fairline.channels.contract import Check, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.signed_json import OtherSide
from fairline.core.errors import FairlineError


class CustomWire:
    """Nothing is fetched: the other side tells us."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._there = OtherSide(inbox)

    def verify(self) -> tuple[Check, ...]:
        try:
            self._there.ping()
        except FairlineError as error:
            return (Check(name="reply_url", ok=False, text=error.text),)
        return (Check(name="reply_url", ok=True, text="It took a ping signed by us."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:  # noqa: ARG002
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        handing_over()
        return Sent(native_id=self._there.reply(outbound))

    def close(self) -> None:
        self._there.close()
