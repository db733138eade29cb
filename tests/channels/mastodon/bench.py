"""Mastodon beside a made-up server."""

from typing import ClassVar

from fairline.channels.mastodon import MastodonChannel
from fairline.demo.networks.kit import Shown
from fairline.demo.networks.mastodon import MastodonNetwork
from fairline.demo.networks.mastodon_entities import DOMAIN
from fairline.suite.bench import Bench


class MastodonBench(Bench):
    says_public: ClassVar[bool] = True
    hand_overs = (("POST", "/api/v1/statuses"),)
    refusal = 422
    network: MastodonNetwork

    def __init__(self) -> None:
        self.channel = MastodonChannel()
        self.network = MastodonNetwork()

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)

    def got(self) -> list[Shown]:
        return [
            Shown(
                id=f"{DOMAIN}:{post.id}",
                by=post.by,
                text=post.text,
                is_public=post.visibility in {"public", "unlisted"},
            )
            for post in self.network.said()
        ]

    def expire(self) -> None:
        self.network.token = ""


class PrivateMastodonBench(MastodonBench):
    """The same, where people write in private."""

    says_public: ClassVar[bool] = False
