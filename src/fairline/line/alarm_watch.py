"""What the passing of time does to alarms. Called by the worker's periods, on any number of nodes.

A turn costs one index look-up where nothing is due, and about two milliseconds for each case that
is (measured at 100,000 cases); it never reads the line. After a standstill the turns catch up a
batch at a time, and let others write in between.
"""

from datetime import datetime, timedelta
from typing import Any

from fairline.cases import store
from fairline.db.engine import Database
from fairline.db.types import EPOCH
from fairline.jobs.queue import enqueue
from fairline.line import alarms, store_alarms

BATCH = 50
BATCHES = 100
CHECKED = 1000
STATUSES = ("new", "open")
JOB = "alarms_again"
# Sorts before every id; '' is none on PostgreSQL.
FIRST = "00000000-0000-0000-0000-000000000000"


def turn(database: Database) -> int:
    """Look at the cases whose timers have run out. Returns how many; the rest comes next turn."""
    looked = 0
    for _ in range(BATCHES):
        with database.read() as unit:
            if not store_alarms.is_any_due(unit):
                break
        with database.write() as unit:
            due = store_alarms.claim_due(unit, most=BATCH)
            for case_id in due:
                alarms.look(unit, case_id)
        looked += len(due)
        if len(due) < BATCH:
            break
    return looked


def look_again(database: Database, payload: dict[str, Any]) -> None:
    """The job after a change of thresholds: let the brand's timers run out, a batch at a time."""
    brand_id, after = str(payload["brand_id"]), str(payload.get("after", FIRST))
    with database.write() as unit:
        found = store_alarms.waiting_of_brand(unit, brand_id, after=after, most=20 * BATCH)
        if found:
            store_alarms.look_at(unit, found, unit.now)
            enqueue(unit, JOB, {"brand_id": brand_id, "after": found[-1]})


class PlaceCheck:
    """Walks the open cases round and round for one that is in no line and nobody's.

    None ever should be: this is the check that the house keeps its word. A turn reads at most 1,000
    entries of the index (status, updated_at, id) for each of two statuses.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at: dict[str, tuple[datetime, str]] = {}

    def turn(self) -> int:
        """Check the next ones. Returns how many alarms were raised."""
        return sum(self._check(status) for status in STATUSES)

    def _check(self, status: str) -> int:
        since = self._at.get(status, (EPOCH, FIRST))
        with self._database.read() as unit:
            # The shortest wait anybody may set; each brand's own is asked below.
            until = unit.now - timedelta(minutes=1)
            found = store_alarms.open_cases(unit, status, since, until, most=CHECKED)
        self._at[status] = found[-1][:2] if len(found) == CHECKED else (EPOCH, FIRST)
        raised = 0
        for updated_at, case_id, is_lost in found:
            if is_lost:
                raised += self._raise(case_id, updated_at)
        return raised

    def _raise(self, case_id: str, updated_at: datetime) -> bool:
        with self._database.write() as unit:
            case = store.case_by_id(unit, case_id, lock=True)
            if case is None or not alarms.is_lost(unit, case):
                return False
            minutes = alarms.thresholds_of(unit, case.brand_id).place_minutes
            if unit.now - updated_at < timedelta(minutes=minutes):
                return False
            return alarms.raise_alarm(unit, case, "no_place", updated_at)
