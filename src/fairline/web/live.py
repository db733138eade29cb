"""Live screens: server-sent events with resume, one tail per process fanned out to all viewers.

The tail reads new event rows (woken by commits of this process, by NOTIFY from others, and once a
second in any case) and hands each to the subscribers that want it. What is not worth a row, who is
looking and who is typing, travels as whispers: in memory, and over NOTIFY between processes.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from litestar.response import ServerSentEvent, ServerSentEventMessage

from fairline.core.errors import TooMany
from fairline.core.log import log
from fairline.db.dialect import notify
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.web.whispers import Presence, Whisper

WHISPERS = "fairline_whispers"
HEARTBEAT_S = 20.0
ALIVE_S = 240.0
MOST_WAITING = 500
MOST_MISSED = 20_000
MAX_NOTIFY = 7000
# Of one network or agent. An office behind one address has a tab open at every desk.
MOST_OF_ONE = 500
TRY_AGAIN_S = 60


class Happening(Protocol):
    """What the tail needs to know of an event row."""

    @property
    def cursor(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def case_id(self) -> str | None: ...
    @property
    def brand_id(self) -> str | None: ...
    @property
    def data(self) -> dict[str, Any]: ...


Follow = Callable[[Unit, str], "list[Any]"]
Wanted = Callable[[Happening], "dict[str, Any] | None"]
Heard = Callable[[Whisper], "dict[str, Any] | None"]


class Subscriber:
    """One open stream. `wants` turns an event into the data to send, or None."""

    def __init__(self, wants: Wanted, hears: Heard, loop: asyncio.AbstractEventLoop) -> None:
        self.wants = wants
        self.hears = hears
        self.loop = loop
        self.queue: asyncio.Queue[ServerSentEventMessage | None] = asyncio.Queue(MOST_WAITING)

    def put(self, message: ServerSentEventMessage | None) -> None:
        """From any thread. A reader too slow for its queue is cut off and resumes by its cursor."""
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self.loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: ServerSentEventMessage | None) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
        else:
            self.queue.put_nowait(message)


class Live:
    """The hub of one process."""

    def __init__(self, database: Database, follow: Follow, newest: Callable[[Unit], str]) -> None:
        self.database = database
        self.presence = Presence()
        self._follow = follow
        self._newest = newest
        self._subscribers: set[Subscriber] = set()
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the tail (and, on PostgreSQL, the listener)."""
        self.database.wake.append(self._news.set)
        with self.database.read() as unit:
            cursor = self._newest(unit)
        self._spawn(self._tail, cursor)
        if not self.database.is_sqlite:
            self._spawn(self._listen)

    def stop(self) -> None:
        """End every stream first: an open one keeps the server from going down."""
        self._stop.set()
        self._news.set()
        with self._lock:
            for subscriber in self._subscribers:
                subscriber.put(None)
        for thread in self._threads:
            thread.join(3)

    @property
    def watchers(self) -> int:
        """How many streams are open at this process."""
        return len(self._subscribers)

    def stream(
        self,
        *,
        last_event_id: str,
        wants: Wanted,
        hears: Heard = lambda _: None,
        alive: Callable[[], None] | None = None,
        whose: str = "",
        most: int = MOST_OF_ONE,
    ) -> ServerSentEvent:
        """An endless stream for one viewer, from where `last_event_id` left off.

        `alive` is called in a thread every few minutes for as long as somebody listens. Raises
        TooMany when `whose` (a network, an agent) has `most` streams open at this process.
        """
        if whose and self._open[whose] >= most:
            raise TooMany(
                "Too many pages are open from here at once. Close some; this one works without "
                "news until then.",
                code="too_many_streams",
                retry_after_s=TRY_AGAIN_S,
            )
        return ServerSentEvent(
            self._messages(last_event_id, wants, hears, alive, whose),
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def whisper(self, whisper: Whisper) -> None:
        """Tell viewers in every process. Nothing is stored."""
        self._heard(whisper)
        if not self.database.is_sqlite:
            payload = json.dumps(whisper.as_dict())
            if len(payload) < MAX_NOTIFY:
                with self.database.write() as unit:
                    notify(unit, WHISPERS, payload)

    async def _messages(
        self,
        last_event_id: str,
        wants: Wanted,
        hears: Heard,
        alive: Callable[[], None] | None,
        whose: str,
    ) -> AsyncIterator[ServerSentEventMessage]:
        subscriber = Subscriber(wants, hears, asyncio.get_running_loop())
        with self._lock:
            self._subscribers.add(subscriber)
            self._open[whose] += 1
        try:
            yield ServerSentEventMessage(event="hello", data="{}", retry=2000)
            sent: set[str] = set()
            for event in await asyncio.to_thread(self._missed, last_event_id):
                if (data := wants(event)) is not None:
                    sent.add(event.cursor)
                    yield _message(event.cursor, event.kind, data)
            shown_s = 0.0
            while not self._stop.is_set():
                if alive and time.monotonic() - shown_s > ALIVE_S:
                    shown_s = time.monotonic()
                    await asyncio.to_thread(alive)
                try:
                    message = await asyncio.wait_for(subscriber.queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield ServerSentEventMessage(comment="still here")
                    continue
                if message is None:
                    return
                if message.id not in sent:
                    yield message
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)
                self._open[whose] -= 1
                if not self._open[whose]:
                    del self._open[whose]

    def _missed(self, last_event_id: str) -> list[Any]:
        """What happened since, whole; a viewer that was away for very long reloads the page."""
        missed: list[Any] = []
        cursor = last_event_id
        while cursor and len(missed) < MOST_MISSED:
            with self.database.read() as unit:
                events = self._follow(unit, cursor)
            missed += events
            cursor = events[-1].cursor if events else ""
        return missed

    def _tail(self, cursor: str) -> None:
        while not self._stop.is_set():
            self._news.wait(1.0)
            self._news.clear()
            try:
                while not self._stop.is_set():
                    with self.database.read() as unit:
                        events = self._follow(unit, cursor)
                    for event in events:
                        self._tell(event)
                        cursor = event.cursor
                    if not events:
                        break
            except Exception as error:  # noqa: BLE001  the tail outlives a database that is away for a while
                log.error("live tail failed", error=repr(error))
                self._stop.wait(2.0)

    def _tell(self, event: Happening) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            if (data := subscriber.wants(event)) is not None:
                subscriber.put(_message(event.cursor, event.kind, data))

    def _heard(self, whisper: Whisper) -> None:
        self.presence.note(whisper, time.monotonic())
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            if (data := subscriber.hears(whisper)) is not None:
                subscriber.put(_message(None, whisper.kind, data))

    def _listen(self) -> None:
        """One LISTEN connection per process; a lost one is opened again."""
        from fairline.db.listen import listen

        while not self._stop.is_set():
            try:
                listen(self.database, ("fairline_events", WHISPERS), self._told, self._stop)
            except Exception as error:  # noqa: BLE001  PostgreSQL may be restarting
                log.warning("listener lost its connection", error=repr(error))
                self._stop.wait(2.0)

    def _told(self, channel: str, payload: str) -> None:
        if channel == WHISPERS:
            with contextlib.suppress(ValueError, TypeError):
                whisper = Whisper(**json.loads(payload))
                if whisper.origin != self.presence.origin:
                    self._heard(whisper)
        else:
            self.database.rouse()

    def _spawn(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, name=target.__name__, daemon=True)
        self._threads.append(thread)
        thread.start()


def _message(cursor: str | None, kind: str, data: dict[str, Any]) -> ServerSentEventMessage:
    """`event` in the data names it otherwise than by the kind of event or whisper."""
    return ServerSentEventMessage(id=cursor, event=data.get("event", kind), data=json.dumps(data))
