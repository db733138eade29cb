"""Row structs of the record: what stores return and every page, channel and export reads."""

from datetime import datetime
from typing import Any

import msgspec


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something: `agent`, `contact` or `system`. `id` is empty for the system."""

    kind: str
    id: str | None = None
    name: str = ""


SYSTEM = Actor(kind="system")
# Why a message is hidden whose author took it back: nobody shows it again.
TAKEN_BACK = "its author took it back"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `cases`. Times are UTC; `entered_at` is None while nobody waits for us."""

    id: str
    brand_id: str
    reference: str
    subject: str
    preview: str
    status: str
    kind: str
    severity: str
    is_public: bool
    contact_id: str
    inbox_id: str
    channel: str
    owner_id: str | None
    team_id: str | None
    language: str
    mail_token: str
    message_count: int
    created_at: datetime
    updated_at: datetime
    entered_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    first_answered_at: datetime | None
    last_answered_at: datetime | None
    resolve_due_at: datetime | None
    snoozed_until: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    hidden_at: datetime | None
    needs_id: str | None = None
    kept_for_id: str | None = None
    repeat_of_id: str | None = None
    maybe_repeat_of_id: str | None = None
    split_at: datetime | None = None
    brought_forward_at: datetime | None = None
    matters: list[str] = []
    answer_to_id: str | None = None
    merged_into_id: str | None = None
    contact_count: int = 0
    handoff_count: int = 0
    switch_count: int = 0
    repeat_count: int = 0
    reopen_count: int = 0
    heard_on: str = ""
    tried_first: str = ""
    reply_by: datetime | None = None
    reply_channel: str = ""

    @property
    def is_ended(self) -> bool:
        """Solved or closed: nobody works on it now."""
        return self.status in {"solved", "closed"}

    @property
    def is_forward(self) -> bool:
        """Brought forward by a supervisor for the wait that goes on now, not for an earlier one."""
        moment, entered_at = self.brought_forward_at, self.entered_at
        return moment is not None and entered_at is not None and moment >= entered_at


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `messages`. `text` is what one reads; `full_text` has the quotes, `html` is safe."""

    id: str
    case_id: str
    direction: str
    visibility: str
    channel: str
    inbox_id: str | None
    identity_id: str | None
    agent_id: str | None
    author_name: str
    subject: str
    text: str
    full_text: str
    html: str
    native_id: str | None
    in_reply_to: str
    copied: list[dict[str, str]]
    auth: dict[str, str] | None
    permalink: str
    raw_sha256: str | None
    is_automatic: bool
    is_cut: bool
    sent_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    found: str = ""
    shown_text: str | None = None

    @property
    def is_guarded(self) -> bool:
        """Hidden because of personal data in it, and nobody has decided yet what is to be shown."""
        return self.hidden_at is not None and self.found != ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `attachments`; its bytes are the blob `sha256`."""

    id: str
    case_id: str
    message_id: str | None
    agent_id: str | None
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    content_id: str
    is_inline: bool
    created_at: datetime


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose words may join the case. `confirmed_at` is None while the address is only
    claimed (typed by somebody, or copied on a mail).
    """

    identity_id: str
    role: str
    confirmed_at: datetime | None
    channel: str
    address: str
    name: str
    contact_id: str
    undeliverable_at: datetime | None
    # When they last wrote to us there, where a network's rules ask for it.
    heard_at: datetime | None = None
    heard_in_private_at: datetime | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable fact. `cursor` (`tx-position`) is what a reader resumes from."""

    position: int
    tx: int
    case_id: str | None
    brand_id: str | None
    kind: str
    at: datetime
    actor_kind: str
    actor_id: str | None
    data: dict[str, Any]

    @property
    def cursor(self) -> str:
        return f"{self.tx}-{self.position}"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One hit of a search. `message_id` is None when the subject matched; `position` pages on."""

    case: Case
    message_id: str | None
    position: int


class SecretLink(msgspec.Struct, frozen=True, kw_only=True):
    """A live link: whom it lets in (an identity), and to which case."""

    id: str
    case_id: str
    identity_id: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
