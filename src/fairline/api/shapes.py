"""The JSON shapes of the API. Fields bear the words of the product; times are RFC 3339 in UTC."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from fairline.api.shapes_effort import EffortOut, effort_out
from fairline.cases.rows import Attachment, Case, Event, Message
from fairline.channels.rows import Delivery, Inbox
from fairline.handoff.continuation.tables import Continuation
from fairline.line.place import Place
from fairline.people.tables import Contact, Identity

Text = Annotated[str, msgspec.Meta(max_length=100_000)]
Short = Annotated[str, msgspec.Meta(max_length=500)]
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class PlaceOut(msgspec.Struct, kw_only=True):
    """Where a waiting case stands. `low` and `high` are absent without enough data."""

    position: int
    due_at: datetime
    low: datetime | None
    high: datetime | None


class CaseOut(msgspec.Struct, kw_only=True):
    """`repeat_of` is the id of the case whose place this one shares. `answer_to_id` is the identity
    that answers go to, null for all of the customer's.
    """

    id: str
    reference: str
    brand_id: str
    inbox_id: str
    channel: str
    subject: str
    status: str
    kind: str
    severity: str
    is_public: bool
    contact_id: str
    owner_id: str | None
    team_id: str | None
    language: str
    tags: list[str]
    message_count: int
    created_at: datetime
    updated_at: datetime
    entered_at: datetime | None
    due_at: datetime | None
    first_answered_at: datetime | None
    snoozed_until: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    repeat_of: str | None = None
    answer_to_id: str | None = None
    effort: EffortOut
    place: PlaceOut | None = None


class CasePage(msgspec.Struct, kw_only=True):
    """`after` continues the list; empty at its end."""

    cases: list[CaseOut]
    after: str


class FileOut(msgspec.Struct, kw_only=True):
    id: str
    name: str
    media_type: str
    size_bytes: int
    url: str


class DeliveryOut(msgspec.Struct, kw_only=True):
    id: str
    channel: str
    recipient: str
    state: str
    error: str
    sent_at: datetime | None


class MessageOut(msgspec.Struct, kw_only=True):
    """`html` is sanitised; `full_text` has the quotes that `text` leaves out."""

    id: str
    direction: str
    visibility: str
    channel: str
    author_name: str
    agent_id: str | None
    subject: str
    text: str
    full_text: str
    html: str
    auth: dict[str, str] | None
    is_automatic: bool
    created_at: datetime
    edited_at: datetime | None
    files: list[FileOut]
    deliveries: list[DeliveryOut]


class MessageList(msgspec.Struct, kw_only=True):
    messages: list[MessageOut]


class EventOut(msgspec.Struct, kw_only=True):
    cursor: str
    kind: str
    case_id: str | None
    brand_id: str | None
    at: datetime
    actor_kind: str
    actor_id: str | None
    data: dict[str, Any]


class EventPage(msgspec.Struct, kw_only=True):
    """`after` is where to go on, also when there was nothing."""

    events: list[EventOut]
    after: str


class IdentityOut(msgspec.Struct, kw_only=True):
    id: str
    channel: str
    address: str
    name: str
    is_confirmed: bool
    is_undeliverable: bool


class ContactOut(msgspec.Struct, kw_only=True):
    id: str
    brand_id: str
    name: str
    remark: str
    language: str
    created_at: datetime
    identities: list[IdentityOut]


class ContactPage(msgspec.Struct, kw_only=True):
    contacts: list[ContactOut]
    after: str


class InboxOut(msgspec.Struct, kw_only=True):
    """Never carries credentials."""

    id: str
    brand_id: str
    kind: str
    name: str
    address: str
    state: str
    team_id: str | None
    received_at: datetime | None
    checked_at: datetime | None
    error: str


class InboxList(msgspec.Struct, kw_only=True):
    inboxes: list[InboxOut]


class FoundOut(msgspec.Struct, kw_only=True):
    case: CaseOut
    message_id: str | None


class FoundPage(msgspec.Struct, kw_only=True):
    found: list[FoundOut]
    before: int | None


class Me(msgspec.Struct, kw_only=True):
    id: str
    name: str
    email: str
    role: str
    read_only: bool


class NewCase(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something a person said, taken at the door of `inbox`.

    `native_id` makes it idempotent: the same one again is a duplicate, not a second case.
    """

    inbox: Short
    address: Short
    text: Text
    name: Short = ""
    subject: Short = ""
    kind: str = ""
    severity: str = ""
    is_public: bool = False
    native_id: Short = ""
    in_reply_to: list[Short] = []


class TakenOut(msgspec.Struct, kw_only=True):
    """`outcome`: new_case, joined, reopened, duplicate."""

    outcome: str
    reference: str
    case_id: str
    message_id: str


class NewMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`kind`: `reply` (to the customer) or `note` (internal). An empty `status` leaves it."""

    text: Text
    kind: str = "reply"
    visibility: str = "private"
    status: str = "waiting"
    after_message_id: Short = ""


class NewContinuation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`text` may be empty: the line with the way in is added. An empty `form` lets the channel
    choose between `link`, `code` and `own` (the asker's own page).
    """

    text: Text = ""
    form: str = ""
    status: str = "waiting"
    after_message_id: Short = ""


class ContinuationOut(msgspec.Struct, kw_only=True):
    """A way into the private side. The link or code itself is only in the public answer."""

    id: str
    form: str
    message_id: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    confirmed_at: datetime | None
    revoked_at: datetime | None


class ContinuationList(msgspec.Struct, kw_only=True):
    continuations: list[ContinuationOut]


class NewStatus(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One line of at most 200 characters."""

    text: Short


class NewMerge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`into` is a reference or id. `readers_agreed`: whoever reads one of the two may read both."""

    into: Short
    readers_agreed: bool = False


class NewSplit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An empty `subject` is taken from the first message."""

    message_ids: list[Id]
    subject: Short = ""


class NewMove(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`into` is a reference or id."""

    message_ids: list[Id]
    into: Short
    readers_agreed: bool = False


class NewContactMerge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`into` is the id of the contact who stays."""

    into: Id


class MergeOut(msgspec.Struct, kw_only=True):
    """`what`: merge, split, move, contacts. It can be undone until `until`."""

    id: str
    what: str
    from_id: str
    into_id: str
    at: datetime
    until: datetime


class CaseChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Only what is sent changes. Null empties what is an id or a time."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    kind: str | msgspec.UnsetType = msgspec.UNSET
    severity: str | msgspec.UnsetType = msgspec.UNSET
    severity_reason: Short = ""
    subject: Short | msgspec.UnsetType = msgspec.UNSET
    owner_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    team_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    answer_to_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    snoozed_until: datetime | msgspec.UnsetType | None = msgspec.UNSET
    add_tags: list[Short] = []
    remove_tags: list[Short] = []


class ContactChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: Short | msgspec.UnsetType = msgspec.UNSET
    remark: Text | msgspec.UnsetType = msgspec.UNSET
    language: Annotated[str, msgspec.Meta(max_length=12)] | msgspec.UnsetType = msgspec.UNSET


def case_out(case: Case, tags: list[str], place: Place | None = None) -> CaseOut:
    fields = {f: getattr(case, f) for f in CaseOut.__struct_fields__ if hasattr(case, f)}
    shown = None
    if place:
        shown = PlaceOut(**{name: getattr(place, name) for name in PlaceOut.__struct_fields__})
    return CaseOut(
        **fields,
        tags=tags,
        repeat_of=case.repeat_of_id,
        effort=effort_out(case),
        place=shown,
    )


def continuation_out(one: Continuation) -> ContinuationOut:
    return ContinuationOut(**{f: getattr(one, f) for f in ContinuationOut.__struct_fields__})


def message_out(
    message: Message, files: list[Attachment], deliveries: list[Delivery]
) -> MessageOut:
    names = set(MessageOut.__struct_fields__) - {"files", "deliveries"}
    return MessageOut(
        **{name: getattr(message, name) for name in names},
        files=[
            FileOut(
                id=file.id,
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                url=f"/api/v1/files/{file.id}",
            )
            for file in files
        ],
        deliveries=[
            DeliveryOut(**{n: getattr(delivery, n) for n in DeliveryOut.__struct_fields__})
            for delivery in deliveries
        ],
    )


def event_out(event: Event) -> EventOut:
    return EventOut(**{name: getattr(event, name) for name in EventOut.__struct_fields__})


def contact_out(contact: Contact, identities: list[Identity]) -> ContactOut:
    return ContactOut(
        id=contact.id,
        brand_id=contact.brand_id,
        name=contact.name,
        remark=contact.remark,
        language=contact.language,
        created_at=contact.created_at,
        identities=[
            IdentityOut(
                id=identity.id,
                channel=identity.channel,
                address=identity.address,
                name=identity.name,
                is_confirmed=identity.confirmed_at is not None,
                is_undeliverable=identity.undeliverable_at is not None,
            )
            for identity in identities
        ],
    )


def inbox_out(inbox: Inbox) -> InboxOut:
    return InboxOut(**{name: getattr(inbox, name) for name in InboxOut.__struct_fields__})
