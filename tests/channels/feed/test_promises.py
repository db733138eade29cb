"""A feed keeps the promises of a channel, as far as it can make them."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.feed.bench import FeedBench


class TestFeed(Promises):
    def bench(self) -> Bench:
        return FeedBench()
