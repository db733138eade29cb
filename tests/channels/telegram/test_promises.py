"""Telegram keeps what every channel promises: in private, and in a public group."""

from pathlib import Path

from fairline.people import store_contacts
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


def test_whoever_blocks_the_bot_is_known_by_their_word_and_by_a_refusal(tmp_path: Path) -> None:
    bench = TelegramBench()
    with House(tmp_path, bench) as house:
        cleo, dov = bench.say("cleo", "Where is my parcel?"), bench.say("dov", "And mine?")
        house.hear_all()
        bench.network.block("cleo")  # Telegram tells us
        bench.network.blocked.add(bench.network.people["dov"])  # and here it was lost
        house.hear_all()
        for said in (cleo, dov):
            (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
            house.send()
            assert house.delivery(delivery.id).state == "dead"
            with house.database.read() as unit:
                gone = store_contacts.identity_by_id(unit, delivery.identity_id)
            assert gone
            assert gone.undeliverable_at
        assert bench.got() == []
        bench.network.block("cleo", again=True)
        house.hear_all()
        house.reply(house.case_of(cleo), "It has come.")
        house.send()
        assert [one.text.splitlines()[0] for one in bench.got()] == ["It has come."]


def test_an_answer_to_our_answer_finds_its_case_by_the_place_it_stands(tmp_path: Path) -> None:
    bench = GroupBench()
    with House(tmp_path, bench) as house:
        asked = bench.say("cleo", "Where is my parcel?")
        house.hear_all()
        house.reply(house.case_of(asked), "What is its number?")
        house.send()
        (ours,) = bench.got()
        more = bench.network.say("cleo", "4711", public=True, under=ours.id)
        house.hear_all()
        assert house.case_of(more).id == house.case_of(asked).id
