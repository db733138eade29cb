"""Keeps in the case's own row what it costs its customer, so that a page reads nothing more.

What the customer writes is counted by the door in the statement that it makes anyway
(`intake.py`); everything else here, in the transaction of its event. After a merge, a split, a move
or its undoing the cases are counted again from their events. The job counts what was there before.
"""

from typing import Any

from fairline.cases import store, store_effort
from fairline.cases.effort import Effort, add, columns, count, effort_of
from fairline.cases.merging import store as merges
from fairline.cases.merging.waits import CHANGES
from fairline.cases.rows import Case, Event
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue

HEARD = (
    "transfer_accepted",
    "owner_changed",
    "team_changed",
    "repeat_joined",
    "case_reopened",
    *sorted(CHANGES),
)
# The name of the job; the migration that brought the columns wrote it into the queue.
JOB = "effort.count_back"
BATCH = 50


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `HEARD`. *Effects*: one statement for what counts, none for the rest."""
    case_id = event.case_id
    if case_id is None:
        return
    if event.kind in CHANGES:
        unit.settle_later(("effort", case_id), lambda later: recount(later, case_id))
        return
    accepted = ("effort accepted", case_id)
    nothing = Effort()
    if add(nothing, event, accepted_at=unit.gathered.get(accepted)) == nothing:
        return
    if event.kind == "transfer_accepted":
        unit.gathered[accepted] = event.at
    # At once and not when the unit settles: what a savepoint takes back takes its count along.
    case = store.case_by_id(unit, case_id, lock=True)
    if case:
        _keep(unit, case, add(effort_of(case), event))


def recount(unit: Unit, case_id: str) -> None:
    """Count it again from its events. Twice is as once."""
    case = store.case_by_id(unit, case_id, lock=True)
    if case:
        _recount(unit, case, store_effort.events_of(unit, [case_id])[case_id])


def run_job(database: Database, payload: dict[str, Any]) -> None:
    """Handler of the job: one batch, by id, then the next one in the same transaction. So it goes
    on where it was after a kill. A case is held while it is counted: nobody counts beside it.
    """
    with database.write() as unit:
        case_ids = store_effort.cases_after(unit, str(payload.get("after", "")), limit=BATCH)
        cases = [store.case_by_id(unit, case_id, lock=True) for case_id in case_ids]
        events = store_effort.events_of(unit, case_ids)
        for case in cases:
            if case:
                _recount(unit, case, events[case.id])
        if len(case_ids) == BATCH:
            enqueue(unit, JOB, {"after": case_ids[-1]}, key=f"{JOB}:{case_ids[-1]}")


def _recount(unit: Unit, case: Case, events: list[Event]) -> None:
    if any(event.kind in CHANGES for event in events):
        events = _across(unit, case)
    _keep(unit, case, count(events))


def _across(unit: Unit, case: Case) -> list[Event]:
    """What was said in the messages it has now, wherever they came in, and what happened on it and
    on the cases merged into it.
    """
    known: dict[str, list[Event]] = {}
    wanted = {case.id}
    while wanted:
        found = store_effort.events_of(unit, sorted(wanted))
        known |= found
        others = (e.data.get("other_id") for es in found.values() for e in es if e.kind in CHANGES)
        wanted = {str(one) for one in others if one} - known.keys()
    merged, looked_at = {case.id}, [case.id]
    while looked_at:
        taken_in = merges.merged_into(unit, looked_at.pop())
        looked_at += [one.id for one in taken_in if one.id not in merged]
        merged |= {one.id for one in taken_in}
    messages = set(merges.ids_in(unit, case.id))
    kept = [
        event
        for case_id, events in known.items()
        for event in events
        if (
            event.data.get("message_id") in messages
            if event.kind == "message_received"
            else case_id in merged
        )
    ]
    return sorted(kept, key=lambda event: event.position)


def _keep(unit: Unit, case: Case, effort: Effort) -> None:
    if effort_of(case) != effort:
        # Counting is no news of the case: lists go by when something was last done with it.
        values = {**columns(effort), "updated_at": case.updated_at}
        store.update_case(unit, case.id, values)
