"""Picks mails out of a mailbox, and never stops at one that cannot be had.

Used by `mailbox.py`. Small mails come many at a time; when that fails, one by one, to find which
is the cause. One that is too large, or that the server cannot give, becomes a stand-in
(`incomplete.py`) that says where the original is.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

from fairline.channels.email.cursor import Cursor
from fairline.channels.email.imap import Refused, Session
from fairline.channels.email.imap_connection import MAX_MESSAGE_BYTES
from fairline.channels.email.incomplete import stand_in
from fairline.core.errors import DeliveryError

# One round trip for many small mails, yet never much in memory.
BATCH_MAILS = 25
BATCH_BYTES = 4 * 1024 * 1024
# A connection that breaks this often on the same mail breaks because of that mail. Each time the
# poll loop has backed off, and everything before the mail is safe.
MAX_BREAKS = 4
# By (mailbox, UIDVALIDITY, UID). Outlives the wire, which the poll loop makes anew after a fault.
_breaks: dict[tuple[str, int, int], int] = {}

Found = Iterator[tuple[int, bytes | None]]


class Using(Protocol):
    """Gives the open session for one exchange; raises DeliveryError when none can be opened."""

    def __call__(self, place: Cursor) -> AbstractContextManager[Session]: ...


class Picker:
    """Takes mails by number. `whereabouts` names the mailbox, for people too."""

    def __init__(self, using: Using, *, whereabouts: str) -> None:
        self._using = using
        self._whereabouts = whereabouts

    def mails(self, place: Cursor, uids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Yield (uid, payload) in the order given, without those that are gone meanwhile."""
        for start in range(0, len(uids), BATCH_MAILS):
            for uid, payload in self._measured(place, uids[start : start + BATCH_MAILS]):
                if payload is not None:
                    yield uid, payload

    def _measured(self, place: Cursor, uids: Sequence[int]) -> Found:
        sizes = self._sizes(place, uids)
        together: list[int] = []
        weight = 0
        for uid in uids:
            size = sizes.get(uid, BATCH_BYTES)
            alone = size >= BATCH_BYTES or self._mark(place, uid) in _breaks
            if together and (alone or weight + size > BATCH_BYTES):
                yield from self._together(place, together)
                together, weight = [], 0
            if alone:
                yield uid, self._one(place, uid, size)
            else:
                together.append(uid)
                weight += size
        yield from self._together(place, together)

    def _sizes(self, place: Cursor, uids: Sequence[int]) -> dict[int, int]:
        try:
            with self._using(place) as session:
                return session.sizes(uids)
        except (Refused, DeliveryError):
            # Dovecot breaks off even here when it trips over a mail: go one by one, unmeasured.
            return {}

    def _together(self, place: Cursor, uids: list[int]) -> Found:
        found: dict[int, bytes | None] = {}
        if uids:
            # When it fails, one of them is the cause: going one by one finds out which. A network
            # that is cut shows again at once.
            with suppress(Refused, DeliveryError), self._using(place) as session:
                found = session.bodies(uids)
        for uid in uids:
            yield uid, found.get(uid) or self._one(place, uid, 0)

    def _one(self, place: Cursor, uid: int, size: int) -> bytes | None:
        """One mail, or its stand-in, or None when it is gone."""
        if size > MAX_MESSAGE_BYTES:
            reason = (
                f"This e-mail is too large to be taken in: {_megabytes(size)} MB, "
                f"at most {_megabytes(MAX_MESSAGE_BYTES)} MB."
            )
            return self._stand_in(place, uid, reason)
        if _breaks.get(self._mark(place, uid), 0) >= MAX_BREAKS:
            reason = "The mail server breaks off whenever this e-mail is fetched."
            return self._stand_in(place, uid, reason)
        refusal = ""
        with self._watched(place, uid) as session:
            try:
                found = session.bodies([uid])
                if uid not in found and session.is_there(uid):
                    found = {uid: None}
            except Refused as error:
                found, refusal = {uid: None}, f" It said: {error}"
        if uid not in found or found[uid] is not None:
            return found.get(uid)
        return self._stand_in(
            place, uid, f"The mail server does not give out this e-mail.{refusal}"
        )

    def _stand_in(self, place: Cursor, uid: int, reason: str) -> bytes:
        head = b""
        # When even the headers break the connection, after some more tries we do without.
        if _breaks.get(self._mark(place, uid), 0) < 2 * MAX_BREAKS:
            with self._watched(place, uid) as session:
                try:
                    head = session.head(uid)
                except Refused:
                    head = b""
        original = f"The original is number {uid} (of {place.validity}) {self._whereabouts}."
        return stand_in(head, reason=reason, original=original)

    @contextmanager
    def _watched(self, place: Cursor, uid: int) -> Iterator[Session]:
        """The session for one mail, counting when the connection breaks on it.

        A connection that cannot even be opened is not that mail's doing and is not counted.
        """
        with self._using(place):
            pass
        mark = self._mark(place, uid)
        try:
            with self._using(place) as session:
                yield session
        except DeliveryError:
            _breaks[mark] = _breaks.get(mark, 0) + 1
            raise
        _breaks.pop(mark, None)

    def _mark(self, place: Cursor, uid: int) -> tuple[str, int, int]:
        return self._whereabouts, place.validity, uid


def _megabytes(size_bytes: int) -> int:
    return -(-size_bytes // 1_048_576)
