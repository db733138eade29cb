"""Mastodon keeps what every channel promises; in private, what differs there."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.mastodon.bench import MastodonBench, PrivateMastodonBench


class TestMastodon(Promises):
    def bench(self) -> Bench:
        return MastodonBench()


class TestMastodonInPrivate:
    bench = staticmethod(PrivateMastodonBench)
    can = Promises.can
    asked = Promises.asked
    house = Promises.house
    test_what_is_said_becomes_a_case = Promises.test_what_is_said_becomes_a_case
    test_an_answer_to_it_joins_the_case = Promises.test_an_answer_to_it_joins_the_case
    test_the_reader_sees_it_where_they_asked = Promises.test_the_reader_sees_it_where_they_asked
    test_a_long_answer_arrives_whole = Promises.test_a_long_answer_arrives_whole
    test_what_is_private_is_never_posted = Promises.test_what_is_private_is_never_posted
