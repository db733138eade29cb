"""Mastodon keeps what every channel promises, for public mentions and for private ones."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.mastodon.bench import MastodonBench, PrivateMastodonBench


class TestMastodon(Promises):
    def bench(self) -> Bench:
        return MastodonBench()


class TestMastodonInPrivate(Promises):
    def bench(self) -> Bench:
        return PrivateMastodonBench()
