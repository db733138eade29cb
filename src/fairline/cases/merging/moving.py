"""Messages that go to another case: a case of their own (split), or one that is there (move).

What belongs to them goes along: files, deliveries, search, what came in verbatim. Who takes part
stays; a new case has the same people. The wait goes with the words that wait.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fairline.cases import matters, store
from fairline.cases.changes import get_case
from fairline.cases.clocks import opening_times
from fairline.cases.merging import store as merges
from fairline.cases.merging import store_rows
from fairline.cases.merging.combining import is_shown
from fairline.cases.merging.kept import Kept, Merge
from fairline.cases.merging.merging import (
    change_of,
    changed,
    check,
    hold,
    merge,
    show_anew,
    takes_in,
)
from fairline.cases.merging.registry import CASES
from fairline.cases.merging.waits import wait_data
from fairline.cases.opening import (
    MAX_PREVIEW,
    clipped,
    insert_with_reference,
    new_mail_token,
    subject_of,
)
from fairline.cases.rows import Actor, Case, Message
from fairline.cases.states import OFF_THE_LINE
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.unit import Unit

MOST_MOVED = 200


def split(
    unit: Unit, case: Case, message_ids: Sequence[str], *, by: Actor, subject: str = ""
) -> Merge:
    """Let some messages be a case of their own, which waits since the first of them arrived.

    Raises Invalid when none is from the customer, Conflict when nothing would stay. *Effects*: a
    case with the same people; `case_split` and `message_moved` on both. `into_id` is the new case.
    """
    unit.settle()
    case = get_case(unit, case.id, lock=True)
    chosen = _chosen(unit, case, message_ids)
    heard = [one for one in chosen if one.direction == "inbound" and not one.is_automatic]
    if not heard:
        raise Invalid(
            "Choose something the customer said: a case begins with that.",
            code="nothing_said",
            field="messages",
        )
    if not merges.has_words_beside(unit, case.id, [one.id for one in chosen]):
        raise Conflict("Nothing would stay here: this is one case already.", code="nothing_stays")
    entered_at = min(_arrival(unit, case, heard).values())
    new = _open(unit, case, chosen, heard[0], subject, entered_at)
    taken = _note(unit, "split", case, new, by, Kept(messages=len(chosen), touched=case.updated_at))
    _go(unit, taken.id, chosen)
    _count(unit, case, -len(chosen))
    _open_matters(unit, case, new)
    waits = wait_data(entered_at, None, None)
    for one, other, leads in ((case, new, True), (new, case, False)):
        data = {"merge_id": taken.id, "other_id": other.id, "reference": other.reference}
        _tell(unit, "case_split", one, by, {**data, "leads": leads})
    tell_moved(unit, case, new, chosen, by=by, merge_id=taken.id, waits=waits)
    show_anew(unit, case.id)
    show_anew(unit, new.id)
    unit.settle()
    return taken


def move(
    unit: Unit,
    case: Case,
    message_ids: Sequence[str],
    into: Case,
    *,
    by: Actor,
    readers_agreed: bool = False,
) -> Merge:
    """Let some messages belong to another case of the person; all that was said: the whole case.

    Raises as `merge` does. *Effects*: `message_moved` on both.
    """
    unit.settle()
    case, into = hold(unit, case, into)
    check(unit, case, into)
    chosen = _chosen(unit, case, message_ids)
    ids = [one.id for one in chosen]
    if not merges.has_words_beside(unit, case.id, ids):
        return merge(unit, case, into, by=by, readers_agreed=readers_agreed)
    entered_at = unanswered_since(unit, case, chosen)
    were_shown = is_shown(case) and any(one.visibility == "public" for one in chosen)
    given = msgspec.structs.replace(case, entered_at=entered_at, repeat_of_id=None)
    if entered_at is None:
        given = msgspec.structs.replace(given, status="waiting")
    change = change_of(unit, into, given, waits=entered_at is not None, is_shown=were_shown)
    kept = Kept(
        change=change,
        messages=len(chosen),
        touched=case.updated_at,
        first_due_at=into.first_due_at,
        matters=tuple(into.matters),
    )
    taken = _note(unit, "move", case, into, by, kept)
    if is_shown(change.after):
        if not is_shown(into):
            store_rows.make_private(unit, taken.id, into.id)
        if not is_shown(case):
            store_rows.make_private(unit, taken.id, case.id, ids)
    _go(unit, taken.id, chosen)
    _count(unit, case, -len(chosen))
    values = changed(into, change)
    store.update_case(unit, into.id, {**values, "message_count": into.message_count + len(chosen)})
    _open_matters(unit, case, into)
    tell_moved(unit, case, into, chosen, by=by, merge_id=taken.id, **takes_in(change))
    show_anew(unit, case.id)
    show_anew(unit, into.id)
    unit.settle()
    return taken


def tell_moved(
    unit: Unit,
    case: Case,
    into: Case,
    chosen: Sequence[Message],
    *,
    by: Actor,
    merge_id: str = "",
    **more: Any,
) -> None:
    """One event on each case: which messages went, and on the other since when they wait."""
    data: dict[str, Any] = {"message_ids": [one.id for one in chosen], "merge_id": merge_id}
    there = {"other_id": into.id, "reference": into.reference}
    here = {"other_id": case.id, "reference": case.reference}
    _tell(unit, "message_moved", case, by, {**data, **there, "is_out": True})
    _tell(unit, "message_moved", into, by, {**data, **here, "is_out": False, **more})


def unanswered_since(unit: Unit, case: Case, chosen: Sequence[Message]) -> datetime | None:
    """When the first of these arrived that the case waits with; None when all were answered."""
    if case.entered_at is None or case.kind in OFF_THE_LINE:
        return None
    heard = [one for one in chosen if one.direction == "inbound" and not one.is_automatic]
    arrived = _arrival(unit, case, heard).values()
    return min((moment for moment in arrived if moment >= case.entered_at), default=None)


def _arrival(unit: Unit, case: Case, heard: Sequence[Message]) -> dict[str, datetime]:
    """Message id -> when it reached us, which may be before it was read in."""
    of = [case.id, *(one.id for one in merges.merged_into(unit, case.id))]
    said = merges.arrivals(unit, of, [one.id for one in heard])
    found = {}
    for one in heard:
        arrived = said.get(one.id, {}).get("arrived_at")
        found[one.id] = datetime.fromisoformat(arrived) if arrived else one.created_at
    return found


def _chosen(unit: Unit, case: Case, message_ids: Sequence[str]) -> list[Message]:
    wanted = list(dict.fromkeys(message_ids))
    if not wanted or len(wanted) > MOST_MOVED:
        raise Invalid(
            f"Choose one to {MOST_MOVED} messages.", code="choose_messages", field="messages"
        )
    found = merges.messages_in(unit, case.id, wanted)
    if len(found) < len(wanted):
        raise Conflict(
            "One of these messages is not on this case any more. Look again.", code="message_gone"
        )
    return found


def _open(
    unit: Unit,
    case: Case,
    chosen: Sequence[Message],
    first: Message,
    subject: str,
    entered_at: datetime,
) -> Case:
    """The new case. Its times are those of a question that came when its first words did."""
    kind = "question" if case.kind in OFF_THE_LINE else case.kind
    severity = "annoyance" if case.kind in OFF_THE_LINE else case.severity
    values: dict[str, Any] = {
        name: getattr(case, name)
        for name in ("brand_id", "contact_id", "inbox_id", "owner_id", "team_id", "language")
    }
    values |= {
        "id": new_id(),
        "subject": subject_of(subject or first.subject, first.text) or case.subject,
        "preview": clipped(first.text, MAX_PREVIEW),
        "status": "open" if case.owner_id else "new",
        "kind": kind,
        "severity": severity,
        "is_public": is_shown(case) and any(one.visibility == "public" for one in chosen),
        "channel": first.channel,
        "needs_id": case.needs_id,
        "mail_token": new_mail_token(),
        "message_count": len(chosen),
        # Came when its first words did: so the fairness report counts its wait.
        "created_at": entered_at,
        "updated_at": unit.now,
        "first_answered_at": None,
        "last_answered_at": None,
        "snoozed_until": None,
        "solved_at": None,
        "closed_at": None,
        "hidden_at": None,
        # An agent has said that this is another matter: nothing joins it by itself again.
        "split_at": unit.now,
        "answer_to_id": case.answer_to_id,
        **opening_times(unit, case.brand_id, case.inbox_id, kind, severity, entered_at),
    }
    new = insert_with_reference(unit, values)
    merges.insert_participants(unit, case.id, new.id)
    return new


def _note(unit: Unit, what: str, case: Case, into: Case, by: Actor, kept: Kept) -> Merge:
    taken = Merge(
        id=new_id(),
        brand_id=case.brand_id,
        what=what,
        from_id=case.id,
        into_id=into.id,
        by_agent_id=by.id if by.kind == "agent" else None,
        at=unit.now,
        undone_at=None,
        kept=kept,
    )
    merges.insert(unit, taken)
    return taken


def _go(unit: Unit, merge_id: str, chosen: Sequence[Message]) -> None:
    taken = merges.by_id(unit, merge_id)
    if taken is None:
        return
    ids = [one.id for one in chosen]
    for follow in CASES:
        if follow.how == "moves" and follow.message:
            store_rows.move(
                unit, follow, taken.from_id, taken.into_id, merge_id=merge_id, message_ids=ids
            )


def _count(unit: Unit, case: Case, by: int) -> None:
    store.update_case(unit, case.id, {"message_count": case.message_count + by})


def _open_matters(unit: Unit, case: Case, into: Case) -> None:
    for one in (case, into):
        matters.open_matter(unit, one.id, "merge")


def _tell(unit: Unit, kind: str, case: Case, by: Actor, data: dict[str, Any]) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
