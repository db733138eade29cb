"""The parts of Mastodon's entities that we read, and nothing else of them.

Servers that speak the same language (GoToSocial, Pleroma, Akkoma) leave fields out or send null, so
nearly everything may be absent. Source: docs.joinmastodon.org, Entities: Account, Status,
Notification, MediaAttachment; Methods: streaming.
"""

from typing import Any, TypeVar

import msgspec

from fairline.core.errors import Invalid

Id = str | int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    acct: str
    id: Id = ""
    username: str | None = None
    display_name: str | None = None
    url: str | None = None
    bot: bool | None = None
    followers_count: int | None = None


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    acct: str = ""
    id: Id = ""
    url: str | None = None


class Media(msgspec.Struct, frozen=True, kw_only=True):
    id: Id = ""
    type: str | None = None
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class PollOption(msgspec.Struct, frozen=True, kw_only=True):
    title: str | None = None


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    options: list[PollOption] | None = None


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """The post that another one quotes; only its id is of use to us."""

    id: Id = ""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    state: str | None = None
    quoted_status: Quoted | None = None
    quoted_status_id: Id | None = None


class App(msgspec.Struct, frozen=True, kw_only=True):
    name: str | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    id: Id
    account: Account | None = None
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    created_at: str | None = None
    edited_at: str | None = None
    in_reply_to_id: Id | None = None
    uri: str | None = None
    url: str | None = None
    mentions: list[Mention] | None = None
    media_attachments: list[Media] | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    application: App | None = None


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """`account` and `status` are read when they are needed: a fault in one notification must not
    hide the page it came with.
    """

    id: Id
    type: str = ""
    account: msgspec.Raw = msgspec.Raw()
    created_at: str | None = None
    status: msgspec.Raw = msgspec.Raw()

    @property
    def has_status(self) -> bool:
        return bytes(self.status) not in {b"", b"null"}

    @property
    def by(self) -> Account | None:
        """Whose doing it is. Raises Invalid."""
        given = bytes(self.account)
        return read(given, Account) if given not in {b"", b"null"} else None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the stream. `payload` is itself JSON in text, or a bare id."""

    event: str
    payload: str | None = None


T = TypeVar("T")


def read(payload: bytes | msgspec.Raw | str, kind: type[T]) -> T:
    """Decode one entity. Raises Invalid, whatever the payload is."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Invalid("That is nothing a Mastodon server sends.", code="bad_payload") from error


def fields_of(payload: bytes) -> dict[str, Any]:
    """The outermost fields of a payload, to tell what it is. Raises Invalid."""
    return read(payload, dict[str, msgspec.Raw])
