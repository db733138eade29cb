"""What the clock does to cases: wakes those put aside, closes those solved long ago, sweeps.

Each case in a transaction of its own, held as every verb holds it: several nodes may do it at once.
"""

from datetime import timedelta

from fairline.cases import store, store_upkeep
from fairline.cases.changes import get_case, set_status, wake
from fairline.cases.merging import store as merges
from fairline.cases.merging import store_rows
from fairline.cases.merging.undoing import UNDONE_WITHIN
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.web import store as guards

CLOSE_AFTER = timedelta(days=7)
DRAFT_FILES_KEPT = timedelta(days=1)
MERGES_AT_ONCE = 100


def wake_due(database: Database) -> int:
    """Bring back what was put aside until now. Returns how many."""
    with database.read() as unit:
        due = store.due_to_wake(unit)
    woken = 0
    for one in due:
        with database.write() as unit:
            case = get_case(unit, one.id, lock=True)
            if case.snoozed_until and case.snoozed_until <= unit.now:
                wake(unit, case, by=SYSTEM, reason="time_came")
                woken += 1
    return woken


def close_solved(database: Database) -> int:
    """Close what has been solved for a week. Returns how many."""
    with database.read() as unit:
        old = store.solved_before(unit, unit.now - CLOSE_AFTER)
    closed = 0
    for one in old:
        with database.write() as unit:
            case = get_case(unit, one.id, lock=True)
            since = unit.now - CLOSE_AFTER
            if case.status == "solved" and case.solved_at and case.solved_at < since:
                set_status(unit, case, "closed", by=SYSTEM, reason="solved_long_ago")
                closed += 1
    return closed


def sweep(database: Database) -> None:
    """Forget expired sessions, old guards, files of drafts that were never sent, and what moved in
    merges that cannot be undone any more.
    """
    with database.write() as unit:
        people.delete_expired_sessions(unit)
        guards.sweep(unit)
        store_upkeep.delete_abandoned_files(unit, unit.now - DRAFT_FILES_KEPT)
        old = merges.old(unit, unit.now - UNDONE_WITHIN, limit=MERGES_AT_ONCE)
        store_rows.forget(unit, old)
