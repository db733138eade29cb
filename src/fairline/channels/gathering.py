"""Pushes that come at the same moment are stored in one transaction.

Under a flood each push would otherwise wait its turn behind the understanding of earlier ones. Who
comes first leads: it stores what has gathered meanwhile, answers for all of it, and hands on to
the next. A push that cannot be stored fails alone.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from fairline.channels import raw
from fairline.channels.items import RawItem
from fairline.core.errors import FairlineError, Unavailable
from fairline.core.log import log
from fairline.db.engine import Database

AT_ONCE = 200
CROWD = 3
GIVES_WAY_S = 0.5
NOT_STORED = "It could not be stored. Send it again."


class _Waiter:
    """One request: its items, each with the inbox it is for."""

    def __init__(self, items: Sequence[tuple[str, RawItem]]) -> None:
        self.items = items
        self.turn = threading.Event()
        self.is_stored = False
        self.error: FairlineError | None = None


class Gathering:
    """What waits to be stored in one database, in order of arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiter] = []
        self._is_led = False
        self._under_way = 0
        self._calm = threading.Condition(self._lock)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A request is under way."""
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
                if self._under_way < CROWD:
                    self._calm.notify_all()

    def give_way(self) -> None:
        """Wait while requests crowd: their senders wait for an answer, and what was stored before
        can wait a little. Not for ever, or a steady flood would keep everything from the line.
        """
        with self._lock:
            self._calm.wait_for(lambda: self._under_way < CROWD, timeout=GIVES_WAY_S)

    def keep(self, database: Database, items: Sequence[tuple[str, RawItem]]) -> None:
        """Store items; returns when they are safely on disk. Raises what storing raises."""
        mine = _Waiter(items)
        with self._lock:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.turn.wait()  # it comes: a leader waits no longer than the database lets it
        if not (mine.is_stored or mine.error):
            self._lead(database)
        if mine.error:
            raise mine.error

    def _lead(self, database: Database) -> None:
        """Store what waits, this thread's own with it, and let the next go on."""
        with self._lock:
            batch = self._waiting[:AT_ONCE]
            del self._waiting[:AT_ONCE]
        try:
            _store(database, batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_led = following is not None
            for waiter in batch:
                if not (waiter.is_stored or waiter.error):
                    waiter.error = Unavailable(NOT_STORED)
                waiter.turn.set()
            if following:
                following.turn.set()


def _store(database: Database, batch: list[_Waiter]) -> None:
    try:
        with database.write() as unit:
            for waiter in batch:
                for inbox_id, item in waiter.items:
                    raw.keep(unit, inbox_id, item)
    except Exception as error:  # noqa: BLE001  one that cannot be stored takes nobody along
        if len(batch) == 1:
            if isinstance(error, FairlineError):
                batch[0].error = error
            else:
                log.error("a push could not be stored", error=repr(error)[:1000])
                batch[0].error = Unavailable(NOT_STORED)
            return
        for waiter in batch:
            _store(database, [waiter])
    else:
        for waiter in batch:
            waiter.is_stored = True


_GATHERINGS: WeakKeyDictionary[Database, Gathering] = WeakKeyDictionary()
_MAKING = threading.Lock()


def gathering_of(database: Database) -> Gathering:
    """The one of this process and database."""
    with _MAKING:
        return _GATHERINGS.setdefault(database, Gathering())
