"""An exported case as data: everything on the record, under names that mean the same elsewhere.

What belongs to a case (messages, files, events, deliveries) keeps its id. What an install shares
between cases is named, not numbered: a brand by slug, an inbox by kind and address, an agent by
e-mail, a team by name, an identity by channel and address. So a case that was rebuilt on another
install exports to the very same document. Left out is what only works at home: secret links,
drafts, nudges, leases; and what was sent under seal, of which the events tell only how much.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from fairline.cases.rows import Attachment
from fairline.core.errors import Invalid

FORMAT = "fairline-case"
VERSION = 1
Name = str


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt or foreign field is an error, not a silent loss."""


class BrandPart(Part, frozen=True, kw_only=True):
    slug: Name
    name: str


class InboxPart(Part, frozen=True, kw_only=True):
    kind: str
    address: str
    name: str


class AgentPart(Part, frozen=True, kw_only=True):
    email: Name
    name: str
    public_name: str


class ContactPart(Part, frozen=True, kw_only=True):
    """`key` numbers the contacts within the document: `contact:1` is the first."""

    key: Name
    name: str
    remark: str
    language: str
    created_at: datetime


class IdentityPart(Part, frozen=True, kw_only=True):
    """Named `identity:CHANNEL:ADDRESS`; `contact` is a contact's key."""

    channel: str
    address: str
    name: str
    contact: Name
    confirmed_at: datetime | None
    undeliverable_at: datetime | None
    created_at: datetime


class ParticipantPart(Part, frozen=True, kw_only=True):
    identity: Name
    role: Literal["customer", "copied"]
    confirmed_at: datetime | None
    added_at: datetime


class EventPart(Part, frozen=True, kw_only=True):
    """In `actor` and `data` shared things go by their names."""

    kind: str
    at: datetime
    actor_kind: str
    actor: Name | None
    data: dict[str, Any]


class RelatedPart(Part, frozen=True, kw_only=True):
    """Another case: linked again where that very case is there too."""

    case_id: str
    reference: str
    reason: str
    created_at: datetime


class SentPart(Part, frozen=True, kw_only=True):
    native_id: str
    identity: Name
    message_id: str


class DeliveryPart(Part, frozen=True, kw_only=True):
    """One that had not left yet is exported as `unknown`, so that nobody sends it a second time."""

    id: str
    message_id: str
    inbox: Name
    identity: Name
    channel: str
    recipient: str
    is_notice: bool
    state: str
    attempts: int
    native_id: str | None
    provider_code: str
    error: str
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    failed_at: datetime | None


class RawPart(Part, frozen=True, kw_only=True):
    """Something that came in about the case, verbatim in the blob."""

    inbox: Name
    native_id: str
    payload_sha256: str
    received_at: datetime
    outcome: str
    reason: str
    message_id: str | None
    taken_at: datetime | None


class BlobPart(Part, frozen=True, kw_only=True):
    """A file of the archive, `files/SHA256`."""

    sha256: str
    size_bytes: int


class MergedPart(Part, frozen=True, kw_only=True):
    """A case that was merged into this one, or (`into`) into one that was: its number leads here,
    and its events are what happened on it before.
    """

    case: dict[str, Any]
    into: str
    events: tuple[EventPart, ...]


class Document(Part, frozen=True, kw_only=True, omit_defaults=True):
    """`case` and `messages` are rows in which shared things go by their names."""

    format: Literal["fairline-case"]
    version: Literal[1]
    brand: BrandPart
    case: dict[str, Any]
    inboxes: tuple[InboxPart, ...]
    agents: tuple[AgentPart, ...]
    teams: tuple[Name, ...]
    contacts: tuple[ContactPart, ...]
    identities: tuple[IdentityPart, ...]
    participants: tuple[ParticipantPart, ...]
    messages: tuple[dict[str, Any], ...]
    attachments: tuple[Attachment, ...]
    tags: tuple[str, ...]
    related: tuple[RelatedPart, ...]
    sent: tuple[SentPart, ...]
    deliveries: tuple[DeliveryPart, ...]
    raw_items: tuple[RawPart, ...]
    events: tuple[EventPart, ...]
    blobs: tuple[BlobPart, ...]
    merged: tuple[MergedPart, ...] = ()


def encode(document: Document) -> bytes:
    """The document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def decode(data: bytes) -> Document:
    """Raises Invalid, saying where it is wrong."""
    try:
        head = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"This is no exported case: {error}.", code="bad_export") from error
    if head.get("format") != FORMAT:
        raise Invalid("This is no exported case.", code="bad_export")
    if head.get("version") != VERSION:
        raise Invalid(
            f"The export has version {head.get('version')!r}; this program reads {VERSION}.",
            code="export_newer",
        )
    try:
        return msgspec.json.decode(data, type=Document)
    except msgspec.ValidationError as error:
        raise Invalid(f"The export is damaged: {error}.", code="bad_export") from error
