"""Bluesky keeps what every channel promises; in its chat, what differs there."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.bluesky.bench import BlueskyBench, ChatBench


class TestBluesky(Promises):
    def bench(self) -> Bench:
        return BlueskyBench()


class TestBlueskyChat:
    bench = staticmethod(ChatBench)
    can = Promises.can
    asked = Promises.asked
    house = Promises.house
    test_what_is_said_becomes_a_case = Promises.test_what_is_said_becomes_a_case
    test_twice_in_is_once_stored = Promises.test_twice_in_is_once_stored
    test_an_answer_to_it_joins_the_case = Promises.test_an_answer_to_it_joins_the_case
    test_strangers_are_never_mixed = Promises.test_strangers_are_never_mixed
    test_a_day_off_is_caught_up_with = Promises.test_a_day_off_is_caught_up_with
    test_an_answer_arrives_once = Promises.test_an_answer_arrives_once
    test_the_reader_sees_it_where_they_asked = Promises.test_the_reader_sees_it_where_they_asked
    test_news_of_our_own_words_opens_no_case = Promises.test_news_of_our_own_words_opens_no_case
    test_a_passing_fault_is_tried_again = Promises.test_a_passing_fault_is_tried_again
    test_a_connection_that_breaks_sends_nothing_twice = (
        Promises.test_a_connection_that_breaks_sends_nothing_twice
    )
    test_a_long_answer_arrives_whole = Promises.test_a_long_answer_arrives_whole
    test_what_is_private_is_never_posted = Promises.test_what_is_private_is_never_posted
