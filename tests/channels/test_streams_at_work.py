"""The poll loop with a stream: what is said and taken back is on the record at once, by itself."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fairline.channels.doors import Poller
from fairline.suite.bench import Bench
from fairline.suite.house import House
from tests.channels.bluesky.bench import BlueskyBench
from tests.channels.mastodon.bench import MastodonBench

# Far more than it takes, and far less than the poll loop's own turn.
WITHIN_S, TURN_S = 20.0, 600.0


@pytest.fixture(params=[MastodonBench, BlueskyBench], ids=["mastodon", "bluesky"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    bench: Bench = request.param()
    with House(tmp_path, bench) as house:
        yield house


def comes_true(house: House, is_so: Callable[[], object]) -> bool:
    """Wait for it, understanding meanwhile what comes in."""
    until, tick = time.monotonic() + WITHIN_S, threading.Event()
    while time.monotonic() < until:
        house.understand()
        if is_so():
            return True
        tick.wait(0.02)
    return False


def test_words_and_removals_come_by_the_stream(house: House) -> None:
    bench = house.bench
    first = bench.say("cleo", "My parcel has not come")
    poller = Poller(house.database, house.office.channels, interval_s=TURN_S)
    poller.refresh()
    try:
        assert comes_true(house, lambda: house.with_id(first))
        streams = getattr(bench.network, "stream", None)
        assert comes_true(house, lambda: streams is None or streams.listeners)
        second = bench.say("cleo", "It was due on Monday", under=first)
        assert comes_true(house, lambda: house.with_id(second))
        bench.remove(second)
        assert comes_true(house, lambda: house.message(second).hidden_at)
    finally:
        poller.stop()
    assert not house.present().error
