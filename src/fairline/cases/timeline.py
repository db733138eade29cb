"""Events: written in the transaction of the change itself, read by everything that follows along.

A reader resumes from a cursor `(tx, position)`. On PostgreSQL positions are handed out before
commit, so a late commit could slip in behind a reader; reading in the order of the writing
transaction and only below the oldest one in flight can never skip it. SQLite has one writer, so
position alone is in commit order (tx is 0).
"""

from typing import Any

from fairline.cases import store_events
from fairline.cases.events import KINDS
from fairline.cases.rows import Actor, Event
from fairline.core.errors import Invalid
from fairline.db.dialect import finished_before, notify
from fairline.db.unit import Unit

# Payload of the PostgreSQL notification is empty: listeners read the rows.
WIRE_NAME = "fairline_events"


def record(
    unit: Unit,
    kind: str,
    *,
    by: Actor,
    case_id: str | None = None,
    brand_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event. *Effects*: inline listeners run now, in this transaction; live screens and
    workers wake at commit.
    """
    if kind not in KINDS:
        raise LookupError(f"{kind!r} is not in cases/events.py")
    event = store_events.insert(unit, kind, case_id, brand_id, by, data or {})
    inline = unit.database.inline
    for hear in (*inline.get(kind, ()), *inline.get("*", ())):
        hear(unit, event)
    unit.at_the_end(("cases", "news"), _spread)
    return event


def _spread(unit: Unit) -> None:
    """Once for all events of the unit, before the rows that many units want are held."""
    notify(unit, WIRE_NAME, "")
    unit.after_commit(unit.database.rouse)


def follow(unit: Unit, cursor: str, *, limit: int = 500) -> list[Event]:
    """Events after `cursor`, in the one order in which all readers see them."""
    tx, position = parse_cursor(cursor)
    return store_events.after(unit, tx, position, below=finished_before(unit), limit=limit)


def newest_cursor(unit: Unit) -> str:
    """Where a reader starts that wants only what happens from now on."""
    return cursor_of(store_events.NEWEST.read(unit, {}))


def cursor_of(newest: list[str]) -> str:
    """The cursor out of what `store_events.NEWEST` found."""
    return newest[0] if newest else "0-0"


def parse_cursor(cursor: str) -> tuple[int, int]:
    """Raises Invalid for anything but two whole numbers with a dash between."""
    tx, dash, position = cursor.partition("-")
    if not (dash and tx.isascii() and tx.isdigit() and position.isascii() and position.isdigit()):
        raise Invalid("That is not a place in the stream of events.", code="bad_cursor")
    if len(tx) > 18 or len(position) > 18:
        raise Invalid("That is not a place in the stream of events.", code="bad_cursor")
    return int(tx), int(position)
