"""Until when a network takes an answer: a clock on the case, kept as messages come and go.

`Window` (capabilities.py) says how long after the customer's last private message. It is shown and
rings before it is over (line/alarms.py); it is never an input to the order of the line.
"""

from datetime import datetime, timedelta

from fairline.cases import store, store_messages, store_reach
from fairline.cases.rows import Event
from fairline.channels.allowed import asks_who_wrote
from fairline.channels.contract import Channel
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import store_contacts


def hear(unit: Unit, event: Event, channels: Channels) -> None:
    """Inline listener of messages and of `case_merged`. Costs nothing for channels whose
    networks ask for none of it; else two statements by a key.
    """
    if event.kind == "message_received" and not event.data.get("automatic"):
        _heard(unit, event, channels)
    elif event.kind == "message_sent" and not event.data.get("is_notice"):
        store_reach.end_window(unit, event.case_id or "")
    elif event.kind == "case_merged" and event.data.get("is_into"):
        _taken_in(unit, event)


def _heard(unit: Unit, event: Event, channels: Channels) -> None:
    channel = _channel(channels, str(event.data.get("channel", "")))
    if channel is None or not asks_who_wrote(channel):
        return
    message = store_messages.message_by_id(unit, event.data["message_id"])
    if message is None or message.identity_id is None:
        return
    at = min(message.sent_at or _arrived(event), unit.now)
    # A post that everybody can read opens no window, on a private case neither.
    is_private = message.visibility == "private" and not message.permalink
    store_contacts.note_heard(unit, message.identity_id, at, in_private=is_private)
    window = channel.capabilities.window
    if window and is_private and event.case_id and not event.data.get("bystander"):
        until = at + timedelta(hours=window.hours)
        store_reach.begin_window(unit, event.case_id, until, channel.kind)


def _taken_in(unit: Unit, event: Event) -> None:
    """What still had to be answered by a time has to be so on the case that took it in."""
    other = store.case_by_id(unit, event.data["other_id"])
    if other and other.reply_by and event.case_id:
        store_reach.begin_window(unit, event.case_id, other.reply_by, other.reply_channel)


def _arrived(event: Event) -> datetime:
    given = event.data.get("arrived_at")
    return datetime.fromisoformat(given) if given else event.at


def _channel(channels: Channels, kind: str) -> Channel | None:
    try:
        return channels.of_kind(kind)
    except Invalid:
        return None
