"""Bluesky beside a made-up one."""

from typing import ClassVar

from fairline.channels.bluesky import BlueskyChannel
from fairline.demo.networks.bluesky import BlueskyNetwork
from fairline.demo.networks.kit import Shown
from fairline.suite.bench import Bench


class BlueskyBench(Bench):
    says_public: ClassVar[bool] = True
    hand_overs = (("POST", "/xrpc/com.atproto.repo.putRecord"),)
    network: BlueskyNetwork

    def __init__(self) -> None:
        self.channel = BlueskyChannel()
        self.network = BlueskyNetwork()

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)

    def got(self) -> list[Shown]:
        return self.network.said()

    def expire(self) -> None:
        self.network.revoke()


class ChatBench(BlueskyBench):
    """The same, where people write in private."""

    says_public: ClassVar[bool] = False
    hand_overs = (("POST", "/xrpc/chat.bsky.convo.sendMessage"),)
