"""An answer is on the page as soon as it is on the record: the page reads it from us.

Where the site wants to be told, it gets each answer as a signed POST besides.
"""

from collections.abc import Callable, Iterator

from fairline.channels.contract import Check, DeliveryError, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.signed_json import OtherSide
from fairline.core.errors import FairlineError

PUBLIC = "What is written here stands on a page for everybody. Choose another way."


class CommentsWire:
    """Nothing is fetched: the site tells us."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._page = f"{inbox.public_url}/comments/{inbox.id}/"
        self._there = OtherSide(inbox) if inbox.options.get("reply_url") else None

    def verify(self) -> tuple[Check, ...]:
        reading = Check(name="page", ok=True, text=f"Pages read their answers at {self._page}")
        if self._there is None:
            return (reading,)
        try:
            self._there.ping()
        except FairlineError as error:
            return (reading, Check(name="reply_url", ok=False, text=error.text))
        told = Check(name="reply_url", ok=True, text="It took a ping signed by us.")
        return (reading, told)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:  # noqa: ARG002
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if not outbound.is_public:
            raise DeliveryError(PUBLIC, permanent=True)
        handing_over()
        native_id = self._there.reply(outbound) if self._there else outbound.key
        return Sent(native_id=native_id, state="delivered")

    def close(self) -> None:
        if self._there:
            self._there.close()
