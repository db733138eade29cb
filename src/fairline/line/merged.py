"""What an answer to a merged case means for those that were merged into it, and people set apart.

Each had its own arrival and its own told range: the answer that everybody reads is theirs too, so
nobody who was merged counts as never answered.
"""

import msgspec

from fairline.cases import store
from fairline.cases.merging import store as merges
from fairline.cases.rows import SYSTEM, Case, Event
from fairline.db.unit import Unit
from fairline.line import store_repeats, told
from fairline.line.joining import same_person, set_apart

MOST_LOOKED_AT = 200


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_sent`: nothing is read for a case that took none in."""
    if event.case_id is None or event.data.get("is_notice"):
        return
    case = store.case_by_id(unit, event.case_id)
    if case and "merge" in case.matters:
        _answer(unit, case, event)


def _answer(unit: Unit, case: Case, event: Event) -> None:
    for one in merges.merged_into(unit, case.id):
        told.hear(unit, msgspec.structs.replace(event, case_id=one.id))
        times = {"last_answered_at": event.at, "updated_at": one.updated_at}
        if one.first_answered_at is None:
            times["first_answered_at"] = event.at
        store.update_case(unit, one.id, times)
        _answer(unit, one, event)


def hear_two_people(unit: Unit, event: Event) -> None:
    """Inline listener of `contact_unmerged`: two people do not share one place."""
    for one in store.cases_of_contact(unit, event.data["other_id"], limit=MOST_LOOKED_AT):
        if one.repeat_of_id and (leader := store.case_by_id(unit, one.repeat_of_id)):
            _part(unit, one, leader)
        for follower in store_repeats.repeats_of(unit, one.id):
            _part(unit, follower, one)


def _part(unit: Unit, one: Case, leader: Case) -> None:
    if not same_person(unit, one, leader):
        set_apart(unit, one, leader, by=SYSTEM, reason="two_people")
