"""Which posts were lately taken in: X tells nobody when a stranger takes a post back, so they are
looked at again once a day. Source: X Developer Policy, "Compliance": what is deleted there must go.

The newest hundred are kept in the inbox's memory, which is what one question takes. A post that was
paid for today costs nothing more.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.channels.contract import Memory, RawItem

MOST = 100
EVERY = timedelta(days=1)
_POSTS, _LOOKED = "recent", "recent.looked"


class Recent:
    """Ids of posts with their authors', newest last."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def add(self, posts: dict[str, str]) -> None:
        """Note posts: id to author."""
        if posts:
            known = self.known() | posts
            kept = sorted(known.items(), key=lambda one: int(one[0]))[-MOST:]
            self._write(dict(kept))

    def known(self) -> dict[str, str]:
        noted = (one.partition(":") for one in self._memory.get(_POSTS).split(","))
        return {post: author for post, _, author in noted if post.isdigit()}

    def is_due(self, at: datetime) -> bool:
        looked = self._memory.get(_LOOKED)
        return not looked or datetime.fromisoformat(looked) + EVERY <= at

    def looked(self, at: datetime, gone: list[str]) -> list[RawItem]:
        """Note that they were looked at; what is gone, as items to store."""
        known = self.known()
        self._memory.put(_LOOKED, at.isoformat())
        lost = [post for post in gone if post in known]
        if lost:
            self._write({post: author for post, author in known.items() if post not in lost})
        return [_item(post, known[post]) for post in lost]

    def _write(self, posts: dict[str, str]) -> None:
        self._memory.put(_POSTS, ",".join(f"{post}:{author}" for post, author in posts.items()))


def _item(post: str, author: str) -> RawItem:
    """In the form in which X pushes it."""
    event = {"status": {"id": post, "user_id": author}}
    payload = msgspec.json.encode({"tweet_delete_events": [event]})
    return RawItem(native_id=f"gone:{post}", payload=payload)
