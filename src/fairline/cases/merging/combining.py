"""How a case stands that takes in another, and how it would stand without. Pure.

The first of every promise counts and the graver need; what was private stays so. Taking one merge
back leaves the others as if it had never been, and leaves alone what people changed since.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.rows import Case
from fairline.cases.states import OFF_THE_LINE, SEVERITIES

WORKED_ON = frozenset({"new", "open"})


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a case that taking in another may change."""

    kind: str
    severity: str
    status: str
    solved_at: datetime | None
    closed_at: datetime | None
    owner_id: str | None
    kept_for_id: str | None
    snoozed_until: datetime | None
    brought_forward_at: datetime | None
    is_public: bool
    hidden_at: datetime | None
    repeat_of_id: str | None
    updated_at: datetime


# Columns that make sense only together: what people changed since is kept group by group.
GROUPS = (
    ("kind",),
    ("severity",),
    ("status", "solved_at", "closed_at"),
    ("owner_id", "kept_for_id"),
    ("snoozed_until",),
    ("brought_forward_at",),
    ("is_public", "hidden_at"),
    ("repeat_of_id",),
    ("updated_at",),
)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken in: the other case as it stood, whether somebody waits for us in it, whether
    everybody could read some of it, and whether the taker's owner has left.
    """

    case: Case
    waits: bool
    is_shown: bool
    owner_has_left: bool = False
    at: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing taken in, with how the taker stood before and after."""

    before: Stand
    after: Stand
    given: Given


def stand_of(case: Case) -> Stand:
    """The columns in question."""
    return Stand(**{name: getattr(case, name) for name in Stand.__struct_fields__})


def is_shown(case: Stand | Case) -> bool:
    """Whether everybody can read what is public of it."""
    return case.is_public and case.hidden_at is None


def combined(stand: Stand, given: Given) -> Stand:
    """How the taker stands with what it was given."""
    other, changes = given.case, dict[str, Any]()
    if given.waits:
        changes |= _waiting(stand, given)
    elif stand.status in {"solved", "closed"} and not other.is_ended:
        status = "open" if other.status == "new" else other.status
        changes |= {"status": status, "solved_at": None, "closed_at": None}
    if "status" in changes and stand.closed_at and given.owner_has_left:
        changes["owner_id"] = None
    if stand.repeat_of_id == other.id:
        changes["repeat_of_id"] = None
    if given.is_shown and not stand.is_public:
        changes |= {"is_public": True, "hidden_at": None}
    return msgspec.structs.replace(stand, **changes, updated_at=max(stand.updated_at, given.at))


def _waiting(stand: Stand, given: Given) -> dict[str, Any]:
    other = given.case
    changes: dict[str, Any] = {
        "severity": min(stand.severity, other.severity, key=SEVERITIES.index),
        "owner_id": stand.owner_id or other.owner_id,
    }
    if stand.kind in OFF_THE_LINE:
        changes |= {"kind": other.kind, "severity": other.severity}
    is_worked_on = stand.status in WORKED_ON
    if other.status in WORKED_ON:
        both = stand.snoozed_until and other.snoozed_until
        changes["snoozed_until"] = (
            min(stand.snoozed_until, other.snoozed_until)  # type: ignore[type-var]
            if is_worked_on and both
            else None
            if is_worked_on
            else other.snoozed_until
        )
        if not is_worked_on:
            changes |= {"status": "open", "solved_at": None, "closed_at": None}
    elif not is_worked_on and stand.status != "on_hold":
        changes |= {"status": "on_hold", "solved_at": None, "closed_at": None}
    if other.is_forward and stand.brought_forward_at is None:
        changes["brought_forward_at"] = other.brought_forward_at
    return changes


def without(changes: Sequence[Change], number: int, present: Stand) -> tuple[list[Change], Stand]:
    """The changes that follow one that is taken back, and how the taker stands then.

    `changes` are those that stand, in their order; `number` is the one to take back.
    """
    gone, later = changes[number], list(changes[number + 1 :])
    # `was` is how it stood after the change last looked at, `now` how it would have stood.
    was, now = gone.after, gone.before
    rebuilt = []
    for change in later:
        before = _carried(was, now, change.before)
        after = combined(before, change.given)
        rebuilt.append(Change(before=before, after=after, given=change.given))
        was, now = change.after, after
    return rebuilt, _carried(was, now, present)


def _carried(was: Stand, now: Stand, present: Stand) -> Stand:
    """`present` with what `now` says, except where somebody changed it after `was`."""
    values: dict[str, Any] = {}
    for group in GROUPS:
        if all(getattr(present, name) == getattr(was, name) for name in group):
            values |= {name: getattr(now, name) for name in group}
    return msgspec.structs.replace(present, **values)
