"""Posts of one public thread that came in any order: which cases are one, which only stand beside.

A customer's posts join: what answers their own post, and what answers the same as they did. Another
person's post never does, it has a case of its own beside theirs ("same thread"). When a post in
between arrives last, two cases of one customer become one; an agent may take that back, and then it
stays so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fairline.cases import store, store_threads
from fairline.cases.following import living
from fairline.cases.inbound import Inbound, InboxRef
from fairline.cases.merging.merging import merge
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.store_threads import MOST_ANSWERS, SAME_THREAD, Answer
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.db.unit import Unit
from fairline.people.tables import Identity

MERGED_LATE = "late_post"
MOST_AROUND = 30
MOST_RECENT = 20
# A talk in private goes on in the case it was about, also a little after that was solved.
TALK_GOES_ON = timedelta(days=1)
# What ended before that stays as it was.
TOO_OLD = timedelta(days=30)


def own_cases(
    unit: Unit,
    inbox: InboxRef,
    inbound: Inbound,
    author: Identity,
    answers: Sequence[Answer],
    answered: Sequence[Case],
) -> list[tuple[Case, str]]:
    """The author's own cases that this post may belong to, most telling first: where they answered
    it already, where they answered the same in public, and the one beside a case it answers.
    """
    wanted = list(inbound.in_reply_to) if inbound.is_public else []
    if len(answers) == MOST_ANSWERS:
        wanted.append(inbound.native_id)
    own = [one for one in answers if one.identity_id == author.id]
    own += store_threads.own_answers(unit, inbox.id, wanted, author.id)
    ids = dict.fromkeys(one.case_id for one in own if one.direction == "inbound")
    found = [(case, "answered_by") for case in _living(unit, list(ids))]
    others = [case.id for case in answered if case.contact_id != author.contact_id]
    if others and inbound.is_public:
        beside = set(_around(unit, others))
        recent = store.cases_of_contact(unit, author.contact_id, limit=MOST_RECENT)
        found += [(case, SAME_THREAD) for case in recent if case.id in beside]
    return found


def talk_of(unit: Unit, inbox: InboxRef, author: Identity) -> list[tuple[Case, str]]:
    """The case that somebody's private words go on in, where people talk without naming what they
    answer: the open one with the latest activity, or one that was solved a day ago at most.
    """
    for case in store.open_threads_of(unit, author.id, limit=MOST_RECENT):
        ended_at = case.closed_at or case.solved_at
        is_fresh = not case.is_ended or (ended_at and unit.now - ended_at <= TALK_GOES_ON)
        # Their own: an address that somebody else has typed on their case proves nothing.
        is_own = case.contact_id == author.contact_id and case.brand_id == inbox.brand_id
        if is_own and case.channel == inbox.channel and is_fresh:
            return [(case, "talk")]
    return []


def tie(
    unit: Unit, inbox: InboxRef, case: Case, answered: Sequence[Case], answers: Sequence[Answer]
) -> Case:
    """Let the cases on both sides of a post that came after its answers know of each other.

    Returns the case the post stands on now. *Effects*: those of one customer in one inbox become
    one (the younger goes into the older), those of several are linked.
    """
    ids = [one.id for one in answered] + [one.case_id for one in answers]
    near = [one for one in _living(unit, list(dict.fromkeys(ids))) if one.id != case.id]
    near = [one for one in near if one.brand_id == case.brand_id]
    if not near:
        return case
    for other in near:
        if other.contact_id != case.contact_id and other.is_public and case.is_public:
            _relate(unit, case, other)
    around = {one.id: one for one in (case, *near)}
    far = [one for one in _around(unit, list(around)) if one not in around]
    around |= {one.id: one for one in _living(unit, far)}
    of_one: dict[str, list[Case]] = {}
    for one in around.values():
        if one.inbox_id == inbox.id and one.brand_id == case.brand_id:
            of_one.setdefault(one.contact_id, []).append(one)
    for group in of_one.values():
        first, *younger = sorted(group, key=lambda one: (one.created_at, one.id))
        for one in younger:
            _unite(unit, one, first)
    return living(unit, _again(unit, case), lock=True)


def _unite(unit: Unit, case: Case, into: Case) -> None:
    """Merge them; where people parted them or something speaks against it they are only linked."""
    case, into = _again(unit, case), _again(unit, into)
    if case.merged_into_id or into.merged_into_id or case.id == into.id:
        return
    is_over = any(_ended_before(one, unit.now - TOO_OLD) for one in (case, into))
    if not is_over and not store_threads.were_parted(unit, case.id, into.id):
        try:
            merge(unit, case, into, by=SYSTEM, reason=MERGED_LATE)
        except (Conflict, Invalid):
            pass
        else:
            return
    _relate(unit, case, into)


def _ended_before(case: Case, moment: datetime) -> bool:
    ended_at = case.closed_at or case.solved_at
    return case.is_ended and ended_at is not None and ended_at < moment


def _relate(unit: Unit, case: Case, other: Case) -> None:
    if store.relate(unit, case.id, other.id, SAME_THREAD):
        data = {"other_id": other.id, "reason": SAME_THREAD}
        record(unit, "case_related", by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=data)


def _around(unit: Unit, case_ids: list[str]) -> list[str]:
    """Every case of the same public thread, as far as it is linked; at most 30 more."""
    known = dict.fromkeys(case_ids)
    edge = list(case_ids)
    while edge and len(known) < len(case_ids) + MOST_AROUND:
        found = store_threads.same_thread(unit, edge)
        edge = [one for one in dict.fromkeys(found) if one not in known]
        known |= dict.fromkeys(edge)
    return list(known)


def _living(unit: Unit, case_ids: list[str]) -> list[Case]:
    """Where they are now, each once, in their order."""
    rows = store.cases_by_id(unit, case_ids)
    found = [living(unit, rows[one]) for one in case_ids if one in rows]
    return list({one.id: one for one in found}.values())


def _again(unit: Unit, case: Case) -> Case:
    return store.case_by_id(unit, case.id) or case
