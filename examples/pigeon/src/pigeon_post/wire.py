"""All talk with the loft. Its keeper answers in JSON, and asks for a key."""

import threading
from collections.abc import Callable, Iterator

import msgspec

from fairline.channels.contract import Check, DeliveryError, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.provider import Provider

A_PAGE = 50


class PigeonWire:
    """`fetch` asks for letters after a number, which is the inbox's cursor."""

    def __init__(self, inbox: InboxInfo) -> None:
        headers = {"authorization": f"Bearer {inbox.options.get('key', '')}"}
        self._loft = Provider("The loft", inbox.options.get("loft_url", ""), headers=headers)
        self._closed = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        try:
            self._loft.ask("GET", "/letters", params={"after": "0", "limit": "1"})
        except DeliveryError as error:
            return (Check(name="loft", ok=False, text=error.text),)
        return (Check(name="loft", ok=True, text="The loft lets us in."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        after, left = int(cursor or 0), limit
        while left > 0:
            asked = {"after": str(after), "limit": str(min(left, A_PAGE))}
            letters = self._loft.ask("GET", "/letters", params=asked).json()
            for letter in letters:
                after = int(letter["number"])
                payload = msgspec.json.encode(letter)
                yield RawItem(native_id=letter["id"], payload=payload, cursor=str(after))
            left -= len(letters)
            if not letters:
                return

    def wait(self, timeout_s: float) -> bool:
        return self._closed.wait(min(timeout_s, 30.0))

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        letter = {"key": outbound.key, "to": outbound.recipient, "text": outbound.text}
        handing_over()
        taken = self._loft.ask("POST", "/letters", json=letter, risky=True).json()
        return Sent(native_id=str(taken["id"]))

    def close(self) -> None:
        self._closed.set()
        self._loft.close()
