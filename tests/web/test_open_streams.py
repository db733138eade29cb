"""One network or agent cannot hold streams without end, and closing one makes room again."""

import asyncio
from typing import Any

import pytest

from fairline.cases.timeline import follow, newest_cursor
from fairline.core.errors import TooMany
from fairline.db.engine import Database
from fairline.web.live import Live


@pytest.fixture
def live(database: Database) -> Live:
    return Live(database, follow, newest_cursor)


def opened(live: Live, whose: str) -> Any:
    """The messages of a stream, allowed two at a time."""
    stream: Any = live.stream(last_event_id="", wants=lambda _: None, whose=whose, most=2)
    return stream.iterator.content_async_iterator


def test_the_third_is_refused_until_one_ends(live: Live) -> None:
    async def story() -> None:
        first, second = opened(live, "198.51.100.7"), opened(live, "198.51.100.7")
        for stream in (first, second):
            await anext(stream)
        with pytest.raises(TooMany) as refused:
            opened(live, "198.51.100.7")
        assert refused.value.code == "too_many_streams"
        assert refused.value.retry_after_s > 0
        other = opened(live, "203.0.113.5")
        await anext(other)

        await first.aclose()
        third = opened(live, "198.51.100.7")
        await anext(third)
        for stream in (second, third, other):
            await stream.aclose()
        assert not live._open

    asyncio.run(story())
