"""The ways in: one poll loop for every inbox that is fetched, one function for all that is pushed.

Both only store. Each inbox has a thread of its own, so a slow server delays nobody; a lease lets
one node at a time fetch an inbox. Catching up after any outage is the ordinary case: the cursor
says where we were.
"""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from fairline.channels import raw, store_inboxes
from fairline.channels.contract import RawItem, Wire
from fairline.channels.memory import open_wire
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, FairlineError
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.db.engine import Database

FETCH = 500
BATCH = 25
LEASE_S = 120.0
WORST_WAIT_S = 300.0


def accept(database: Database, inbox_id: str, item: RawItem) -> str | None:
    """Store one thing that was pushed to us. Returns when it is safely on disk; None if known."""
    with database.write() as unit:
        return raw.keep(unit, inbox_id, item)


def fetch_once(database: Database, inbox: Inbox, wire: Wire) -> int:
    """Store all that is new in an inbox. Returns how many. Raises DeliveryError.

    The cursor moves in the same transaction as the items before it.
    """
    count = 0
    for batch in _batches(wire.fetch(inbox.cursor, limit=FETCH)):
        with database.write() as unit:
            for item in batch:
                if item.payload:
                    raw.keep(unit, inbox.id, item)
            cursor = next((i.cursor for i in reversed(batch) if i.cursor), "")
            if cursor:
                store_inboxes.update(unit, inbox.id, {"cursor": cursor})
        count += len([item for item in batch if item.payload])
    with database.write() as unit:
        store_inboxes.update(
            unit, inbox.id, {"checked_at": unit.now, "error": "", "error_since": None}
        )
    return count


def _batches(items: Iterator[RawItem]) -> Iterator[list[RawItem]]:
    """Some items at a time. What came before a fault is handed on before the fault is, so that a
    server that breaks off every few mails is still caught up with.
    """
    batch: list[RawItem] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except DeliveryError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


class Poller:
    """Follows every active inbox whose channel is fetched. One per worker process."""

    def __init__(self, database: Database, channels: Channels, *, interval_s: float) -> None:
        self.database = database
        self.channels = channels
        self.interval_s = interval_s
        self.name = new_id()
        self._stop = threading.Event()
        self._threads: dict[str, tuple[threading.Thread, threading.Event]] = {}
        self._wires: dict[str, Wire] = {}

    def refresh(self) -> None:
        """Start following new inboxes and let go of paused ones: a worker period."""
        with self.database.read() as unit:
            wanted = {
                inbox.id
                for inbox in store_inboxes.all_inboxes(unit)
                if inbox.state == "active"
                and self.channels.has(inbox.kind)
                and self.channels.of_kind(inbox.kind).capabilities.polls
            }
        for inbox_id, (thread, stop) in list(self._threads.items()):
            if inbox_id not in wanted:
                stop.set()
                if wire := self._wires.get(inbox_id):
                    wire.close()
            if not thread.is_alive():
                del self._threads[inbox_id]
        for inbox_id in wanted - set(self._threads):
            stop = threading.Event()
            thread = threading.Thread(
                target=self._follow,
                args=(inbox_id, stop),
                name=f"inbox-{inbox_id[-6:]}",
                daemon=True,
            )
            self._threads[inbox_id] = (thread, stop)
            thread.start()

    def stop(self, *, timeout_s: float = 2.0) -> None:
        """Let go of every inbox. All of them together have `timeout_s`: one that waits for a slow
        server is left to end with the process, and its lease runs out.
        """
        self._stop.set()
        for _, stop in self._threads.values():
            stop.set()
        closing = [
            threading.Thread(target=wire.close, daemon=True) for wire in list(self._wires.values())
        ]
        for thread in closing:
            thread.start()
        until = time.monotonic() + timeout_s
        for thread in (*closing, *[one for one, _ in self._threads.values()]):
            thread.join(max(0.0, until - time.monotonic()))

    def _follow(self, inbox_id: str, stop: threading.Event) -> None:
        """Fetch, wait for news, fetch again; after an error wait longer each time."""
        failures = 0
        while not (stop.is_set() or self._stop.is_set()):
            try:
                fetched = self._turn(inbox_id)
                failures = 0
            except FairlineError as error:
                failures += 1
                self._note_error(inbox_id, error)
                asked_s = error.retry_after_s if isinstance(error, DeliveryError) else None
                stop.wait(asked_s or min(WORST_WAIT_S, 2.0**failures))
                continue
            except Exception as error:  # noqa: BLE001  an inbox never falls silent without a word
                failures += 1
                log.error("poll loop failed", inbox=inbox_id, error=repr(error))
                self._note_error(inbox_id, DeliveryError(repr(error), permanent=False))
                stop.wait(min(WORST_WAIT_S, 5.0 * 2.0**failures))
                continue
            if fetched is None:
                stop.wait(LEASE_S / 4)
        self._let_go(inbox_id)

    def _turn(self, inbox_id: str) -> int | None:
        """One fetch and one wait. None when another node has the inbox."""
        with self.database.write() as unit:
            if not store_inboxes.lease(unit, inbox_id, self.name, LEASE_S):
                return None
            inbox = store_inboxes.inbox_by_id(unit, inbox_id)
            info = self.channels.info_by_id(unit, inbox_id)
        if inbox is None:
            return None
        wire = open_wire(self.channels, info, self.database)
        self._wires[inbox_id] = wire
        try:
            total = 0
            while not self._stop.is_set():
                fetched = fetch_once(self.database, inbox, wire)
                total += fetched
                if fetched < FETCH:
                    wire.wait(min(self.interval_s, LEASE_S / 2))
                if not self._keep_lease(inbox_id):
                    return total
                with self.database.read() as unit:
                    fresh = store_inboxes.inbox_by_id(unit, inbox_id)
                if fresh is None or fresh.state != "active" or _settings(fresh) != _settings(inbox):
                    return total
                inbox = fresh
            return total
        finally:
            self._wires.pop(inbox_id, None)
            wire.close()

    def _keep_lease(self, inbox_id: str) -> bool:
        with self.database.write() as unit:
            return store_inboxes.lease(unit, inbox_id, self.name, LEASE_S)

    def _note_error(self, inbox_id: str, error: FairlineError) -> None:
        try:
            with self.database.write() as unit:
                inbox = store_inboxes.inbox_by_id(unit, inbox_id)
                if inbox:
                    since = inbox.error_since or unit.now
                    values = {"error": error.text[:1000], "error_since": since}
                    store_inboxes.update(unit, inbox_id, values)
        except FairlineError as second:
            log.error("cannot note an inbox error", inbox=inbox_id, error=str(second))

    def _let_go(self, inbox_id: str) -> None:
        try:
            with self.database.write() as unit:
                store_inboxes.release(unit, inbox_id, self.name)
        except FairlineError as error:
            log.warning("lease was not given back", inbox=inbox_id, error=str(error))


def _settings(inbox: Inbox) -> tuple[object, ...]:
    return (inbox.options, inbox.secrets, inbox.address)


def is_silent(inbox: Inbox, *, within: timedelta = timedelta(minutes=15)) -> bool:
    """Whether a fetched inbox has not been looked into for too long."""
    return inbox.state == "active" and (
        inbox.checked_at is None or now() - inbox.checked_at > within
    )
