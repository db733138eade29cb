"""Takes back a merge, a split or a move: both are as they were, plus what came since.

What a customer wrote since goes back with the case they wrote to: by whose address it was, or by
what it answers. What we wrote since stays where it was written. Whatever was done later with the
same messages is undone first.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from fairline.cases import matters, store
from fairline.cases.merging import store as merges
from fairline.cases.merging import store_rows
from fairline.cases.merging.combining import Change, Stand, stand_of, without
from fairline.cases.merging.kept import UNDONE_WITHIN_DAYS, Merge
from fairline.cases.merging.merging import SHARED, lay_down, show_anew, told
from fairline.cases.merging.moving import tell_moved, unanswered_since
from fairline.cases.merging.registry import CASES
from fairline.cases.merging.waits import wait_data
from fairline.cases.rows import Actor, Case, Message
from fairline.core.errors import Conflict, NotFound
from fairline.db.unit import Unit

UNDONE_WITHIN = timedelta(days=UNDONE_WITHIN_DAYS)
MOST_SINCE = 1000
# Of a case that was laid down: how it stood, exactly.
RESTORED = (
    "status",
    "solved_at",
    "closed_at",
    "snoozed_until",
    "kept_for_id",
    "entered_at",
    "due_at",
    "resolve_due_at",
    "first_due_at",
    "first_answered_at",
    "last_answered_at",
    "repeat_of_id",
    "maybe_repeat_of_id",
    "matters",
    "updated_at",
)


def get_merge(unit: Unit, merge_id: str, *, lock: bool = False) -> Merge:
    """Raises NotFound."""
    found = merges.by_id(unit, merge_id, lock=lock)
    if found is None:
        raise NotFound("There is no such merge.", code="no_merge")
    return found


def undo(unit: Unit, merge_id: str, *, by: Actor) -> Merge:
    """Take it back. Raises NotFound; Conflict when it was undone already, is over 30 days old, or
    when something later stands on it. *Effects*: `case_unmerged` on both.
    """
    unit.settle()
    taken = get_merge(unit, merge_id)
    if taken.what == "contacts":
        raise NotFound("That was a merge of two people.", code="no_merge")
    source, into = _both(unit, taken)
    taken = get_merge(unit, merge_id, lock=True)
    check_time(unit, taken)
    _check_last(unit, taken, source, into)
    if taken.what == "split":
        _rejoin(unit, taken, source, into, by)
    else:
        _take_apart(unit, taken, source, into, by)
    store_rows.forget(unit, [taken.id])
    return taken


def check_time(unit: Unit, taken: Merge) -> None:
    """Raises Conflict when it is too late, or done."""
    if taken.undone_at:
        raise Conflict("That was undone already.", code="already_undone")
    if unit.now - taken.at > UNDONE_WITHIN:
        raise Conflict(
            f"That was over {UNDONE_WITHIN_DAYS} days ago. Split the messages off instead.",
            code="too_late_to_undo",
        )


def _take_apart(unit: Unit, taken: Merge, source: Case, into: Case, by: Actor) -> None:
    """Of a merge or a move: what was given goes back to where it came from."""
    is_whole = taken.what == "merge"
    since = _written_to(unit, taken, into) if is_whole else []
    waits_since = unanswered_since(unit, into, since)
    present, touched, when = stand_of(into), into.updated_at, source.updated_at
    for follow in CASES:
        if follow.how == "moves":
            store_rows.move_back(unit, follow, taken.id, into.id, source.id)
    store_rows.make_public_again(unit, taken.id)
    if since:
        for follow in CASES:
            if follow.how == "moves" and follow.message:
                ids = [one.id for one in since]
                store_rows.move(unit, follow, into.id, source.id, merge_id=None, message_ids=ids)
    _part_people(unit, taken)
    for one in store_rows.noted(unit, taken.id, SHARED):
        follower = store.case_by_id(unit, one)
        if follower and follower.repeat_of_id:
            values = {"repeat_of_id": source.id, "updated_at": follower.updated_at}
            store.update_case(unit, one, values)
    unit.held.pop(("repeats", into.id), None)
    stand = _stand_without(unit, taken, present)
    values = msgspec.structs.asdict(stand)
    if into.first_answered_at is None:
        values["first_due_at"] = taken.kept.first_due_at
    values["message_count"] = into.message_count - taken.kept.messages - len(since)
    store.update_case(unit, into.id, values)
    merges.mark_undone(unit, taken.id)
    back: dict[str, Any] = {"message_count": source.message_count + taken.kept.messages}
    if is_whole and taken.kept.change:
        was = taken.kept.change.given.case
        back = {name: getattr(was, name) for name in RESTORED}
        back |= {"merged_into_id": None, "message_count": was.message_count + len(since)}
    store.update_case(unit, source.id, back)
    _top_up(unit, into)
    _settle_matters(unit, into, taken.kept.matters)
    _settle_matters(unit, source, ())
    source, into = _again(unit, source), _again(unit, into)
    told(unit, "case_unmerged", taken, source, into, by=by, what=taken.what)
    if since:
        tell_moved(unit, into, source, since, by=by, **_waiting(waits_since))
    _bring_in_step(unit, source, into)
    if not since:
        was_touched = taken.kept.touched
        if is_whole and taken.kept.change:
            was_touched = taken.kept.change.given.case.updated_at
        _was_touched(unit, source, was_touched if is_whole or when == taken.at else when)
        _was_touched(unit, into, min(stand.updated_at, touched))


def _rejoin(unit: Unit, taken: Merge, source: Case, new: Case, by: Actor) -> None:
    """Of a split: its messages go back, and all that came to the new case since goes with them."""
    went = set(store_rows.noted(unit, taken.id, "messages"))
    for follow in CASES:
        if follow.how == "moves":
            store_rows.move_back(unit, follow, taken.id, new.id, source.id)
    left = merges.ids_in(unit, new.id)
    since = merges.messages_in(unit, new.id, left) if left else []
    waits_since = unanswered_since(unit, new, since)
    for follow in CASES:
        if follow.how == "moves":
            store_rows.move(unit, follow, new.id, source.id, merge_id=None)
    merges.mark_undone(unit, taken.id)
    values: dict[str, Any] = {"message_count": source.message_count + len(went) + len(since)}
    if source.is_ended and not new.is_ended and since:
        values |= {"status": "open", "solved_at": None, "closed_at": None}
    store.update_case(unit, source.id, values)
    lay_down(unit, new, source)
    store.update_case(unit, new.id, {"first_due_at": None})  # it came with the other, once
    _settle_matters(unit, source, ())
    told(unit, "case_unmerged", taken, source, new, by=by, what=taken.what)
    if since:
        tell_moved(unit, new, source, since, by=by, **_waiting(waits_since))
    _bring_in_step(unit, source, new)
    if not since:
        when = source.updated_at
        _was_touched(unit, source, taken.kept.touched if when == taken.at else when)


def _check_last(unit: Unit, taken: Merge, source: Case, into: Case) -> None:
    """What was done later with the same messages, or with the whole of a case, stands on this."""
    later = {
        one.id: one
        for case in (source, into)
        for one in merges.standing_about(unit, case.id)
        if one.id > taken.id and one.what != "contacts"
    }
    stands_on = None
    if into.merged_into_id:
        stands_on = next((one for one in later.values() if one.from_id == into.id), None)
    if stands_on is None and taken.what == "split":
        stands_on = next(
            (one for one in later.values() if into.id in {one.into_id, one.from_id}), None
        )
    if stands_on is None and (found := store_rows.overlap(unit, taken.id, list(later))):
        stands_on = later[found]
    if stands_on is None:
        return
    first, second = (store.case_by_id(unit, i) for i in (stands_on.from_id, stands_on.into_id))
    raise Conflict(
        "Something was done with it later. Undo that first: "
        f"{first.reference if first else 'a case'} to {second.reference if second else 'a case'}.",
        code="undo_later_first",
    )


def _written_to(unit: Unit, taken: Merge, into: Case) -> list[Message]:
    """What came in since and was meant for the case that is set apart again."""
    said = merges.said_since(unit, into.id, taken.at, MOST_SINCE)
    stood = merges.standing_about(unit, into.id)
    moved = {row for one in stood for row in store_rows.noted(unit, one.id, "messages")}
    said = [one for one in said if one.id not in moved]
    theirs = set(store_rows.noted(unit, taken.id, "participants"))
    answered = merges.is_answer_to(
        unit, [one.in_reply_to for one in said if one.in_reply_to], taken.id
    )
    return [
        one
        for one in said
        if one.identity_id in theirs or (one.in_reply_to and one.in_reply_to in answered)
    ]


def _stand_without(unit: Unit, taken: Merge, present: Stand) -> Stand:
    """How the taker stands without this, the later ones counted anew."""
    given = [
        one
        for one in merges.standing_about(unit, taken.into_id)
        if one.into_id == taken.into_id and one.kept.change
    ]
    number = [one.id for one in given].index(taken.id)
    changes: list[Change] = [one.kept.change for one in given if one.kept.change]
    later, stand = without(changes, number, present)
    for one, change in zip(given[number + 1 :], later, strict=True):
        merges.keep(unit, one.id, msgspec.structs.replace(one.kept, change=change))
    return stand


def _part_people(unit: Unit, taken: Merge) -> None:
    for one in taken.kept.takings:
        merges.set_taking(unit, taken.into_id, one.identity_id, one.before, instead_of=one.after)
    for draft in taken.kept.drafts:
        merges.draft_text(unit, taken.into_id, draft.agent_id, draft.before, instead_of=draft.after)


def _top_up(unit: Unit, into: Case) -> None:
    """What another merged case had as well, and this one took away with it, is there again."""
    for other in merges.standing_about(unit, into.id):
        if other.what == "merge" and other.into_id == into.id:
            for follow in CASES:
                if follow.is_unique:
                    store_rows.move(unit, follow, other.from_id, into.id, merge_id=other.id)


def _settle_matters(unit: Unit, case: Case, before: tuple[str, ...]) -> None:
    """The strip goes with the last that stands. `before`: what was under way without the merge."""
    present = _again(unit, case)
    stands = any(one.what != "contacts" for one in merges.standing_about(unit, case.id))
    wanted = set(present.matters) - ({"merge"} if not stands else set())
    if before and not stands:
        wanted &= set(before) | (set(present.matters) - set(case.matters))
    names = [one for one in matters.MATTERS if one in wanted]
    if names != present.matters:
        values = {"matters": names, "updated_at": present.updated_at}
        store.update_case(unit, case.id, values)


def _waiting(since: datetime | None) -> dict[str, Any]:
    """What the event of a move says when somebody waits with what moved."""
    return {"waits": wait_data(since, None, None)} if since else {}


def _was_touched(unit: Unit, case: Case, moment: datetime | None) -> None:
    """Lists go by this: taking something back is no news of the case."""
    if moment:
        store.update_case(unit, case.id, {"updated_at": moment})


def _bring_in_step(unit: Unit, *cases: Case) -> None:
    for case in cases:
        show_anew(unit, case.id)
    unit.settle()


def _both(unit: Unit, taken: Merge) -> tuple[Case, Case]:
    """The two rows themselves, wherever they lead, held in the one order."""
    for case_id in sorted({taken.from_id, taken.into_id}):
        store.case_by_id(unit, case_id, lock=True)
    source = store.case_by_id(unit, taken.from_id)
    into = store.case_by_id(unit, taken.into_id)
    if source is None or into is None:
        raise NotFound("There is no such case.", code="no_case")
    return source, into


def _again(unit: Unit, case: Case) -> Case:
    return store.case_by_id(unit, case.id) or case
