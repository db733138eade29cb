"""What is said in our name by other means: a colleague with the server's own app.

The right hand knows it: such an answer stands on the case that it answers. What we sent ourselves
carries the name of our token's application, and is left out. Source: docs.joinmastodon.org,
Methods: accounts (statuses), apps (verify_credentials); Entities: Status (`application`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from fairline.channels.contract import DeliveryError, Memory, RawItem
from fairline.channels.mastodon.api import Api
from fairline.channels.mastodon.entities import Status
from fairline.channels.mastodon.names import native_of
from fairline.core.clock import now

LOOKED_EVERY = timedelta(seconds=60)
ME, APP, SINCE = "me", "app", "own_posts_since"


class OwnPosts:
    """The posts of our account."""

    def __init__(self, api: Api, memory: Memory) -> None:
        self._api = api
        self._memory = memory
        self._looked_at: datetime | None = None

    def posts(self) -> Iterator[RawItem]:
        """Answers that were not sent by us since the last look, oldest first."""
        at = now()
        if self._looked_at and at - self._looked_at < LOOKED_EVERY:
            return
        self._looked_at = at
        since = self._memory.get(SINCE)
        page = self._api.said_by(self._me(), min_id=since) if since else self.newest()
        if page:
            self._memory.put(SINCE, str(page[0][0].id))
        if not since:
            self._memory.put(SINCE, str(page[0][0].id) if page else "0")
            return  # what was said before we came is not ours to file
        ours = self._app() if page else ""
        for status, payload in reversed(page):
            is_answer = status.in_reply_to_id or status.mentions
            made_by = (status.application.name or "") if status.application else ""
            if is_answer and not (ours and made_by == ours):
                yield RawItem(native_id=native_of(status.id, self._api.inbox), payload=payload)

    def newest(self) -> list[tuple[Status, bytes]]:
        """The last ones, newest first."""
        return self._api.said_by(self._me())

    def _me(self) -> str:
        known = self._memory.get(ME)
        if not known:
            known = str(self._api.me().id)
            self._memory.put(ME, known)
        return known

    def _app(self) -> str:
        known = self._memory.get(APP)
        if not known:
            try:
                known = self._api.app()
            except DeliveryError:
                return ""
            self._memory.put(APP, known)
        return known
