"""Understands what an own inbox is told. Pure. Its shapes: docs/guides/channel-custom.md."""

from binascii import Error as BadBase64
from datetime import datetime
from typing import Any, Literal

import msgspec

from fairline.channels.contract import (
    Author,
    Consent,
    Edited,
    Inbound,
    InboundFile,
    InboxInfo,
    Invalid,
    Receipt,
    Removed,
    Translation,
)
from fairline.core.html_clean import clean_html
from fairline.core.html_text import html_to_text

MOST_ID = 300


class _Author(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""
    audience: int | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str = "application/octet-stream"
    data: bytes = b""
    alt: str = ""


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `type` says which of the other fields count."""

    id: str
    type: Literal["message", "edit", "delete", "receipt", "consent"] = "message"
    author: _Author | None = None
    text: str = ""
    html: str = ""
    subject: str = ""
    public: bool = False
    in_reply_to: tuple[str, ...] = ()
    url: str = ""
    language: str = ""
    sent_at: datetime | None = None
    files: tuple[_File, ...] = ()
    of: tuple[str, ...] = ()
    state: Literal["delivered", "read", "failed"] = "delivered"
    error: str = ""
    stops: bool = True


def native_id_of(payload: bytes) -> str:
    """What the item is called: its id, and for news its kind besides. Raises Invalid."""
    told = _read(payload)
    return told.id if told.type == "message" else f"{told.type}:{told.id}"


def translated(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Raises Invalid with what is wrong, for the one who writes the other side."""
    del inbox
    told = _read(payload)
    native_id = told.id if told.type == "message" else f"{told.type}:{told.id}"
    if told.type == "receipt":
        return Receipt(
            native_id=native_id, state=told.state, native_ids=told.of, text=told.error[:500]
        )
    author = told.author
    if author is None or not author.id.strip():
        raise Invalid("`author` with an `id` is needed.", code="bad_payload", field="author")
    address = " ".join(author.id.split())[:MOST_ID]
    if told.type == "consent":
        return Consent(native_id=native_id, address=address, stops=told.stops, text=told.text[:200])
    if told.type == "delete":
        return Removed(native_id=native_id, of=told.of, address=address)
    inbound = _inbound(told, address, received_at)
    if told.type == "message":
        return inbound
    if len(told.of) != 1:
        raise Invalid("An edit names one message in `of`.", code="bad_payload", field="of")
    return Edited(
        native_id=native_id,
        of=told.of[0],
        address=address,
        text=inbound.text,
        html=inbound.html,
        edited_at=told.sent_at or received_at,
        inbound=msgspec.structs.replace(inbound, native_id=told.of[0]),
    )


def described(payload: bytes) -> dict[str, Any]:
    """What it says of itself."""
    try:
        told = _read(payload)
    except Invalid:
        return {}
    return {
        "from": told.author.id if told.author else "",
        "subject": told.subject,
        "text": told.text,
        "attachments": [{"name": one.name, "type": one.media_type} for one in told.files],
    }


def _inbound(told: _Told, address: str, received_at: datetime) -> Inbound:
    assert told.author
    html = clean_html(told.html.replace("\x00", "")).html if told.html else ""
    text = (told.text or (html_to_text(html) if html else "")).replace("\x00", "").strip()
    if not (text or told.files):
        raise Invalid("`text`, `html` or `files` is needed.", code="bad_payload", field="text")
    sent_at = told.sent_at if told.sent_at and told.sent_at.tzinfo else None
    return Inbound(
        native_id=told.id,
        author=Author(
            channel="custom",
            address=address,
            name=told.author.name.replace("\x00", "")[:200],
            verified=True,
            audience=told.author.audience,
        ),
        text=text,
        subject=told.subject.replace("\x00", "")[:500],
        html=html,
        is_public=told.public,
        sent_at=min(sent_at, received_at) if sent_at else None,
        in_reply_to=told.in_reply_to[:60],
        language=told.language[:20],
        files=tuple(
            InboundFile(name=one.name, media_type=one.media_type, data=one.data, alt=one.alt)
            for one in told.files[:50]
            if one.data
        ),
        permalink=told.url if told.url.startswith(("https://", "http://")) else "",
    )


def _read(payload: bytes) -> _Told:
    try:
        told = msgspec.json.decode(payload, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, BadBase64, RecursionError) as error:
        raise Invalid(f"That is not in our form: {error}"[:400], code="bad_payload") from error
    if not told.id.strip() or len(told.id) > MOST_ID or "\x00" in told.id:
        raise Invalid("`id` has 1 to 300 characters.", code="bad_payload", field="id")
    return told
