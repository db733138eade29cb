"""What came in and could not be understood: why, exactly as it came, and read again.

The source is shown as text and downloaded as text, never rendered: it is a stranger's.
"""

from typing import Any

from litestar import Response

from fairline.channels import raw, store_inboxes, store_raw
from fairline.channels.rows import Inbox, RawRow
from fairline.core.errors import NotFound
from fairline.core.text import tidy
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import go, known_id, note, show
from fairline.people.tables import Agent
from fairline.web.handle import reads, writes

PATH = "/desk/set-aside"
GUARDS = [needs("supervisor")]
MOST_SHOWN = 200
MOST_AT_ONCE = 1000
MOST_SOURCE = 100_000


@reads(PATH, guards=GUARDS)
def set_aside(
    database: Database, session: Session, agent: Agent, done: str | None = None
) -> Response[Any]:
    """The newest first."""
    with database.read() as unit:
        items = store_raw.set_aside(unit, brand_ids=agent.brand_ids, limit=MOST_SHOWN + 1)
        return show(
            unit,
            session,
            "aside.html",
            "aside",
            done=done,
            items=[(item, why(item)) for item in items[:MOST_SHOWN]],
            has_more=len(items) > MOST_SHOWN,
            inboxes={inbox.id: inbox for inbox in store_inboxes.all_inboxes(unit)},
        )


@reads(PATH + "/{raw_id:str}", guards=GUARDS)
def one(database: Database, session: Session, agent: Agent, raw_id: str) -> Response[Any]:
    """One item with its source as text."""
    with database.read() as unit:
        item, inbox = _own(unit, agent, raw_id)
        payload = raw.payload_of(unit, item)
        return show(
            unit,
            session,
            "aside_one.html",
            "aside",
            item=item,
            inbox=inbox,
            why=why(item),
            source=tidy(payload[:MOST_SOURCE].decode("utf-8", "replace")),
            size_bytes=len(payload),
            is_cut=len(payload) > MOST_SOURCE,
        )


@reads(PATH + "/{raw_id:str}/source", guards=GUARDS)
def source(database: Database, agent: Agent, raw_id: str) -> Response[bytes]:
    """The bytes exactly as they came, as a file of plain text."""
    with database.read() as unit:
        item, _ = _own(unit, agent, raw_id)
        payload = raw.payload_of(unit, item)
    return Response(
        payload,
        media_type="text/plain",
        headers={
            "Content-Disposition": f'attachment; filename="set-aside-{item.id}.txt"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


@writes(PATH + "/{raw_id:str}/replay", guards=GUARDS)
def replay_one(database: Database, agent: Agent, raw_id: str) -> Response[Any]:
    """Read it again."""
    with database.write() as unit:
        item, inbox = _own(unit, agent, raw_id)
        raw.replay(unit, item.id)
        note(unit, agent, "item_replayed", item.id, brand_id=inbox.brand_id)
    return go(PATH, "replayed")


@writes(PATH + "/replay", guards=GUARDS)
def replay_all(database: Database, agent: Agent) -> Response[Any]:
    """Read all of them again, after a mistake of ours was mended."""
    with database.write() as unit:
        for item in store_raw.set_aside(unit, brand_ids=agent.brand_ids, limit=MOST_AT_ONCE):
            raw.replay(unit, item.id)
        note(unit, agent, "items_replayed", "all")
    return go(PATH, "replayed")


def why(item: RawRow) -> str:
    """The last line of what went wrong, without the name of the error's class."""
    lines = [line for line in item.reason.strip().splitlines() if line.strip()]
    last = lines[-1].strip() if lines else ""
    name, colon, text = last.partition(": ")
    is_class = bool(colon) and " " not in name and name.replace(".", "").replace("_", "").isalnum()
    return (text if is_class else last)[:300] or "No reason was given."


def _own(unit: Unit, agent: Agent, raw_id: str) -> tuple[RawRow, Inbox]:
    """An item that is set aside, of the supervisor's brands. Raises NotFound."""
    item = store_raw.by_id(unit, known_id(raw_id))
    inbox = store_inboxes.inbox_by_id(unit, item.inbox_id) if item else None
    if not item or not inbox or item.state != "set_aside" or not reaches(agent, inbox.brand_id):
        raise NotFound("This is not among what was set aside (any more).", code="no_raw_item")
    return item, inbox


ROUTES: list[Any] = [set_aside, one, source, replay_one, replay_all]
