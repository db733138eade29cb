"""X beside a made-up one: pushed, and asked too."""

from typing import ClassVar

from fairline.channels.x import XChannel
from fairline.demo.networks.kit import Shown
from fairline.demo.networks.x import XNetwork
from fairline.suite.bench import Bench


class XBench(Bench):
    """In public. The worker asks as often as it looks, and takes what was there before."""

    says_public: ClassVar[bool] = True
    hand_overs = (("POST", "/2/tweets"),)
    refusal: ClassVar[int] = 403
    network: XNetwork

    def __init__(self) -> None:
        self.channel = XChannel()
        self.network = XNetwork()

    def options(self) -> dict[str, str]:
        return {**self.network.options(), "poll_s": "0", "start_from": "all"}

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)

    def got(self) -> list[Shown]:
        return self.network.by_us()

    def expire(self) -> None:
        self.network.access.is_shut = True
