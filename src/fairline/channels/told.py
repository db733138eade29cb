"""What signed JSON tells us: the shape that an own inbox and a site's comment box share. Pure.

Its fields are in docs/guides/channel-custom.md. A channel may know more of them (`Told` is there to
be extended), and says of each message what else it is.
"""

from binascii import Error as BadBase64
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from fairline.channels.contract import (
    Author,
    Consent,
    Edited,
    Inbound,
    InboundFile,
    Invalid,
    Receipt,
    Removed,
)
from fairline.core.html_clean import clean_html
from fairline.core.html_text import html_to_text

MOST_ID = 300


class ToldAuthor(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""
    audience: int | None = None


class ToldFile(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str = "application/octet-stream"
    data: bytes = b""
    alt: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `type` says which of the other fields count."""

    id: str
    type: Literal["message", "edit", "delete", "receipt", "consent"] = "message"
    author: ToldAuthor | None = None
    text: str = ""
    html: str = ""
    subject: str = ""
    public: bool = False
    in_reply_to: tuple[str, ...] = ()
    url: str = ""
    language: str = ""
    sent_at: datetime | None = None
    files: tuple[ToldFile, ...] = ()
    of: tuple[str, ...] = ()
    state: Literal["delivered", "read", "failed"] = "delivered"
    error: str = ""
    stops: bool = True

    @property
    def native_id(self) -> str:
        """What the item is called: its id, and for news its kind besides."""
        return self.id if self.type == "message" else f"{self.type}:{self.id}"


T = TypeVar("T", bound=Told)


def read_told(payload: bytes, shape: type[T]) -> T:
    """Raises Invalid with what is wrong, for the one who writes the other side."""
    try:
        told = msgspec.json.decode(payload, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, BadBase64, RecursionError) as error:
        raise Invalid(f"That is not in our form: {error}"[:400], code="bad_payload") from error
    if not told.id.strip() or len(told.id) > MOST_ID or "\x00" in told.id:
        raise Invalid("`id` has 1 to 300 characters.", code="bad_payload", field="id")
    return told


def news_of(told: Told) -> Receipt | Consent | Removed | None:
    """News of something said before; None for words. Raises Invalid."""
    if told.type == "receipt":
        return Receipt(
            native_id=told.native_id, state=told.state, native_ids=told.of, text=told.error[:500]
        )
    if told.type == "consent":
        return Consent(
            native_id=told.native_id,
            address=address_of(told),
            stops=told.stops,
            text=told.text[:200],
        )
    if told.type == "delete":
        return Removed(native_id=told.native_id, of=told.of, address=address_of(told))
    return None


def words_of(told: Told, kind: str, received_at: datetime) -> Inbound:
    """What was said. Raises Invalid."""
    address = address_of(told)
    assert told.author
    html = clean_html(told.html.replace("\x00", "")).html if told.html else ""
    text = (told.text or (html_to_text(html) if html else "")).replace("\x00", "").strip()
    if not (text or told.files):
        raise Invalid("`text`, `html` or `files` is needed.", code="bad_payload", field="text")
    sent_at = told.sent_at if told.sent_at and told.sent_at.tzinfo else None
    return Inbound(
        native_id=told.id,
        author=Author(
            channel=kind,
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


def said_or_changed(told: Told, inbound: Inbound, received_at: datetime) -> Inbound | Edited:
    """The words themselves, or an edit with them. Raises Invalid."""
    if told.type == "message":
        return inbound
    if len(told.of) != 1:
        raise Invalid("An edit names one message in `of`.", code="bad_payload", field="of")
    return Edited(
        native_id=told.native_id,
        of=told.of[0],
        address=inbound.author.address,
        text=inbound.text,
        html=inbound.html,
        edited_at=told.sent_at or received_at,
        inbound=msgspec.structs.replace(inbound, native_id=told.of[0]),
    )


def address_of(told: Told) -> str:
    """The author's id in its normal form. Raises Invalid."""
    if told.author is None or not told.author.id.strip():
        raise Invalid("`author` with an `id` is needed.", code="bad_payload", field="author")
    return " ".join(told.author.id.split())[:MOST_ID]


def described(payload: bytes) -> dict[str, Any]:
    """What a payload says of itself. Never raises."""
    try:
        told = read_told(payload, Told)
    except Invalid:
        return {}
    return {
        "from": told.author.id if told.author else "",
        "subject": told.subject,
        "text": told.text,
        "attachments": [{"name": one.name, "type": one.media_type} for one in told.files],
    }
