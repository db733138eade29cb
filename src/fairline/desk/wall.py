"""The wallboard: how the line stands, readable from across a room. For supervisors.

However many boards are open, this process gathers the numbers at most every two seconds for each
set of brands, and tells a board at most every three that something changed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from litestar import Response, get
from litestar.response import ServerSentEvent

from fairline.cases.timeline import newest_cursor
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.stream import MOST_OF_AGENT
from fairline.line.place import MOVERS
from fairline.line.wall import BAR, MOST, Wall, gather
from fairline.people.tables import Agent
from fairline.web.handle import reads
from fairline.web.live import Happening, Live
from fairline.web.render import page

PATH = "/desk/wall"
GUARDS = [needs("supervisor")]
HOLDS_S = 2.0
TELL_EVERY_S = 3.0
TELLS = MOVERS | {"alarm_raised", "alarm_cleared"}
# Of a bar chart: width of a bar with its gap, and height of the highest.
BAR_WIDTH, BAR_HEIGHT = 20, 36


class Bar(msgspec.Struct, frozen=True):
    """One bar, drawn from the bottom."""

    x: int
    y: float
    height: float
    count: int


class Shared:
    """The numbers of each set of brands, gathered by whoever asks first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], tuple[float, Wall]] = {}

    def of(self, brand_ids: tuple[str, ...], make: Callable[[], Wall]) -> Wall:
        """At most two seconds old."""
        with self._lock:
            found = self._kept.get(brand_ids)
            if found is None or time.monotonic() - found[0] > HOLDS_S:
                found = (time.monotonic(), make())
                self._kept[brand_ids] = found
            return found[1]


_SHARED: WeakKeyDictionary[Live, Shared] = WeakKeyDictionary()


@reads(PATH, guards=GUARDS)
def wallboard(session: Session, database: Database, live: Live) -> Response[str]:
    """The page."""
    with database.read() as unit:
        return page("desk/wall.html", **_context(unit, session, live))


@reads(PATH + "/part", guards=GUARDS)
def wall_part(session: Session, database: Database, live: Live) -> Response[str]:
    """The numbers alone, fetched again when something happened."""
    with database.read() as unit:
        return page("desk/_wall.html", **_context(unit, session, live))


@get(PATH + "/stream", guards=GUARDS, sync_to_thread=True)
def wall_stream(session: Session, live: Live) -> ServerSentEvent:
    """Only that something changed; the numbers are asked for then."""
    return live.stream(
        last_event_id="",
        wants=news_for(session.agent),
        whose=f"agent:{session.agent.id}",
        most=MOST_OF_AGENT,
    )


def news_for(agent: Agent) -> Callable[[Happening], dict[str, Any] | None]:
    """At most one word every three seconds, and to look again after it."""
    told_at_s = float("-inf")

    def wants(event: Happening) -> dict[str, Any] | None:
        nonlocal told_at_s
        if event.kind not in TELLS or not reaches(agent, event.brand_id):
            return None
        if time.monotonic() - told_at_s < TELL_EVERY_S:
            return None
        told_at_s = time.monotonic()
        return {"event": "wall", "again_s": TELL_EVERY_S + 1}

    return wants


def _context(unit: Unit, session: Session, live: Live) -> dict[str, Any]:
    agent = session.agent
    shared = _SHARED.setdefault(live, Shared())
    wall = shared.of(agent.brand_ids, lambda: gather(unit, agent.brand_ids))
    highest = max(*wall.arrivals, *wall.answers, 1)
    return {
        "wall": wall,
        "writing": live.presence.written(time.monotonic()),
        "charts": [
            ("Came in the last hour", sum(wall.arrivals), bars(wall.arrivals, highest)),
            ("Answered in the last hour", sum(wall.answers), bars(wall.answers, highest)),
        ],
        "bar_minutes": int(BAR.total_seconds() / 60),
        "bar_width": BAR_WIDTH,
        "bar_height": BAR_HEIGHT,
        "most": MOST,
        "brand": brands_of(unit, agent)[0],
        "live_url": f"{PATH}/stream?since={newest_cursor(unit)}",
    }


def bars(counts: list[int], highest: int) -> list[Bar]:
    """Where each bar stands. Pure."""
    heights = [round(BAR_HEIGHT * count / highest, 1) for count in counts]
    return [
        Bar(BAR_WIDTH * at, BAR_HEIGHT - height, height, count)
        for at, (count, height) in enumerate(zip(counts, heights, strict=True))
    ]


ROUTES: list[Any] = [wallboard, wall_part, wall_stream]
