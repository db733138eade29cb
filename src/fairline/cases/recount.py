"""Counts the promises of waiting cases anew when hours or targets have changed.

A job per batch: each takes its cases under lock, and leaves the next job in the same transaction.
So it goes on where it was after a kill, and doing a batch twice changes nothing the second time.
"""

from typing import Any

from fairline.cases import clocks, store
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people.calendars import RECOUNT

BATCH = 100


def recount(database: Database, payload: dict[str, Any]) -> None:
    """Handler of the job: one batch of a brand's cases with a running clock, by id."""
    brand_id, reason, after = payload["brand_id"], payload["reason"], payload["after"]
    with database.write() as unit:
        case_ids = store.owed_after(unit, brand_id, after, limit=BATCH)
        for case_id in case_ids:
            recount_case(unit, case_id, reason)
        if len(case_ids) == BATCH:
            following = {**payload, "after": case_ids[-1]}
            enqueue(unit, RECOUNT, following, key=f"{RECOUNT}:{brand_id}:{case_ids[-1]}")


def recount_case(unit: Unit, case_id: str, reason: str) -> None:
    """One case, held from others meanwhile. *Effects*: see `clocks.sync`."""
    if store.case_by_id(unit, case_id, lock=True):
        clocks.sync(unit, case_id, reason=reason)
