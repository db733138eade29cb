"""Counts what comes into each inbox by the hour: what the profile of an inbox is made from.

Only hours in which the house was up and the inbox active are counted: where one is missing, nobody
was there to look, and silence says nothing.
"""

from datetime import datetime, timedelta

from fairline.channels import store_inboxes
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.health import store
from fairline.health.silence import HOUR, WEEKS

# The count is a period of the worker: if it was away for longer, the house was.
AWAY = 3 * HOUR


def turn(database: Database, channels: Channels) -> int:
    """Count the hours that are over. Returns how many. Idempotent, on any number of nodes."""
    with database.read() as unit:
        wanted = [one for one in store_inboxes.all_inboxes(unit) if is_heard(channels, one)]
    return sum(_count(database, inbox) for inbox in wanted)


def is_heard(channels: Channels, inbox: Inbox) -> bool:
    """Whether things come into it by themselves: fetched or pushed, and not paused."""
    try:
        can = channels.of_kind(inbox.kind).capabilities
    except Invalid:
        return False
    return inbox.state == "active" and (can.polls or can.pushes or can.listens)


def _count(database: Database, inbox: Inbox) -> int:
    with database.read() as unit:
        end = store.hour_begin(unit.now)
        last = store.last_counted(unit, inbox.id)
        begin = _begin(inbox, last, end)
        if begin >= end:
            return 0
        came = store.came_by_hour(unit, inbox.id, begin, end)
    if last is None and came:
        begin = min(came)  # what was here before this was counted
    hours = [begin + n * HOUR for n in range(int((end - begin) / HOUR))]
    with database.write() as unit:
        store.note_hours(unit, inbox.id, [(hour, came.get(hour, 0)) for hour in hours])
        store.forget_hours(unit, inbox.id, end - timedelta(weeks=WEEKS))
    return len(hours)


def _begin(inbox: Inbox, last: datetime | None, end: datetime) -> datetime:
    """Where to go on; the present hour after an absence, so that a hole stays a hole."""
    if last is None:
        return max(store.hour_begin(inbox.created_at), end - timedelta(weeks=WEEKS))
    following = last + HOUR
    return following if end - following <= AWAY else end - HOUR
