"""Text messages keep what every channel promises."""

from pathlib import Path

from fairline.demo.networks.sms import GONE
from fairline.people import store_contacts
from fairline.suite.bench import Bench
from fairline.suite.house import House
from fairline.suite.promises import Promises
from tests.channels.sms.bench import SmsBench


class TestSms(Promises):
    def bench(self) -> Bench:
        return SmsBench()


def test_news_of_an_answer_reach_it_and_a_dead_number_is_known(tmp_path: Path) -> None:
    bench = SmsBench()
    with House(tmp_path, bench) as house:
        first = bench.say("cleo", "Where is my parcel?")
        dead = bench.network.write(GONE, "And mine?")
        house.hear_all()
        (arrived,) = house.reply(house.case_of(first), "It comes tomorrow.")
        (lost,) = house.reply(house.case_of(dead), "So does yours.")
        house.send()
        house.send()
        house.hear_all()
        assert house.delivery(arrived.id).state == "delivered"
        failed = house.delivery(lost.id)
        assert (failed.state, failed.provider_code) == ("failed", "30005")
        assert "no such number" in failed.error
        with house.database.read() as unit:
            gone = store_contacts.identity_by_id(unit, lost.identity_id)
        assert gone
        assert gone.undeliverable_at


def test_stop_is_kept_by_us_too_and_start_ends_it(tmp_path: Path) -> None:
    bench = SmsBench()
    with House(tmp_path, bench) as house:
        said = bench.say("cleo", "Where is my parcel?")
        bench.say("cleo", " Stop. ")
        house.hear_all()
        case = house.case_of(said)
        identity_id = house.message(said).identity_id or ""
        with house.database.read() as unit:
            stopped = store_contacts.identity_by_id(unit, identity_id)
        assert stopped
        assert stopped.stopped_at
        bench.network.stopped.clear()  # even where the provider would send
        house.reply(case, "It comes tomorrow.")
        house.send()
        assert bench.got() == []
        bench.say("cleo", "START")
        house.hear_all()
        house.reply(case, "It came.")
        house.send()
        assert [one.text.splitlines()[0] for one in bench.got()] == ["It came."]


def test_one_talk_is_one_case(tmp_path: Path) -> None:
    bench = SmsBench()
    with House(tmp_path, bench) as house:
        first = bench.say("cleo", "My parcel has not come")
        house.hear_all()
        house.reply(house.case_of(first), "What is its number?")
        house.send()
        second = bench.say("cleo", "4711")
        house.hear_all()
        assert house.case_of(second).id == house.case_of(first).id
