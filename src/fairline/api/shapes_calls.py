"""Shapes of calls over the API."""

from datetime import datetime

import msgspec


class CallOut(msgspec.Struct, kw_only=True):
    """A wish to be called. `state`: asked, calling, talked, cancelled or given_up; `outcome` is
    that of the last try.
    """

    id: str
    reference: str
    state: str
    number: str
    extension: str
    wanted: str
    from_at: datetime
    until_at: datetime
    zone: str
    note: str
    is_after_promise: bool
    tries: int
    outcome: str
    missed_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


class CallList(msgspec.Struct, kw_only=True):
    calls: list[CallOut]


class WindowOut(msgspec.Struct, kw_only=True):
    """A time that can be asked for; `key` goes into `when`."""

    key: str
    from_at: datetime
    until_at: datetime


class WindowList(msgspec.Struct, kw_only=True):
    windows: list[WindowOut]


class NewCall(msgspec.Struct, kw_only=True):
    """`when` is `now` or the key of a window; `zone` is the customer's, as Europe/Berlin."""

    number: str
    when: str = "now"
    zone: str = ""
    note: str = ""


class NewHeard(msgspec.Struct, kw_only=True):
    """A call that came in. `brand` is a slug (the default one when left out), `reference` a case
    it belongs to. `answered` is what the caller was told; it counts as our answer.
    """

    text: str
    number: str = ""
    name: str = ""
    kind: str = ""
    severity: str = ""
    brand: str = ""
    reference: str = ""
    answered: str = ""
    status: str = ""
    recording_url: str = ""
