"""A feed beside the pinboard, fetched and pushed."""

from dataclasses import replace

from fairline.channels.feed import FeedChannel
from fairline.channels.feed.reading import read_feed
from fairline.demo.networks.kit import Call, Push, Shown
from fairline.demo.networks.pinboard import SECRET, Pinboard
from fairline.suite.bench import Bench

FEED = Call(method="GET", path="/feed.atom", query={}, headers={}, body=b"")


class FeedBench(Bench):
    says_public = True
    has_tokens = False

    def __init__(self) -> None:
        self.channel = FeedChannel(("127.0.0.0/8",))
        self.network = self.board = Pinboard()

    def say(self, who: str, text: str, *, under: str = "") -> str:
        # The hub knows of us, as after the first look.
        self.board.subscribers = {self.board.hook_url: SECRET}
        return super().say(who, text, under=under)

    def raw_id(self, native_id: str) -> str:
        feed = read_feed(self.board.answer(FEED).body or b"")
        return next(one.version for one in feed.entries if one.id == native_id)

    def edit(self, native_id: str, text: str) -> None:
        self.board.change(native_id, text)

    def forged(self, push: Push) -> list[Push]:
        weak = {**push.headers, "x-hub-signature": "md5=00"}
        return [*super().forged(push), replace(push, headers=weak)]

    def got(self) -> list[Shown]:
        return []

    def expire(self) -> None:
        """Nothing expires."""
