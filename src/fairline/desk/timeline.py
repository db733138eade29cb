"""The timeline of a case: messages, notes and events of all channels in the order they happened.

Three statements, however long the thread is; old messages come in pages of 200.
"""

import re
from collections.abc import Callable
from datetime import datetime

import msgspec

from fairline.cases import store_events, store_messages
from fairline.cases.merging.history import events_before
from fairline.cases.rows import Attachment, Case, Event, Message
from fairline.channels import store_deliveries
from fairline.channels.repair import STUCK
from fairline.channels.rows import Delivery
from fairline.core.text import text_to_html
from fairline.db.unit import Unit
from fairline.desk import wording
from fairline.handoff.letters.rows import Reading
from fairline.handoff.letters.store import readings_of

PAGE = 200
_TAG = re.compile(r"(<[^>]*>)")
_MENTION = re.compile(r"@\[([^\]\n<]{1,200})\]")
MESSAGE_EVENTS = frozenset({"message_received", "message_sent", "note_added"})


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of a message, in words."""

    id: str
    state: str
    text: str
    why: str
    is_stuck: bool
    # `phone` or `letter`: a person still has to say or post it.
    by_hand: str = ""


class Bubble(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the desk shows it. `edge` is public, private or note: who can read it."""

    message: Message
    edge: str
    who: str
    html: str
    full_html: str
    files: list[Attachment]
    sendings: list[Sending]
    verdict: str
    verdict_tone: str
    copied: list[str]
    reading: Reading | None = None

    @property
    def at(self) -> datetime:
        return self.message.created_at


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """What one actor did at one moment: `words` are shown on one line."""

    at: datetime
    who: str
    words: list[str]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first. `earlier` is the id to page on from, '' at the beginning; `last_id` is the
    last message shown.
    """

    items: list[Bubble | Happening]
    earlier: str
    last_id: str


def timeline_of(
    unit: Unit,
    case: Case,
    name: wording.Names,
    *,
    files: list[Attachment],
    before: Message | None = None,
    own: str = "",
) -> Timeline:
    """The newest page of the thread with its `files`, or the page before a message. `own` is the
    inbox's address: that a mail went there needs no mention.
    """
    found = store_messages.thread_before(unit, case.id, before, limit=PAGE + 1)
    messages = found[-PAGE:]
    is_whole = len(found) <= PAGE
    since = None if is_whole or not messages else messages[0].created_at
    until = before.created_at if before else None
    events = store_events.of_case_between(unit, case.id, since, until)
    events += events_before(unit, case, since, until)
    bubbles = _bubbles(unit, messages, files, name, own)
    positions = {
        event.data.get("message_id"): event.position
        for event in events
        if event.kind in MESSAGE_EVENTS
    }
    keyed: list[tuple[datetime, int, Bubble | Event]] = [
        (bubble.at, positions.get(bubble.message.id, 0), bubble) for bubble in bubbles
    ]
    keyed += [(e.at, e.position, e) for e in events if e.kind not in MESSAGE_EVENTS]
    keyed.sort(key=lambda item: item[:2])
    return Timeline(
        items=_folded([item for _, _, item in keyed], name),
        earlier="" if is_whole or not messages else messages[0].id,
        last_id=messages[-1].id if messages else "",
    )


def _bubbles(
    unit: Unit,
    messages: list[Message],
    attached: list[Attachment],
    name: wording.Names,
    own: str,
) -> list[Bubble]:
    files: dict[str, list[Attachment]] = {}
    for file in attached:
        files.setdefault(file.message_id or "", []).append(file)
    sent = [m.id for m in messages if m.direction == "outbound"]
    deliveries = store_deliveries.of_messages(unit, sent)
    letters = [m.id for m in messages if m.channel == "letter" and m.direction == "inbound"]
    readings = readings_of(unit, letters)
    bubbles = [
        _bubble(message, files.get(message.id, []), deliveries.get(message.id, []), name, own)
        for message in messages
    ]
    return [
        msgspec.structs.replace(one, reading=readings[one.message.id])
        if one.message.id in readings
        else one
        for one in bubbles
    ]


def _bubble(
    message: Message,
    files: list[Attachment],
    deliveries: list[Delivery],
    name: wording.Names,
    own: str,
) -> Bubble:
    verdict, tone = wording.auth_verdict(message.auth)
    is_note = message.direction == "note"
    return Bubble(
        message=message,
        edge="note" if is_note else message.visibility,
        who=_author(message, name),
        html=mentioned(text_to_html(message.text)) if is_note else text_to_html(message.text),
        full_html=text_to_html(message.full_text) if message.full_text else "",
        files=files,
        sendings=[_sending(delivery, name) for delivery in deliveries],
        verdict=verdict,
        verdict_tone=tone,
        copied=[
            copy.get("name") or copy.get("address", "")
            for copy in message.copied
            if copy.get("role") != "reply_to" and not _is_at(own, copy.get("address", ""))
        ],
    )


def _is_at(own: str, address: str) -> bool:
    """Whether an address, with or without `+detail`, is the inbox's own."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" == own.lower()


def mentioned(markup: str) -> str:
    """Mark `@[Name]` in escaped text, but never inside a tag."""
    parts = _TAG.split(markup)
    parts[::2] = [
        _MENTION.sub(r'<strong class="mention">@\1</strong>', part) for part in parts[::2]
    ]
    return "".join(parts)


def _author(message: Message, name: Callable[[str, str | None], str]) -> str:
    if message.agent_id:
        return name("agent", message.agent_id)
    if message.direction == "outbound" and message.native_id:
        return f"{message.author_name or 'One of us'}, not from this desk"
    if message.direction == "outbound":
        return "Fairline"
    if (message.auth or {}).get("possession") == "none":
        return "Somebody with the link"
    return message.author_name or name("identity", message.identity_id) or "Somebody"


def _sending(delivery: Delivery, name: wording.Names) -> Sending:
    return Sending(
        id=delivery.id,
        state=delivery.state,
        text=wording.delivery_words(delivery, name),
        why=delivery.error,
        is_stuck=delivery.state in STUCK,
        by_hand=delivery.channel if wording.is_by_hand(delivery) else "",
    )


def _folded(items: list[Bubble | Event], name: wording.Names) -> list[Bubble | Happening]:
    """Events one after another by the same actor at the same moment share a line."""
    folded: list[Bubble | Happening] = []
    for item in items:
        if isinstance(item, Bubble):
            folded.append(item)
            continue
        words = wording.event_words(item, name)
        if not words:
            continue
        who = _actor(item, name)
        last = folded[-1] if folded else None
        if isinstance(last, Happening) and last.who == who and last.at == item.at:
            last.words.append(words)
        else:
            folded.append(Happening(at=item.at, who=who, words=[words]))
    return folded


def _actor(event: Event, name: wording.Names) -> str:
    if event.kind == "case_opened":
        return ""
    if event.actor_kind == "agent":
        return name("agent", event.actor_id)
    return "The customer" if event.actor_kind == "contact" else ""
