"""Repeats by one person share one place, and nothing is lost whatever happens to either (R27).

Listens to events in their own transaction: looks for the earlier case when one opens or a person
turns out to be known, lets what happens to one of a group reach the others, and takes care that
each case which waits for us is in the line itself or is led by one that is.
"""

from datetime import datetime

from fairline.cases import changes, store
from fairline.cases.merging.waits import CHANGES as MERGES
from fairline.cases.rows import SYSTEM, Actor, Case, Event
from fairline.cases.same_matter import same_matter
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store_repeats
from fairline.line.joining import (
    TOGETHER,
    follow,
    is_proven,
    join,
    set_apart,
    suggest,
)
from fairline.line.standing import is_waiting

MOST_LOOKED_AT = 20
LOOKERS = frozenset({"case_opened", "address_left", "address_confirmed"})
KEEPERS = frozenset(
    {
        "case_reopened",
        "message_received",
        "message_sent",
        "status_changed",
        "kind_changed",
        "snoozed",
        "woken",
        "repeat_joined",
        "repeat_split",
        *MERGES,
    }
)
HELD = frozenset({("new", "on_hold"), ("open", "on_hold"), ("on_hold", "open")})
SHARED = frozenset({"owner_changed", "snoozed", "woken"})
ENDED = frozenset({"solved", "closed"})


def hear(unit: Unit, event: Event) -> None:
    """Inline listener, before the line's: the group first, then the places that follow from it."""
    case_id = event.case_id
    if not case_id:
        return
    if event.data.get("reason") != TOGETHER and _is_shared(event):
        _share(unit, case_id, event)
    if event.kind in LOOKERS:
        unit.settle_later(("repeats look", case_id), lambda later: look(later, case_id), last=True)
    if event.kind in KEEPERS:
        unit.settle_later(("repeats", case_id), lambda later: keep(later, case_id), last=True)


def look(unit: Unit, case_id: str) -> None:
    """Find the waiting case of the same person that this one repeats: join it, or suggest it.

    Cost: at most 20 cases of each address by (contact_id, updated_at, id), and their messages.
    """
    case = store.case_by_id(unit, case_id)
    if case is None or not is_waiting(case) or case.repeat_of_id or case.split_at:
        return
    waiting = _waiting_cases(unit, case)
    if not waiting:
        return
    words = store_repeats.words_of(unit, [case_id, *waiting])
    said = next(iter(words.pop(case_id)), None)
    if said is None:
        return
    sure = (
        {i for i, one in waiting.items() if _is_sure(unit, case, one)}
        if is_proven(unit, case)
        else set[str]()
    )
    found = same_matter(said, {i: w for i, w in words.items() if i in sure})
    is_sure = found is not None and found.is_sure
    found = found if is_sure else same_matter(said, words)
    if found is None:
        return
    other = waiting[found.case_id]
    leader = store_repeats.claim(unit, other.repeat_of_id or other.id)
    if leader and is_sure and is_waiting(leader) and leader.repeat_of_id is None:
        join(unit, case, leader, by=SYSTEM, reason=found.reason)
    elif leader and leader.id != case_id:
        suggest(unit, case, leader, by=SYSTEM, reason=found.reason)


def _waiting_cases(unit: Unit, case: Case) -> dict[str, Case]:
    """The person's other cases that wait for us, one for each place, newest activity first."""
    people = [p for p in store.participants_of(unit, case.id) if p.role == "customer"]
    found: dict[str, Case] = {}
    for contact_id in dict.fromkeys([case.contact_id, *(p.contact_id for p in people)]):
        for one in store.cases_of_contact(unit, contact_id, limit=MOST_LOOKED_AT):
            is_own = case.id in {one.id, one.repeat_of_id}
            if one.brand_id == case.brand_id and not is_own and is_waiting(one):
                found[one.id] = one
    leaders = {one.repeat_of_id for one in found.values()}
    # A chaser is about one matter, however often that was said: repeats count with their leader.
    return {i: one for i, one in found.items() if not one.repeat_of_id or i not in leaders}


def _is_sure(unit: Unit, case: Case, other: Case) -> bool:
    return other.contact_id == case.contact_id and is_proven(unit, other)


def keep(unit: Unit, case_id: str) -> None:
    """Free repeats from a leader that stands in the line no more: the earliest leads the others.

    Cost: one look-up for a case without repeats, by ix_cases_repeats.
    """
    case = store.case_by_id(unit, case_id)
    if case is None:
        return
    leader = store.case_by_id(unit, case.repeat_of_id) if case.repeat_of_id else case
    if leader is None or is_waiting(leader) or (leader.id != case.id and not is_waiting(case)):
        return
    waiting = [one for one in store_repeats.free_repeats_of(unit, leader.id) if is_waiting(one)]
    if not waiting:
        return
    first, *others = sorted(waiting, key=lambda one: (one.entered_at, one.id))
    first = set_apart(unit, first, leader, by=SYSTEM, reason="leader_left")
    follow(unit, first, others, SYSTEM, "leader_left")


def heal(database: Database) -> int:
    """Free what two changes at the same moment left behind a leader that is gone. Returns how many.

    Called every minute. Cost: the repeats that wait, and their leaders by primary key.
    """
    with database.read() as unit:
        repeats = store.cases_by_id(unit, store_repeats.waiting_repeats(unit))
        leaders = store.cases_by_id(
            unit, [r.repeat_of_id for r in repeats.values() if r.repeat_of_id]
        )
    astray = [
        one.id
        for one in repeats.values()
        if is_waiting(one)
        and not ((leader := leaders.get(one.repeat_of_id or "")) and is_waiting(leader))
    ]
    for case_id in astray:
        with database.write() as unit:
            keep(unit, case_id)
    return len(astray)


def _is_shared(event: Event) -> bool:
    """Whether it may concern the others of a group: most changes of a status do not."""
    if event.kind != "status_changed":
        return event.kind in SHARED
    return event.data["to"] in ENDED or (event.data["from"], event.data["to"]) in HELD


def _share(unit: Unit, case_id: str, event: Event) -> None:
    """What happens to one of a group happens to the others that wait for us too."""
    case = store.case_by_id(unit, case_id)
    if case is None:
        return
    leader_id = case.repeat_of_id or case.id
    group = store_repeats.repeats_of(unit, leader_id)
    if leader_id != case.id and (leader := store.case_by_id(unit, leader_id)):
        group.append(leader)
    by = Actor(kind=event.actor_kind, id=event.actor_id)
    for other in group:
        if other.id != case.id and not other.is_ended:
            _do_alike(unit, case, other, event, by)


def _do_alike(unit: Unit, case: Case, other: Case, event: Event, by: Actor) -> None:
    awaits_us = other.entered_at is not None
    is_of_leader = event.kind == "status_changed" and case.repeat_of_id is None
    if is_of_leader and event.data["to"] in ENDED and not awaits_us:
        changes.set_status(unit, other, "solved", by=by, reason=TOGETHER)
    if not awaits_us:
        return
    if event.kind == "owner_changed" and other.owner_id != event.data.get("to"):
        changes.assign(unit, other, event.data.get("to"), by=by, reason=TOGETHER)
    elif event.kind == "snoozed":
        until = datetime.fromisoformat(event.data["until"])
        if other.snoozed_until != until:
            changes.snooze(unit, other, until, by=by)
    elif event.kind == "woken":
        changes.wake(unit, other, by=by, reason=TOGETHER)
    elif event.kind == "status_changed" and (event.data["from"], event.data["to"]) in HELD:
        changes.set_status(unit, other, event.data["to"], by=by, reason=TOGETHER)
