"""What a merge keeps beside the names of the rows: how the two stood. Stored as JSON.

A struct of its own, so that a column added to `cases` later is read as it is by default.
"""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.merging.combining import Change

UNDONE_WITHIN_DAYS = 30


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Two drafts of one author became one."""

    agent_id: str
    before: str
    after: str


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody took part in both, and more in the one taken in."""

    identity_id: str
    before: tuple[str, datetime | None]
    after: tuple[str, datetime | None]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`messages` is how many went over; `first_due_at` and `matters` are the taker's before, and
    `touched` is when something was last done with the case they came from.
    """

    change: Change | None = None
    messages: int = 0
    touched: datetime | None = None
    first_due_at: datetime | None = None
    matters: tuple[str, ...] = ()
    drafts: tuple[Draft, ...] = ()
    takings: tuple[Taking, ...] = ()
    # Of two people who were one: name, remark and language of the one who stayed, and after.
    person: tuple[dict[str, str], dict[str, str]] | None = None


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `merges`."""

    id: str
    brand_id: str
    what: str
    from_id: str
    into_id: str
    by_agent_id: str | None
    at: datetime
    undone_at: datetime | None
    kept: Kept


def to_json(kept: Kept) -> Any:
    return msgspec.to_builtins(kept)


def from_json(data: Any) -> Kept:
    return msgspec.convert(data, Kept)
