"""Telegram keeps what every channel promises: in private, and in a public group."""

from pathlib import Path

from fairline.suite.bench import Bench
from fairline.suite.house import House
from fairline.suite.promises import Promises
from tests.channels.telegram.bench import GroupBench, PollBench, TelegramBench


class TestTelegram(Promises):
    def bench(self) -> Bench:
        return TelegramBench()


class TestTelegramGroup(Promises):
    def bench(self) -> Bench:
        return GroupBench()


# What does not depend on where it is said was promised above.
_KEPT = ("said_becomes", "order_of", "answer_arrives", "edits", "mixed", "reader_sees", "private")
for _test in [name for name in vars(Promises) if name.startswith("test_")]:
    if not any(part in _test for part in _KEPT):
        setattr(TestTelegramGroup, _test, None)


def test_without_a_webhook_a_day_off_is_caught_up_with_by_asking(tmp_path: Path) -> None:
    with House(tmp_path, PollBench()) as house:
        missed = [house.bench.say("cleo", f"Message number {number}") for number in range(104)]
        while house.fetch():
            house.understand()
        assert [house.message(one).text for one in missed] == [
            f"Message number {number}" for number in range(104)
        ]
        assert len({house.case_of(one).id for one in missed}) == 1
