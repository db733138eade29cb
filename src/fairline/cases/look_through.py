"""Looks once through what was public before the guard was there, and hides what it finds.

A job per batch that leaves the next one in its own transaction: it goes on where it was after a
kill, and what was looked at twice is as it was after once.
"""

from collections.abc import Callable
from typing import Any

from fairline.cases import guard, store, store_guard, store_messages
from fairline.cases.rows import Message
from fairline.db.engine import Database
from fairline.jobs.queue import enqueue
from fairline.policy.personal import Rules, find

# The name of the job; the migration that brought the guard wrote it into the queue.
JOB = "guard.look_through"
# Rows looked at in a batch; of most boards a small part of them is public.
BATCH = 1000


def job(*, is_wanted: bool) -> Callable[[Database, dict[str, Any]], None]:
    """The handler; one that looks at nothing where the operator does not want it."""
    return run_job if is_wanted else lambda _database, _payload: None


def run_job(database: Database, payload: dict[str, Any]) -> None:
    """Handler of the job: one batch, by message id. Judged outside the writing transaction."""
    with database.read() as unit:
        shown, last = store_guard.public_after(unit, str(payload.get("after", "")), limit=BATCH)
        found_in = store.cases_by_id(unit, list({message.case_id for message in shown}))
        brands = {case.brand_id for case in found_in.values()}
        rules = {brand_id: guard.rules_of(unit, brand_id) for brand_id in brands}
        suspects = [
            message.id
            for message in shown
            if _holds_any(message, rules[found_in[message.case_id].brand_id])
        ]
    with database.write() as unit:
        for message_id in suspects:
            message = store_messages.message_by_id(unit, message_id)
            case = store.case_by_id(unit, message.case_id, lock=True) if message else None
            if message and case:
                guard.look_at(unit, case, message)
        if last:
            enqueue(unit, JOB, {"after": last}, key=f"{JOB}:{last}")


def _holds_any(message: Message, rules: Rules) -> bool:
    return any(
        find(text, rules) for text in (message.text, message.subject, message.author_name) if text
    )
