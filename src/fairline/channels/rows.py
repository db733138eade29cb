"""Row structs of inboxes, raw items and deliveries."""

from datetime import datetime
from typing import Any

import msgspec


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `inboxes`. `secrets` is sealed; `cursor` is the channel's own."""

    id: str
    brand_id: str
    kind: str
    name: str
    address: str
    options: dict[str, Any]
    secrets: str
    state: str
    team_id: str | None
    cursor: str
    polled_by: str | None
    polled_until: datetime | None
    received_at: datetime | None
    checked_at: datetime | None
    error: str
    error_since: datetime | None
    created_at: datetime
    archived_at: datetime | None
    token_expires_at: datetime | None = None
    down_told_at: datetime | None = None


class RawRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `raw_items`: one thing that came in, verbatim in the blob `payload_sha256`."""

    id: str
    inbox_id: str
    native_id: str
    payload_sha256: str
    received_at: datetime
    state: str
    outcome: str
    reason: str
    case_id: str | None
    message_id: str | None
    taken_at: datetime | None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `deliveries`: one message to one identity, and its fate."""

    id: str
    message_id: str
    case_id: str
    inbox_id: str
    identity_id: str
    channel: str
    recipient: str
    is_notice: bool
    state: str
    attempts: int
    next_try_at: datetime | None
    leased_by: str | None
    leased_until: datetime | None
    handed_at: datetime | None
    native_id: str | None
    provider_code: str
    error: str
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    failed_at: datetime | None
    part: int = 0
    parts: int = 0
    text: str = ""
    template: str = ""
    template_values: list[str] = []
