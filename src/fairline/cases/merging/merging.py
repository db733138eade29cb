"""Merges a case into another: all that was said there goes on here, and the place is the earlier.

Only cases of one person: two people are never shown each other's words, not by a slip of the mouse.
Everything happens in the caller's transaction, in two statements for each table; `undoing.py` is
the way back, for 30 days.
"""

from typing import Any

import msgspec

from fairline.cases import matters, store
from fairline.cases.changes import get_case
from fairline.cases.merging import store as merges
from fairline.cases.merging import store_rows
from fairline.cases.merging.combining import Change, Given, combined, is_shown, stand_of
from fairline.cases.merging.kept import Draft, Kept, Merge, Taking
from fairline.cases.merging.registry import CASES
from fairline.cases.merging.waits import wait_data
from fairline.cases.rows import Actor, Case, Participant
from fairline.cases.search import index_case
from fairline.cases.states import OFF_THE_LINE
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store as people

SHARED = "shared place"
# What a case has at most one of, in words; tables of higher rungs are named, not imported.
BOTH = {"calls": "somebody waits for a call", "transfers": "a hand-over is offered"}


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent should know first. `readers` take part in only one of the two: they would get
    to read the other as well. `shown` is the case of which everybody goes on reading a part.
    """

    case: Case
    into: Case
    readers: list[Participant]
    shown: Case | None


def merge(
    unit: Unit,
    case: Case,
    into: Case,
    *,
    by: Actor,
    readers_agreed: bool = False,
    reason: str = "",
) -> Merge:
    """Merge `case` into `into`; `reason` is told where nobody of ours decided it.

    Raises Conflict for one case or two brands, and while somebody takes part in only one of them
    unless `readers_agreed`; Invalid (`two_people`) when they are of two people. *Effects*: one row
    in `merges`, `case_merged` on both; clocks, places and search follow in this transaction.
    """
    unit.settle()
    case, into = hold(unit, case, into)
    found = check(unit, case, into)
    if found.readers and not readers_agreed:
        names = ", ".join(one.name or one.address for one in found.readers)
        raise Conflict(
            f"{names} can read only one of the two cases, and would read both. Tick that this is "
            "right, or take them out first.",
            code="other_readers",
        )
    change = change_of(unit, into, case, waits=_waits(case), is_shown=is_shown(case))
    taken = Merge(
        id=new_id(),
        brand_id=case.brand_id,
        what="merge",
        from_id=case.id,
        into_id=into.id,
        by_agent_id=by.id if by.kind == "agent" else None,
        at=unit.now,
        undone_at=None,
        kept=Kept(
            change=change,
            messages=case.message_count,
            first_due_at=into.first_due_at,
            matters=tuple(into.matters),
            drafts=_drafts(unit, case, into),
            takings=_takings(unit, case, into),
        ),
    )
    merges.insert(unit, taken)
    _share_place(unit, taken, case, into)
    keep_private(unit, taken.id, case, into, change)
    for follow in CASES:
        if follow.how == "moves":
            store_rows.move(unit, follow, case.id, into.id, merge_id=taken.id)
    _join_people(unit, taken)
    store.update_case(
        unit,
        into.id,
        {
            **changed(into, change),
            "message_count": into.message_count + case.message_count,
            "matters": [m for m in matters.MATTERS if m in {"merge", *into.matters, *case.matters}],
        },
    )
    lay_down(unit, case, into)
    why = {"reason": reason} if reason else {}
    told(unit, "case_merged", taken, case, into, by=by, change=change, **why)
    show_anew(unit, into.id)
    unit.settle()
    return taken


def check(unit: Unit, case: Case, into: Case) -> Check:
    """What merging them would do. Raises as `merge` does, but for the readers."""
    if case.id == into.id:
        raise Conflict("This is one case already.", code="already_merged")
    if case.brand_id != into.brand_id:
        raise Invalid("They are of two brands.", code="other_brand", field="with")
    if case.contact_id != into.contact_id:
        raise Invalid(
            f"{case.reference} and {into.reference} are of two people as far as we know. If they "
            "are one, merge the people first.",
            code="two_people",
            field="with",
        )
    for follow in CASES:
        if follow.open_one and store_rows.both_have_open(unit, follow, case.id, into.id):
            what = BOTH.get(follow.table, "the same is under way")
            raise Conflict(
                f"On both cases {what}. End one of the two first.", code="both_under_way"
            )
    mine = {one.identity_id: one for one in store.participants_of(unit, case.id)}
    theirs = {one.identity_id: one for one in store.participants_of(unit, into.id)}
    only_one = [(mine | theirs)[one] for one in sorted(mine.keys() ^ theirs.keys())]
    shown = next((one for one in (case, into) if is_shown(one)), None)
    return Check(
        case=case,
        into=into,
        readers=[one for one in only_one if one.contact_id != into.contact_id],
        shown=None if is_shown(case) == is_shown(into) else shown,
    )


def hold(unit: Unit, one: Case, other: Case) -> tuple[Case, Case]:
    """Both as they are now, held until the unit ends, whoever asks in the same order."""
    for case_id in sorted({one.id, other.id}):
        get_case(unit, case_id, lock=True)
    return get_case(unit, one.id, lock=True), get_case(unit, other.id, lock=True)


def change_of(unit: Unit, into: Case, given: Case, *, waits: bool, is_shown: bool) -> Change:
    """How `into` stands with and without what it is given."""
    owner = people.agent_by_id(unit, into.owner_id) if into.owner_id else None
    what = Given(
        case=given,
        waits=waits,
        is_shown=is_shown,
        owner_has_left=bool(owner and owner.disabled_at),
        at=unit.now,
    )
    before = stand_of(into)
    return Change(before=before, after=combined(before, what), given=what)


def changed(case: Case, change: Change) -> dict[str, Any]:
    """The columns to write."""
    values = msgspec.structs.asdict(change.after)
    return {name: value for name, value in values.items() if getattr(case, name) != value}


def keep_private(unit: Unit, merge_id: str, case: Case, into: Case, change: Change) -> None:
    """What nobody outside could read of either is not shown by what comes of both."""
    if is_shown(change.after):
        for one in (case, into):
            if not is_shown(one):
                store_rows.make_private(unit, merge_id, one.id)


def lay_down(unit: Unit, case: Case, into: Case) -> None:
    """The case itself stands nowhere any more; its number leads to the other."""
    store.update_case(
        unit,
        case.id,
        {
            "merged_into_id": into.id,
            "status": "closed",
            "closed_at": unit.now,
            "snoozed_until": None,
            "kept_for_id": None,
            "entered_at": None,
            "due_at": None,
            "resolve_due_at": None,
            "repeat_of_id": None,
            "maybe_repeat_of_id": None,
            "message_count": 0,
            "matters": [],
        },
    )


def told(
    unit: Unit,
    kind: str,
    merge: Merge,
    case: Case,
    into: Case,
    *,
    by: Actor,
    change: Change | None = None,
    **more: Any,
) -> None:
    """One event on each, which leads to the other."""
    data: dict[str, Any] = {"merge_id": merge.id, **more}
    own = {**data, "other_id": into.id, "reference": into.reference, "is_into": False}
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=own)
    data |= {"other_id": case.id, "reference": case.reference, "is_into": True}
    if change:
        data |= takes_in(change)
    record(unit, kind, by=by, case_id=into.id, brand_id=into.brand_id, data=data)


def takes_in(change: Change) -> dict[str, Any]:
    """What an event says of what the case was given, for its clocks and its timeline."""
    given, data = change.given.case, dict[str, Any]()
    if change.given.waits and given.entered_at:
        data["waits"] = wait_data(given.entered_at, given.due_at, given.resolve_due_at)
    if change.before.status != change.after.status:
        data["status"] = {"from": change.before.status, "to": change.after.status}
    if change.before.severity != change.after.severity:
        data["severity"] = {"from": change.before.severity, "to": change.after.severity}
    return data


def show_anew(unit: Unit, case_id: str) -> None:
    """Search knows at once what everybody may find."""
    case = store.case_by_id(unit, case_id)
    if case:
        index_case(unit, case)
        store_rows.show_in_search(unit, case_id, is_shown=is_shown(case))


def _waits(case: Case) -> bool:
    return case.entered_at is not None and case.kind not in OFF_THE_LINE


def _share_place(unit: Unit, merge: Merge, case: Case, into: Case) -> None:
    """Who shared the place of the one shares that of the other."""
    head = into.repeat_of_id if into.repeat_of_id != case.id else None
    followers = [one for one in merges.sharing_place_of(unit, case.id) if one.id != into.id]
    for one in followers:
        values = {"repeat_of_id": head or into.id, "updated_at": one.updated_at}
        store.update_case(unit, one.id, values)
    unit.held.pop(("repeats", case.id), None)
    store_rows.note(unit, merge.id, SHARED, [one.id for one in followers])


def _drafts(unit: Unit, case: Case, into: Case) -> tuple[Draft, ...]:
    return tuple(
        Draft(agent_id=agent_id, before=own, after=f"{own}\n\n{theirs}")
        for agent_id, theirs, own in merges.shared_drafts(unit, case.id, into.id)
    )


def _takings(unit: Unit, case: Case, into: Case) -> tuple[Taking, ...]:
    """Who proved an address, or was the customer, in one of them has and is so in both."""
    own = {one.identity_id: one for one in store.participants_of(unit, into.id)}
    found = []
    for other in store.participants_of(unit, case.id):
        if (mine := own.get(other.identity_id)) is None:
            continue
        role = "customer" if "customer" in {mine.role, other.role} else mine.role
        before = (mine.role, mine.confirmed_at)
        after = (role, mine.confirmed_at or other.confirmed_at)
        if after != before:
            found.append(Taking(identity_id=mine.identity_id, before=before, after=after))
    return tuple(found)


def _join_people(unit: Unit, merge: Merge) -> None:
    for one in merge.kept.takings:
        merges.set_taking(unit, merge.into_id, one.identity_id, one.after, instead_of=one.before)
    for draft in merge.kept.drafts:
        merges.draft_text(unit, merge.into_id, draft.agent_id, draft.after, instead_of=draft.before)
