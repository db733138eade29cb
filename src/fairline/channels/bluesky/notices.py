"""The notifications since we last looked, oldest first.

Bluesky gives them only from the newest backwards, ordered by when their authors' programs say they
were written. So we walk back to where we were and a little further, and once an hour two days
further: what a server hands on late stands far below. What is more than one fetch takes is kept for
the next, so that a long absence is walked through once. Source: lexicon
app.bsky.notification.listNotifications.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.channels.bluesky.api import Api
from fairline.channels.bluesky.entities import Notification, read
from fairline.channels.bluesky.translate import MESSAGES, moment
from fairline.core.clock import now
from fairline.core.errors import Invalid

PAGE = 100
MOST_PAGES = 300
OVERLAP = timedelta(minutes=10)
FAR_OVERLAP, FAR_EVERY = timedelta(days=2), timedelta(hours=1)
MOST_SEEN = 2_000

Told = tuple[Notification, bytes]


class Notices:
    """What our account was told."""

    def __init__(self, api: Api) -> None:
        self._api = api
        # Within the overlap everything comes again each time.
        self._seen: dict[str, None] = {}
        self._waiting: list[Told] = []
        self._far_at: datetime | None = None

    def new(self, seen: str, begin: datetime, limit: int) -> list[Told]:
        """What came after `seen` (a moment as they write it), oldest first, at most `limit`. With
        '' what came after `begin`, or else the newest one, to know where we begin.
        """
        if not self._waiting:
            self._waiting = self._since(seen, begin)
        taken, self._waiting = self._waiting[:limit], self._waiting[limit:]
        for told, _ in taken:
            self._seen[told.uri] = None
        for old in list(self._seen)[: max(0, len(self._seen) - MOST_SEEN)]:
            del self._seen[old]
        return taken

    def _since(self, seen: str, begin: datetime) -> list[Told]:
        at = now()
        if not seen:
            found, newest = self._walked(begin, ())
            self._far_at = at
            return found or newest
        last = moment(seen, at)
        found, _ = self._walked(last - OVERLAP, ())
        if self._far_at is None or at - self._far_at >= FAR_EVERY:
            self._far_at = at
            late, _ = self._walked(last - FAR_OVERLAP, tuple(sorted(MESSAGES)))
            known = {told.uri for told, _ in found}
            found += [one for one in late if one[0].uri not in known]
        return sorted(found, key=lambda one: one[0].indexed_at or "")

    def _walked(self, since: datetime, reasons: tuple[str, ...]) -> tuple[list[Told], list[Told]]:
        """Those since a moment that we have not seen, oldest first; and the newest of all."""
        found: list[Told] = []
        newest: list[Told] = []
        fixed = [("limit", str(PAGE)), *(("reasons", one) for one in reasons)]
        cursor = ""
        for _ in range(MOST_PAGES):
            params = [*fixed, *([("cursor", cursor)] if cursor else [])]
            name = "app.bsky.notification.listNotifications"
            page = self._api.reading(_Page, name, *params)
            told = [known for raw in page.notifications if (known := _read(raw))]
            newest = newest or told[:1]
            fresh = [one for one in told if moment(one[0].indexed_at, now()) >= since]
            found += [one for one in fresh if one[0].uri not in self._seen]
            if len(fresh) < len(told) or not page.cursor or not page.notifications:
                break
            cursor = page.cursor
        return sorted(found, key=lambda one: one[0].indexed_at or ""), newest


class _Page(msgspec.Struct):
    notifications: list[msgspec.Raw]
    cursor: str | None = None


def _read(raw: msgspec.Raw) -> Told | None:
    try:
        return read(raw, Notification), bytes(raw)
    except Invalid:
        return None
