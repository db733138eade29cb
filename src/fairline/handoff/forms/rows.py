"""What the store of secure forms returns. None of it holds an answer in clear but `Answer`."""

from datetime import datetime

import msgspec

from fairline.handoff.forms.fields import Field


class FieldSet(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a set. `id` and `version` together name it for ever."""

    id: str
    version: int
    name: str
    intro: str
    fields: tuple[Field, ...]
    kept_days: int
    wiped_on_close: bool
    archived_at: datetime | None = None

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)


class SecureForm(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `secure_forms`. State: open (nothing sent yet), sent (may be sent again), closed,
    wiped (what was sent is gone).
    """

    id: str
    case_id: str
    set_id: str
    version: int
    why: str
    state: str
    asked_by: str
    asked_at: datetime
    message_id: str
    times_sent: int
    answers: int
    sent_at: datetime | None
    closed_at: datetime | None
    wipes_at: datetime | None
    wiped_at: datetime | None

    @property
    def takes_answers(self) -> bool:
        return self.state in {"open", "sent"}

    @property
    def holds_answers(self) -> bool:
        return self.sent_at is not None and self.wiped_at is None


class CaseKey(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `case_keys`: a data key, sealed."""

    id: str
    case_id: str
    bound_to: str
    sealed: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed of one field: a text, or a file with its name."""

    text: str = ""
    name: str = ""
    media_type: str = ""
    data: bytes = b""
