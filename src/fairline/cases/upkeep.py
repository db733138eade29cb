"""What the clock does to cases: wakes those put aside, closes those solved long ago, sweeps."""

from datetime import timedelta

from fairline.cases import store, store_upkeep
from fairline.cases.changes import set_status, wake
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.web import store as guards

CLOSE_AFTER = timedelta(days=7)
DRAFT_FILES_KEPT = timedelta(days=1)


def wake_due(database: Database) -> int:
    """Bring back what was put aside until now. Returns how many."""
    with database.write() as unit:
        due = store.due_to_wake(unit)
        for case in due:
            wake(unit, case, by=SYSTEM, reason="time_came")
    return len(due)


def close_solved(database: Database) -> int:
    """Close what has been solved for a week. Returns how many."""
    with database.write() as unit:
        old = store.solved_before(unit, unit.now - CLOSE_AFTER)
        for case in old:
            set_status(unit, case, "closed", by=SYSTEM, reason="solved_long_ago")
    return len(old)


def sweep(database: Database) -> None:
    """Forget expired sessions, old guards, and files of drafts that were never sent."""
    with database.write() as unit:
        people.delete_expired_sessions(unit)
        guards.sweep(unit)
        store_upkeep.delete_abandoned_files(unit, unit.now - DRAFT_FILES_KEPT)
