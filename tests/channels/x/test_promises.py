"""X keeps what every channel promises, in public and in private."""

from pathlib import Path
from typing import ClassVar

import pytest

from fairline.channels import raw
from fairline.suite.bench import Bench
from fairline.suite.house import House
from fairline.suite.promises import Promises
from tests.channels.x.bench import XBench


class PrivateBench(XBench):
    says_public: ClassVar[bool] = False
    hand_overs = (("POST", "/2/dm_conversations"),)


class TestX(Promises):
    def bench(self) -> Bench:
        return XBench()


class TestXInPrivate(Promises):
    def bench(self) -> Bench:
        return PrivateBench()

    def test_edits_are_honoured(self, house: House) -> None:
        del house
        pytest.skip("a direct message on X is never changed")

    def test_what_is_taken_back_is_shown_no_more(self, house: House) -> None:
        del house
        pytest.skip("X does not tell that a direct message was taken back")


def test_x_asks_that_nothing_is_kept_of_what_was_taken_back(tmp_path: Path) -> None:
    bench = XBench()
    with House(tmp_path, bench) as house:
        said = bench.say("cleo", "My card number is on the back")
        house.hear_all()
        bench.remove(said)
        house.hear_all()

        message = house.message(said)
        with house.database.read() as unit:
            kept = raw.payload_of(unit, house.raw(said))
    assert (message.text, message.html, message.full_text) == ("", "", "")
    assert kept == b""
