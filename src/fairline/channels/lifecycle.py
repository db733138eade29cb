"""Tells a provider where to push, and to stop; what it said is kept for the inbox's page.

Called after an inbox was saved, resumed or archived, and never inside a transaction: a provider
may take its time.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.channels import store_inboxes
from fairline.channels.contract import Check, Connects, Hooked, InboxInfo
from fairline.channels.memory import InboxMemory
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError
from fairline.db.engine import Database

KEPT = "lifecycle"
KEPT_FOR = timedelta(days=30)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider said when we connected last."""

    at: datetime
    checks: tuple[Check, ...]

    @property
    def is_well(self) -> bool:
        return all(check.ok for check in self.checks)


def connect(database: Database, channels: Channels, inbox_id: str) -> tuple[Check, ...]:
    """Subscribe at the provider, where the channel does so. () where there is nothing to do.

    *Effects*: what it said is kept; a failure stands on the inbox as its error.
    """
    checks = _call(database, channels, inbox_id, is_on=True)
    if checks:
        failed = next((check for check in checks if not check.ok), None)
        with database.write() as unit:
            if failed:
                store_inboxes.note_error(unit, inbox_id, f"{failed.name}: {failed.text}")
            else:
                store_inboxes.clear_error(unit, inbox_id)
    return checks


def disconnect(database: Database, channels: Channels, inbox_id: str) -> tuple[Check, ...]:
    """Take the subscription back."""
    return _call(database, channels, inbox_id, is_on=False)


def last_told(database: Database, channels: Channels, inbox_id: str) -> Told | None:
    """What the provider said last; None where it was never asked."""
    kept = InboxMemory(database, channels.keyring, inbox_id).get(KEPT)
    return msgspec.json.decode(kept, type=Told) if kept else None


def hook_address(channels: Channels, info: InboxInfo) -> str:
    """Where a provider pushes to; '' for a channel that is not told by anybody."""
    channel = channels.of_kind(info.kind)
    is_hooked = isinstance(channel, Hooked) and channel.capabilities.pushes
    return f"{info.public_url}/hooks/{info.id}" if is_hooked else ""


def _call(
    database: Database, channels: Channels, inbox_id: str, *, is_on: bool
) -> tuple[Check, ...]:
    with database.read() as unit:
        info = channels.info_by_id(unit, inbox_id)
        at = unit.now
    channel = channels.of_kind(info.kind)
    if not isinstance(channel, Connects):
        return ()
    try:
        checks = channel.connect(info) if is_on else channel.disconnect(info)
    except FairlineError as error:
        checks = (Check(name=channel.label, ok=False, text=error.text),)
    if checks:
        told = msgspec.json.encode(Told(at=at, checks=checks)).decode()
        memory = InboxMemory(database, channels.keyring, inbox_id)
        memory.put(KEPT, told, expires_at=at + KEPT_FOR)
    return checks
