"""Understands one entry of a feed. Pure. Nobody vouches for who wrote it."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fairline.channels.contract import (
    Author,
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Translation,
)
from fairline.channels.feed.reading import Entry
from fairline.core.html_clean import clean_html
from fairline.core.html_text import html_to_text


def translated(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """A case, or a mention where the inbox only listens. Raises Invalid.

    Every version of an entry is an edit of it: the first one that we see is taken as it is.
    """
    entry = _read(payload)
    html = clean_html(entry.html).html
    text = html_to_text(html).strip() or entry.title
    inbound = Inbound(
        native_id=entry.id,
        author=Author(channel="feed", address=_address(entry), name=entry.author or entry.feed),
        text=text,
        subject=html_to_text(entry.title).strip()[:500] if entry.title else "",
        html=html,
        is_public=True,
        sent_at=_moment(entry.published or entry.updated, received_at),
        in_reply_to=entry.answers,
        language=entry.language.partition("-")[0].lower(),
        permalink=entry.link,
    )
    if inbox.options.get("takes", "mentions") != "cases":
        return Ignored(
            native_id=entry.version,
            outcome="chatter",
            reason="an entry of a feed that is only read",
            inbound=inbound,
        )
    return Edited(
        native_id=entry.version,
        of=entry.id,
        address=inbound.author.address,
        text=inbound.text,
        html=inbound.html,
        edited_at=_moment(entry.updated, received_at),
        inbound=inbound,
    )


def described(payload: bytes) -> dict[str, Any]:
    """What it says of itself."""
    try:
        entry = _read(payload)
    except Invalid:
        return {}
    return {"from": entry.author, "subject": entry.title, "html_kept": bool(entry.html)}


def _address(entry: Entry) -> str:
    """The author's own page where the feed names it; else this entry's, since names are shared and
    two people called Alex are two.
    """
    if entry.author_url:
        return entry.author_url
    host = host_in(entry.link or entry.id) or "feed"
    return f"{host}/{hashlib.sha256(entry.id.encode()).hexdigest()[:24]}"


def host_in(address: str) -> str:
    """The host of an address, '' for what is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _moment(stamp: str, received_at: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), received_at)


def _read(payload: bytes) -> Entry:
    try:
        entry = msgspec.json.decode(payload, type=Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("That is no entry of a feed.", code="bad_payload") from error
    if not entry.id or not (entry.title or entry.html):
        raise Invalid("An entry has an id and words.", code="bad_payload")
    return entry
