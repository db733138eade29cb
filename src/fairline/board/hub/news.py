"""Notices what may have changed in our feeds, and renders anew those that somebody subscribes to.

Where nobody subscribes, an event costs one look into a small table. Where somebody does, all that
happens within some seconds is one rendering, and each subscriber is given a turn (`sending`).
"""

import hashlib
from datetime import timedelta
from typing import Any

from fairline.board.hub import store
from fairline.board.hub.store import Issue
from fairline.board.topics import addresses_about, feed_of, topic_at
from fairline.cases import store as cases
from fairline.cases.following import living
from fairline.cases.rows import Event
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people import store as people

JOB = "feed_news"
SOON = timedelta(seconds=3)
BATCH = 500
GONE = "gone"
SAID = ("message_sent", "message_received")
# These may change what everybody reads, whatever they say of it.
HEARD = (
    *("message_edited", "message_hidden", "message_shown", "message_moved", "case_hidden"),
    *("case_shown", "visibility_changed", "personal_data_found", "personal_data_masked"),
    *("personal_data_allowed", "case_merged", "case_unmerged"),
)


def hear(unit: Unit, event: Event, settings: Settings) -> None:
    """Inline listener. *Effects*: a job for each feed with subscribers that it may be news to."""
    if event.case_id is None or event.brand_id is None:
        return
    if event.kind in SAID and event.data.get("visibility") != "public":
        return
    if not store.brand_has_any(unit, event.brand_id):
        return
    case = cases.case_by_id(unit, event.case_id)
    brand = people.brand_by_id(unit, event.brand_id)
    if case is None or brand is None:
        return
    board = settings.public_url + ("" if brand.is_default else f"/b/{brand.slug}")
    references = tuple({case.reference, living(unit, case).reference})
    for topic in store.wanted_of(unit, addresses_about(board, references)):
        enqueue(unit, JOB, {"topic": topic}, key=f"{JOB}:{topic}", run_at=unit.now + SOON)


class Renderer:
    """Runs the job."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def work(self, database: Database, payload: dict[str, Any]) -> None:
        """Render one feed and give its subscribers a turn. Again is harmless: who has been told of
        just this is left alone.
        """
        topic = str(payload["topic"])
        with database.read() as unit:
            if not store.wanted_of(unit, [topic]):
                return
            issue = self._issue(unit, topic)
        with database.write() as unit:
            if store.mark_of(unit, topic) != issue.mark:
                store.put_issue(unit, issue)
        after = ""
        while True:
            with database.write() as unit:
                after = store.mark_due(unit, topic, issue.mark, after=after, limit=BATCH)
                unit.after_commit(database.rouse)
            if not after:
                return

    def _issue(self, unit: Unit, topic: str) -> Issue:
        found = topic_at(topic, self.settings)
        try:
            feed = feed_of(unit, found, self.settings) if found else None
        except NotFound:
            feed = None
        if feed is None:
            return Issue(topic=topic, mark=GONE, media_type="", body=b"")
        body = feed.body()
        mark = hashlib.sha256(body).hexdigest()[:32]
        return Issue(topic=topic, mark=mark, media_type=feed.media_type, body=body)
