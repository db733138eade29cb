"""Row structs of knowledge."""

from datetime import datetime

import msgspec


class SavedReply(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `saved_replies`. `brand_id` is None when it is for all brands."""

    id: str
    brand_id: str | None
    title: str
    text: str
    created_by: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
