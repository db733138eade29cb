"""Posts to us that may still be taken back: nobody is notified of that.

The newest ones are looked at again at each fetch, 25 in one call; what changed becomes the event
that Jetstream would have told. So a removal is honoured also when it happened while we were away.
Source: lexicons app.bsky.feed.getPosts (uris, at most 25) and getPostThread (NotFound).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fairline.channels.bluesky.api import Api
from fairline.channels.bluesky.entities import PostView
from fairline.channels.bluesky.names import POST, parts_of
from fairline.channels.contract import Memory, RawItem
from fairline.core.clock import now

FACT = "watched"
MOST = 100
AT_ONCE = 25
FOR = timedelta(days=7)
CALLS_KEPT = 100


class Watched(msgspec.Struct, array_like=True):
    uri: str
    cid: str
    since: datetime


class Watch:
    """What is looked at again, kept in the inbox's memory."""

    def __init__(self, api: Api, memory: Memory) -> None:
        self._api = api
        self._memory = memory
        self._next = 0

    def add(self, posts: list[tuple[str, str]]) -> None:
        """Look at these (address and version) again for a week."""
        at = now()
        known = {one.uri: one for one in self._known() if at - one.since < FOR}
        new = {uri: Watched(uri, cid, at) for uri, cid in posts if uri not in known}
        if new:
            self._keep([*known.values(), *new.values()][-MOST:])

    def dids(self) -> list[str]:
        """Who wrote them."""
        return [found[0] for one in self._known() if (found := parts_of(one.uri))]

    def changes(self) -> Iterator[RawItem]:
        """Look again. Yields an event for each post that was changed or taken back."""
        known = self._known()
        left = self._api.calls_left
        if not known or (left is not None and left < CALLS_KEPT):
            return
        newest, older = known[-15:], known[:-15]
        start = self._next % len(older) if older else 0
        looked_at = [*older[start : start + AT_ONCE - 15], *newest]
        self._next = start + AT_ONCE - 15
        found = {view.uri: view for view, _ in self._api.posts([one.uri for one in looked_at])}
        gone: set[str] = set()
        for one in looked_at:
            view = found.get(one.uri)
            if view is None:
                if self._api.is_gone(one.uri):
                    gone.add(one.uri)
                    yield _event(one.uri, "delete", None)
            elif view.cid and view.cid != one.cid:
                one.cid = view.cid
                yield _event(one.uri, "update", view)
        self._keep([one for one in known if one.uri not in gone])

    def _known(self) -> list[Watched]:
        try:
            return msgspec.json.decode(self._memory.get(FACT) or "[]", type=list[Watched])
        except msgspec.MsgspecError:
            return []

    def _keep(self, known: list[Watched]) -> None:
        told = msgspec.json.encode(known).decode()
        if told != self._memory.get(FACT):
            self._memory.put(FACT, told)


def _event(uri: str, operation: str, view: PostView | None) -> RawItem:
    """What Jetstream would have told."""
    did, _, key = parts_of(uri) or ("", "", "")
    commit: dict[str, Any] = {"operation": operation, "collection": POST, "rkey": key}
    if view:
        commit |= {"cid": view.cid, "record": view.record}
    told = {"did": did, "time_us": int(now().timestamp() * 1e6), "kind": "commit", "commit": commit}
    ending = view.cid if view else "gone"
    return RawItem(native_id=f"{uri}#{ending}", payload=msgspec.json.encode(told))
