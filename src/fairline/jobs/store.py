"""All SQL of the queue. Index: `ix_jobs_due` (run_at, id) over what is not buried."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.core.ids import new_id
from fairline.db.dialect import claimed, insert_or_ignore
from fairline.db.unit import Unit
from fairline.jobs.tables import NOT_BURIED, jobs

LEASE = timedelta(minutes=5)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One claimed or listed job. `attempts` counts the present one."""

    id: str
    kind: str
    key: str | None
    payload: dict[str, Any]
    state: str
    attempts: int
    run_at: datetime
    error: str


_FIELDS = [jobs.c[f.name] for f in msgspec.structs.fields(Job)]


def insert(
    unit: Unit, kind: str, payload: dict[str, Any], *, key: str | None, run_at: datetime
) -> None:
    """Add a waiting job; nothing happens when one with the same key exists already."""
    insert_or_ignore(
        unit,
        jobs,
        {
            "id": new_id(),
            "kind": kind,
            "key": key,
            "payload": payload,
            "state": "waiting",
            "attempts": 0,
            "run_at": run_at,
            "error": "",
            "created_at": unit.now,
        },
    )


def claim(unit: Unit, worker: str) -> Job | None:
    """Take the oldest due job, or one whose worker let its lease run out.

    A running job's `run_at` is the end of its lease, so one index serves both.
    """
    due = (
        sa.select(jobs.c.id)
        .where(sa.text(NOT_BURIED), jobs.c.run_at <= unit.now)
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(1)
    )
    job_id = unit.execute(claimed(unit, due)).scalar_one_or_none()
    if job_id is None:
        return None
    row = unit.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            state="running",
            leased_by=worker,
            run_at=unit.now + LEASE,
            attempts=jobs.c.attempts + 1,
            key=None,  # from now on the same key may be enqueued again: news since we began
        )
        .returning(*_FIELDS)
    ).one()
    return Job(**row._mapping)


def finish(unit: Unit, job_id: str, worker: str) -> bool:
    """Forget a job that is done. False when the lease was lost meanwhile."""
    result = unit.execute(sa.delete(jobs).where(jobs.c.id == job_id, jobs.c.leased_by == worker))
    return bool(result.rowcount)


def extend(unit: Unit, job_id: str, worker: str) -> None:
    """Keep the lease of a long job."""
    unit.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.leased_by == worker)
        .values(run_at=unit.now + LEASE)
    )


def put_back(
    unit: Unit, job_id: str, worker: str, *, state: str, run_at: datetime, error: str
) -> None:
    """Let a failed job wait for its next try, or bury it."""
    unit.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.leased_by == worker)
        .values(state=state, run_at=run_at, error=error, leased_by=None)
    )


def page(unit: Unit, *, state: str | None, limit: int = 100) -> list[Job]:
    """Jobs, oldest first; all states when `state` is None."""
    query = sa.select(*_FIELDS).order_by(jobs.c.run_at, jobs.c.id).limit(limit)
    if state:
        query = query.where(jobs.c.state == state)
    return [Job(**row._mapping) for row in unit.execute(query)]


def revive(unit: Unit, job_id: str | None) -> int:
    """Give buried jobs (one, or all) a new life. Returns how many."""
    change = sa.update(jobs).where(jobs.c.state == "buried")
    if job_id:
        change = change.where(jobs.c.id == job_id)
    result = unit.execute(change.values(state="waiting", attempts=0, run_at=unit.now, error=""))
    return int(result.rowcount)


def counts(unit: Unit) -> dict[str, int]:
    """How many jobs are in each state. The table holds only what is not done."""
    rows = unit.execute(
        sa.select(jobs.c.state, sa.func.count().label("many")).group_by(jobs.c.state)
    )
    return {row.state: row.many for row in rows}
