"""Row structs of calls and of the tries to make them."""

from datetime import datetime

import msgspec

from fairline.handoff.calls.windows import Window


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `calls`: a wish to be called, and what became of it."""

    id: str
    case_id: str
    brand_id: str
    identity_id: str | None
    number: str
    extension: str
    state: str
    wanted: str
    from_at: datetime
    until_at: datetime
    zone: str
    note: str
    is_after_promise: bool
    tries: int
    next_at: datetime
    told_at: datetime | None
    missed_at: datetime | None
    caller_id: str | None
    leased_until: datetime | None
    outcome: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Still to be made, or being made."""
        return self.state in {"asked", "calling"}

    @property
    def window(self) -> Window:
        """The time in which to call next."""
        return Window(from_at=self.from_at, until_at=self.until_at)


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `call_tries`: one time that an agent called."""

    id: str
    call_id: str
    agent_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    seconds: int | None
    recording_url: str
    provider_id: str
    provider_state: str
