"""Reads a mailbox by a cursor: everything once, in order, and nothing in it is changed.

Used by `wire.py`. Connects when needed and keeps the connection. Every fault leaves as a
`DeliveryError`; what was yielded before it stays good.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from fairline.channels.contract import RawItem
from fairline.channels.email.cursor import Cursor, read_cursor
from fairline.channels.email.faults import fault
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.imap import Refused, Session
from fairline.channels.email.imap_connection import TIMEOUT_S
from fairline.channels.email.options import Server, Start
from fairline.channels.email.picking import Picker
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, Invalid

# Some routers forget a silent connection after ten minutes; RFC 2177 asks for less than 29.
IDLE_RENEW_S = 9 * 60.0
POLL_EVERY_S = 60.0
CLOSE_WITHIN_S = 5.0


class Mailbox:
    """One folder of one account. One thread fetches and waits; `close` may come from any."""

    def __init__(
        self,
        server: Server,
        folder: str,
        *,
        start_from: Start,
        timeout_s: float = TIMEOUT_S,
        poll_every_s: float = POLL_EVERY_S,
    ) -> None:
        self._server = server
        self._folder = folder
        self._start_from = start_from
        self._timeout_s = timeout_s
        self._poll_every_s = poll_every_s
        self._session: Session | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._left: list[int] = []
        self._left_after: Cursor | None = None
        whereabouts = f"in the folder {folder} of {server.user} on {server.host}"
        self._picker = Picker(self._using, whereabouts=whereabouts)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        """Yield mail after `cursor`, oldest first, at most `limit`.

        *Shape*: an inbox that leaves old mail alone begins with one item that has an empty payload
        and holds only the cursor to store. *Errors*: DeliveryError.
        """
        was_open = self._session is not None
        try:
            place, uids = self._look(cursor)
        except DeliveryError:
            # A connection kept from last time may have died of age: that alone is no fault.
            if not was_open or self._closed.is_set():
                raise
            place, uids = self._look(cursor)
        if not cursor and place.since:
            yield RawItem(native_id="", payload=b"", cursor=str(place))
            return
        chosen, self._left = uids[:limit], uids[limit:]
        self._left_after = place.at(chosen[-1]) if chosen else None
        for uid, payload in self._picker.mails(place, chosen):
            here = str(place.at(uid))
            yield RawItem(native_id=native_id_of(payload), payload=payload, cursor=here)

    def wait(self, timeout_s: float) -> bool:
        """Block until new mail may be there, the time is over, or `close`. Raises nothing."""
        if self._left:
            return not self._closed.is_set()
        session = self._session
        if session is None:
            # The last fetch failed, and when to try again is the poll loop's decision.
            self._closed.wait(timeout_s)
            return False
        if not session.can_idle:
            self._closed.wait(min(timeout_s, self._poll_every_s))
            return not self._closed.is_set()
        try:
            with self._using() as session:
                return session.idle(min(timeout_s, IDLE_RENEW_S)) and not self._closed.is_set()
        except Refused:
            session.can_idle = False
            return True
        except DeliveryError:
            # What came meanwhile is unknown: the next fetch connects anew and sees.
            return not self._closed.is_set()

    def close(self) -> None:
        """Let go of the connection, also while another thread waits on it."""
        self._closed.set()
        if session := self._session:
            session.interrupt()
        if self._lock.acquire(timeout=CLOSE_WITHIN_S):
            try:
                self._drop()
            finally:
                self._lock.release()

    def _look(self, cursor: str) -> tuple[Cursor, list[int]]:
        with self._using() as session:
            try:
                place = self._place(session, cursor)
                if not cursor and place.since:
                    return place, []
                return place, self._uids_after(session, place)
            except Refused as error:
                text = f"{self._server.host} refuses to search the mailbox: {error}"
                raise fault("protocol", text) from error

    def _place(self, session: Session, cursor: str) -> Cursor:
        if not cursor and self._start_from is Start.ALL:
            return Cursor(session.uid_validity, 0)
        if not cursor:
            # A day early: the server's idea of a date is that of its own time zone.
            since = now().date() - timedelta(days=1)
            return Cursor(session.uid_validity, session.last_uid(), since)
        try:
            place = read_cursor(cursor)
        except Invalid as error:
            raise fault("options", error.text, detail=error.detail) from error
        if place.validity == session.uid_validity:
            return place
        bound = session.last_uid() if place.since else 0
        return Cursor(session.uid_validity, 0, place.since, bound)

    def _uids_after(self, session: Session, place: Cursor) -> list[int]:
        if self._left and self._left_after == place:
            return self._left
        if place.bound <= place.uid:
            return session.uids_after(place.uid)
        renumbered = session.uids_after(place.uid, since=place.since)
        later = session.uids_after(place.bound)
        return [uid for uid in renumbered if uid <= place.bound] + later

    @contextmanager
    def _using(self, place: Cursor | None = None) -> Iterator[Session]:
        """The open session, for one exchange. Drops it when the exchange breaks."""
        with self._lock:
            session = self._opened()
            if place and place.validity != session.uid_validity:
                raise fault("dropped", f"{self._server.host} has numbered the mailbox anew.")
            try:
                yield session
            except DeliveryError:
                self._session = None
                session.abandon()
                raise

    def _opened(self) -> Session:
        if self._session is None and not self._closed.is_set():
            self._left = []
            self._session = Session(self._server, self._folder, timeout_s=self._timeout_s)
        if self._session is None or self._closed.is_set():
            self._drop()
            raise fault("dropped", "The inbox is being closed.")
        return self._session

    def _drop(self) -> None:
        if self._session:
            self._session.close()
            self._session = None
