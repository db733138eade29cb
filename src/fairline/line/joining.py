"""Cases that share one place: joined, set apart, and told whether they belong to one person.

The leader is the root of a group and stands in the line for all of it; a repeat never leads. Which
place that is, `standing.py` says. All verbs leave the record of both cases an event.
"""

import msgspec

from fairline.cases import store
from fairline.cases.changes import assign, get_case
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.db.unit import Unit
from fairline.line import store_repeats
from fairline.line.standing import is_waiting

# Why a change reaches the other cases of a group; such a change goes no further.
TOGETHER = "with_repeat"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What a case shares its place with: its leader, or its repeats; and what it may repeat."""

    leader: Case | None = None
    repeats: list[Case] = []
    maybe: Case | None = None


def group_of(unit: Unit, case: Case, related: list[tuple[Case, str]]) -> Group:
    """For the case page, out of its links, which hold the group: no statement of its own, but one
    while an agent is asked.
    """
    linked = [one for one, reason in related if reason == "repeat"]
    if case.repeat_of_id:
        leader = next((one for one in linked if one.id == case.repeat_of_id), None)
        return Group(leader=leader or store.case_by_id(unit, case.repeat_of_id))
    repeats = sorted(
        (one for one in linked if one.repeat_of_id == case.id),
        key=lambda one: (one.created_at, one.id),
    )
    maybe_id = case.maybe_repeat_of_id if is_waiting(case) else None
    maybe = store.case_by_id(unit, maybe_id) if maybe_id else None
    return Group(repeats=repeats, maybe=maybe if maybe and is_waiting(maybe) else None)


def join(unit: Unit, case: Case, other: Case, *, by: Actor, reason: str = "agent") -> Case:
    """Let two cases, with all that share their places, share one. Returns the leader.

    The earliest arrival leads. Raises Conflict when one of them does not wait for us, Invalid when
    they are of two people. *Effects*: `repeat_joined` on each; they are linked; one owner.
    """
    roots = {root.id: root for root in (root_of(unit, case), root_of(unit, other))}
    if len(roots) < 2:
        raise Conflict("These two share one place already.", code="already_joined")
    for one in (case, other, *roots.values()):
        if not is_waiting(one):
            raise Conflict(
                f"{one.reference} does not wait for us now, so it has no place to share.",
                code="not_waiting",
            )
    if not same_person(unit, case, other):
        raise Invalid(
            f"{case.reference} and {other.reference} are of two people as far as we know: each "
            "keeps a place of their own.",
            code="two_people",
            field="with",
        )
    leader, follower = sorted(roots.values(), key=lambda one: (one.entered_at, one.id))
    follow(unit, leader, [follower, *store_repeats.repeats_of(unit, follower.id)], by, reason)
    owner = leader.owner_id or follower.owner_id
    for one in (leader, *store_repeats.repeats_of(unit, leader.id)):
        if one.owner_id != owner and not one.is_ended:
            assign(unit, one, owner, by=by, reason=TOGETHER)
    return get_case(unit, leader.id)


def follow(unit: Unit, leader: Case, repeats: list[Case], by: Actor, reason: str) -> None:
    """Let `repeats` share the place of `leader`."""
    for one in repeats:
        values = {"repeat_of_id": leader.id, "maybe_repeat_of_id": None}
        store.update_case(unit, one.id, values)
        store.relate(unit, one.id, leader.id, "repeat")
        _tell(unit, "repeat_joined", one, leader, by, reason, leads=False)
        _tell(unit, "repeat_joined", leader, one, by, reason, leads=True)


def split(unit: Unit, case: Case, *, by: Actor) -> Case:
    """Set a repeat apart: its own arrival counts again, and nothing joins it by itself any more.

    Also answers a suggestion with no. Raises Conflict when there is nothing to set apart.
    """
    leader_id = case.repeat_of_id or case.maybe_repeat_of_id
    if leader_id is None:
        raise Conflict(f"{case.reference} shares its place with no other.", code="not_joined")
    reason = "agent" if case.repeat_of_id else "not_the_same"
    return set_apart(unit, case, get_case(unit, leader_id), by=by, reason=reason, for_good=True)


def set_apart(
    unit: Unit, case: Case, leader: Case, *, by: Actor, reason: str, for_good: bool = False
) -> Case:
    """The case has a place of its own again. `for_good`: it is not joined by itself again."""
    was_joined = case.repeat_of_id is not None
    values = {"repeat_of_id": None, "maybe_repeat_of_id": None}
    store.update_case(unit, case.id, {**values, "split_at": unit.now} if for_good else values)
    _tell(unit, "repeat_split", case, leader, by, reason, leads=False)
    if was_joined:
        _tell(unit, "repeat_split", leader, case, by, reason, leads=True)
    return get_case(unit, case.id)


def suggest(unit: Unit, case: Case, leader: Case, *, by: Actor, reason: str) -> None:
    """Let an agent decide whether the two are one matter."""
    if case.maybe_repeat_of_id != leader.id:
        store.update_case(unit, case.id, {"maybe_repeat_of_id": leader.id})
        _tell(unit, "repeat_suggested", case, leader, by, reason, leads=False)


def root_of(unit: Unit, case: Case) -> Case:
    """The case whose place this one has."""
    return get_case(unit, case.repeat_of_id) if case.repeat_of_id else case


def same_person(unit: Unit, case: Case, other: Case) -> bool:
    """Of one contact, or of an address that both customers left."""
    return case.contact_id == other.contact_id or bool(
        _contacts(unit, case) & _contacts(unit, other)
    )


def is_proven(unit: Unit, case: Case) -> bool:
    """Whether the customer has shown to be who they say they are: by a mail that its domain
    vouches for, by a secret link, or by an address confirmed.
    """
    return any(
        one.role == "customer" and one.confirmed_at and one.contact_id == case.contact_id
        for one in store.participants_of(unit, case.id)
    )


def _contacts(unit: Unit, case: Case) -> set[str]:
    people = store.participants_of(unit, case.id)
    return {case.contact_id, *(one.contact_id for one in people if one.role == "customer")}


def _tell(
    unit: Unit, kind: str, case: Case, other: Case, by: Actor, reason: str, *, leads: bool
) -> None:
    data = {
        "other_id": other.id,
        "reference": other.reference,
        "channel": other.channel,
        "leads": leads,
        "reason": reason,
    }
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
