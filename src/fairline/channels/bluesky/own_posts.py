"""What is said in our name by other means: a colleague with Bluesky's own app.

The right hand knows it: such a reply stands on the case that it answers. What we sent ourselves is
marked in the inbox's memory before it goes out, and left out. Source: lexicon
app.bsky.feed.getAuthorFeed (filter posts_with_replies).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from fairline.channels.bluesky.api import Api
from fairline.channels.bluesky.entities import Post, PostView, read
from fairline.channels.bluesky.names import parts_of
from fairline.channels.contract import Memory, RawItem
from fairline.core.clock import now
from fairline.core.errors import Invalid

LOOKED_EVERY = timedelta(seconds=60)
KEPT = timedelta(days=3)
SINCE = "own_posts_since"


class OwnPosts:
    """The posts of our account."""

    def __init__(self, api: Api, memory: Memory) -> None:
        self._api = api
        self._memory = memory
        self._looked_at: datetime | None = None

    def mark(self, key: str) -> None:
        """The post with this record key is ours."""
        self._memory.put(f"own:{key}", "yes", expires_at=now() + KEPT)

    def posts(self) -> Iterator[RawItem]:
        """Replies that were not sent by us since the last look, oldest first."""
        at = now()
        if self._looked_at and at - self._looked_at < LOOKED_EVERY:
            return
        self._looked_at = at
        page = self._page()
        since = self._memory.get(SINCE)
        newest = max([since, *(view.indexed_at or "" for view, _ in page)]) or "0"
        if newest != since:
            self._memory.put(SINCE, newest)
        if not since:
            return  # what was said before we came is not ours to file
        for view, payload in reversed(page):
            key = (parts_of(view.uri) or ("", "", ""))[2]
            if (view.indexed_at or "") > since and not self._memory.get(f"own:{key}"):
                yield RawItem(native_id=view.uri, payload=payload)

    def _page(self) -> list[tuple[PostView, bytes]]:
        """Our last replies, newest first."""
        did = self._api.did
        params = (("actor", did), ("limit", "30"), ("filter", "posts_with_replies"))
        found = []
        for one in self._api.reading(_Feed, "app.bsky.feed.getAuthorFeed", *params).feed:
            try:
                view = read(one.post, PostView)
                is_reply = read(view.record, Post).reply is not None
            except Invalid:
                continue
            if is_reply and view.author.did == did:
                found.append((view, bytes(one.post)))
        return found


class _Item(msgspec.Struct):
    post: msgspec.Raw = msgspec.Raw()


class _Feed(msgspec.Struct):
    feed: list[_Item]
