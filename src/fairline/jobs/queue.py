"""Enqueue work in the caller's own transaction: it is done if, and only if, the change commits."""

from datetime import datetime
from typing import Any

from fairline.db.unit import Unit
from fairline.jobs import store


def enqueue(
    unit: Unit,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Add a job of `kind` for the worker.

    With a `key` at most one such job waits; a second call while it waits is a no-op. *Effects*:
    one row in `jobs`, and the workers wake when the unit commits.
    """
    store.insert(unit, kind, payload or {}, key=key, run_at=run_at or unit.now)
    unit.after_commit(unit.database.rouse)
