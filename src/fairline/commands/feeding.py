"""Feeds stored payloads into an inbox: kept raw, understood, and told about, one by one.

How files hold payloads, and what stands in one, is the channel's own affair: a channel that can be
fed has `items_in(path)` and may have `describe(payload)` (`channels/contract.py:Feedable`).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from fairline.cases import store as cases
from fairline.cases import store_messages
from fairline.channels import doors, store_raw
from fairline.channels.contract import Feedable, RawItem
from fairline.channels.inboxes import find_inbox
from fairline.channels.ingest import WAITS, Ingest, Result
from fairline.channels.rows import Inbox, RawRow
from fairline.commands.output import plain, progress, say_json, say_table
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.wiring import Office

# What mail tells more finely falls into the outcomes that are counted. Where people post or talk
# these are what is counted.
OUTCOMES = {
    "loop": "auto_reply",
    "own": "auto_reply",
    "spam": "auto_reply",
    "chatter": "auto_reply",
    "receipt": "bounce",
}
WAIT_S = 60.0


class Fed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the answer. `from` and `to` are what the item says of itself."""

    path: str
    native_id: str
    outcome: str
    case: str | None = None
    sender: str = msgspec.field(name="from", default="")
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html_kept: bool = False
    attachments: tuple[dict[str, Any], ...] = ()
    auth: dict[str, str] = {}
    reason: str = ""


def feed_inbox(office: Office, word: str, paths: tuple[Path, ...], *, as_json: bool) -> bool:
    """Feed everything in `paths`. Returns whether nothing had to be set aside."""
    with office.database.read() as unit:
        inbox = find_inbox(unit, word)
    channel = office.channels.of_kind(inbox.kind)
    if not isinstance(channel, Feedable):
        raise Invalid(f"Nothing can be fed into {channel.label}.", code="not_feedable")
    counts: Counter[str] = Counter()
    ingest = office.make_ingest()
    with progress(f"Feeding {inbox.address or inbox.name}") as done:
        for fed in _all_fed(office, ingest, channel, inbox, paths, done.tick):
            counts[fed.outcome] += 1
            if as_json:
                say_json(fed)
            elif fed.outcome == "set_aside":
                click.echo(f"set aside: {plain(fed.path)}: {plain(fed.reason)}", err=True)
    if not as_json:
        say_table(("OUTCOME", "ITEMS"), counts.most_common(), none="There was nothing in it.")
    return not counts["set_aside"]


def _items(channel: Feedable, paths: tuple[Path, ...]) -> Iterator[tuple[str, RawItem]]:
    for path in paths:
        yield from channel.items_in(path)


def _all_fed(
    office: Office,
    ingest: Ingest,
    channel: Feedable,
    inbox: Inbox,
    paths: tuple[Path, ...],
    tick: Callable[[], None],
) -> Iterator[Fed]:
    """Mails are told of one by one. Posts of a thread may come in any order, and what one of them
    belongs to is certain when all have come: they are told of at the end.
    """
    capabilities = office.channels.of_kind(inbox.kind).capabilities
    is_told_apart = capabilities.public or capabilities.is_talk
    later: list[tuple[str, RawItem, str | None, Result]] = []
    for path, item in _items(channel, paths):
        raw_id = doors.accept(office.database, inbox.id, item)
        result = ingest.take(raw_id) if raw_id else Result(outcome="duplicate")
        tick()
        if not is_told_apart:
            fed = _told(office, channel, inbox, path, item, raw_id, result)
            yield msgspec.structs.replace(fed, outcome=OUTCOMES.get(fed.outcome, fed.outcome))
            continue
        while ingest.step("feed"):
            continue
        later.append((path, item, raw_id, result))
    for path, item, raw_id, result in later:
        yield _told(office, channel, inbox, path, item, raw_id, result)


def _told(
    office: Office,
    channel: Feedable,
    inbox: Inbox,
    path: str,
    item: RawItem,
    raw_id: str | None,
    result: Result,
) -> Fed:
    outcome, reason = result.outcome, result.reason
    with office.database.read() as unit:
        row = (
            store_raw.by_id(unit, raw_id)
            if raw_id
            else store_raw.by_native_id(unit, inbox.id, item.native_id)
        )
    # A running server was faster than we, or what it waited for has come meanwhile.
    if raw_id and outcome in {"", WAITS} and row:
        row = _taken(office, row)
        outcome, reason = row.outcome, row.reason
    described = channel.describe(item.payload)
    with office.database.read() as unit:
        known = _recorded(unit, row) if row else {}
    return msgspec.convert(
        {
            **described,
            **known,
            "path": path,
            "native_id": item.native_id,
            "outcome": outcome,
            "reason": reason.strip().splitlines()[-1] if reason.strip() else "",
        },
        Fed,
        strict=False,
    )


def _taken(office: Office, row: RawRow) -> RawRow:
    """Wait until somebody else's work on the item is done."""
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.1)):
        if row.state != "stored":
            return row
        pause.wait(0.1)
        with office.database.read() as unit:
            row = store_raw.by_id(unit, row.id) or row
    raise Invalid("A running server has this item and does not finish it.", code="busy")


def _recorded(unit: Unit, row: RawRow) -> dict[str, Any]:
    """What the record holds of it: that is what an agent sees."""
    case = cases.case_by_id(unit, row.case_id) if row.case_id else None
    known: dict[str, Any] = {"case": case.reference if case else None}
    message = store_messages.message_by_id(unit, row.message_id) if row.message_id else None
    if message is None or message.direction != "inbound":
        return known
    files = store_messages.attachments_of_message(unit, message.id)
    return known | {
        "text": message.text,
        "html_kept": bool(message.html),
        "attachments": [
            {"name": f.name, "type": f.media_type, "bytes": f.size_bytes} for f in files
        ],
        "auth": {k: v for k, v in (message.auth or {}).items() if k in {"spf", "dkim", "dmarc"}},
    }
