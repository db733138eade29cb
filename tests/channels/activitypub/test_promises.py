"""The contract suite on the fediverse."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from fairline.channels.activitypub import crypto
from fairline.channels.activitypub.wire import FediverseWire
from fairline.suite.house import House
from fairline.suite.promises import Promises
from tests.channels.activitypub.bench import FediverseBench

make_key = cache(crypto.make_key)


class TestFediverse(Promises):
    def bench(self) -> FediverseBench:
        return FediverseBench()

    @pytest.fixture
    def house(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
        monkeypatch.setattr(crypto, "make_key", make_key)
        bench = self.bench()
        with House(tmp_path, bench) as house:
            bench.moves_in(house)
            yield house

    def test_a_provider_that_is_away_is_said_in_words(self, house: House) -> None:
        """There is none: what can be wrong is our own address."""
        with house.database.read() as unit:
            info = house.office.channels.info_by_id(unit, house.inbox.id)
        here = msgspec.structs.replace(info, public_url="http://localhost:8000")
        wire = FediverseWire(here, house.office.fediverse)

        assert [check.text for check in wire.verify() if not check.ok]
