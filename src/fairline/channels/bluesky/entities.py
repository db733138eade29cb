"""The parts of Bluesky's lexicons that we read, and nothing else of them.

Source: lexicons app.bsky.notification.listNotifications, app.bsky.feed.post, app.bsky.feed.defs,
chat.bsky.convo.defs; Jetstream's events (`/subscribe`).
"""

from typing import Any, TypeVar

import msgspec

from fairline.channels.bluesky.richtext import Facet
from fairline.core.errors import Invalid


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    did: str
    handle: str = ""
    name: str | None = msgspec.field(name="displayName", default=None)
    followers: int | None = msgspec.field(name="followersCount", default=None)


class Ref(msgspec.Struct, frozen=True, kw_only=True):
    """A strong reference: which record, and which version of it."""

    uri: str
    cid: str = ""


class ReplyRef(msgspec.Struct, frozen=True, kw_only=True):
    root: Ref
    parent: Ref


class BlobRef(msgspec.Struct, frozen=True, kw_only=True):
    link: str = msgspec.field(name="$link", default="")


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    ref: BlobRef | None = None
    mime_type: str | None = msgspec.field(name="mimeType", default=None)
    cid: str | None = None  # the old form, before 2023


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    image: Blob | None = None
    alt: str | None = None


class External(msgspec.Struct, frozen=True, kw_only=True):
    uri: str | None = None
    title: str | None = None


class QuotedRef(msgspec.Struct, frozen=True, kw_only=True):
    """A quoted record, or the same one level deeper (recordWithMedia)."""

    uri: str | None = None
    record: Ref | None = None


class Embed(msgspec.Struct, frozen=True, kw_only=True):
    type: str = msgspec.field(name="$type", default="")
    images: list[Picture] | None = None
    external: External | None = None
    record: QuotedRef | None = None
    video: Blob | None = None
    alt: str | None = None
    media: "Embed | None" = None


class Label(msgspec.Struct, frozen=True, kw_only=True):
    val: str = ""
    neg: bool | None = None


class SelfLabels(msgspec.Struct, frozen=True, kw_only=True):
    values: list[Label] | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A record of app.bsky.feed.post."""

    text: str = ""
    created_at: str | None = msgspec.field(name="createdAt", default=None)
    facets: list[Facet] | None = None
    reply: ReplyRef | None = None
    embed: Embed | None = None
    langs: list[str] | None = None
    labels: SelfLabels | None = None


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    blocked_by: bool | None = msgspec.field(name="blockedBy", default=None)
    reply_disabled: bool | None = msgspec.field(name="replyDisabled", default=None)


class PostView(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    cid: str = ""
    author: Profile
    record: msgspec.Raw = msgspec.Raw()
    indexed_at: str | None = msgspec.field(name="indexedAt", default=None)
    viewer: Viewer | None = None
    labels: list[Label] | None = None


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """`author` and `record` are read when they are needed: one odd one must not hide its page."""

    uri: str
    reason: str = ""
    cid: str = ""
    author: msgspec.Raw = msgspec.Raw()
    record: msgspec.Raw = msgspec.Raw()
    subject: str | None = msgspec.field(name="reasonSubject", default=None)
    indexed_at: str | None = msgspec.field(name="indexedAt", default=None)
    labels: list[Label] | None = None


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    did: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A chat message, or what is left of one that was deleted (no text)."""

    id: str
    rev: str = ""
    type: str = msgspec.field(name="$type", default="")
    text: str | None = None
    sender: Sender
    sent_at: str | None = msgspec.field(name="sentAt", default=None)
    facets: list[Facet] | None = None
    reply_to: "Said | None" = msgspec.field(name="replyTo", default=None)


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the chat log."""

    type: str = msgspec.field(name="$type", default="")
    rev: str = ""
    convo_id: str = msgspec.field(name="convoId", default="")
    message: msgspec.Raw = msgspec.Raw()
    profiles: list[Profile] | None = msgspec.field(name="relatedProfiles", default=None)


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw()
    cid: str = ""
    rev: str = ""


class Streamed(msgspec.Struct, frozen=True, kw_only=True):
    """One event of Jetstream."""

    did: str
    kind: str = ""
    time_us: int = 0
    commit: Commit | None = None


T = TypeVar("T")


def read(payload: bytes | msgspec.Raw | str, kind: type[T]) -> T:
    """Decode one entity. Raises Invalid, whatever the payload is."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Invalid("That is nothing Bluesky sends.", code="bad_payload") from error


def fields_of(payload: bytes) -> dict[str, Any]:
    """The outermost fields of a payload, to tell what it is. Raises Invalid."""
    return read(payload, dict[str, msgspec.Raw])
