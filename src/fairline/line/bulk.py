"""One answer to many people, each on their own case, channel and visibility, in words checked.

An agent has ticked each; a job sends some at a time and goes on where it stopped. A case on which
somebody has written since is left out and stands in the result.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.core.errors import FairlineError, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.line import store_bulk
from fairline.people.staff import get_agent
from fairline.people.tables import Agent

JOB = "bulk_answer"
AT_ONCE = 10
MOST_CASES = 300
MAX_TEXT = 20_000
CHANGED = "Somebody has written since."
STATUSES = ("waiting", "solved", "on_hold")


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """One case an agent has looked at: what it is sent, and how many messages it had then."""

    case: Case
    words: str
    visibility: str
    seen_count: int


def mark_of(case: Case, words: str, visibility: str) -> str:
    """What a tick stands for: this case as it is, and these words; another when any changes."""
    said = hashlib.sha256(f"{visibility}\0{words}".encode()).hexdigest()[:16]
    return f"{case.id}.{case.message_count}.{said}"


def visibility_for(case: Case, wanted: str) -> str:
    """Public only where the case is: nobody's private case is answered in public."""
    return "public" if wanted == "public" and case.is_public and not case.hidden_at else "private"


def start(unit: Unit, agent: Agent, text: str, ticked: Sequence[Ticked], *, status: str) -> str:
    """Keep what is to be sent and let a job send it. Returns the id. Raises Invalid."""
    if not ticked or len(ticked) > MOST_CASES:
        raise Invalid(f"Tick one to {MOST_CASES} cases.", code="tick_some", field="tick")
    if status not in STATUSES:
        raise Invalid("Choose what becomes of the cases.", field="status")
    bulk_id = new_id()
    store_bulk.insert(unit, bulk_id, agent.id, text, status)
    store_bulk.insert_cases(
        unit,
        [
            {
                "bulk_id": bulk_id,
                "case_id": one.case.id,
                "words": one.words,
                "visibility": one.visibility,
                "seen_count": one.seen_count,
                "state": "queued",
                "reason": "",
            }
            for one in ticked
        ],
    )
    enqueue(unit, JOB, {"bulk_id": bulk_id}, key=f"{JOB}:{bulk_id}")
    return bulk_id


def run_job(database: Database, payload: dict[str, Any]) -> None:
    """Send what is queued, ten to a transaction. Safe to run again, and by two at once."""
    bulk_id = str(payload["bulk_id"])
    while _some(database, bulk_id):
        pass


def _some(database: Database, bulk_id: str) -> bool:
    with database.write() as unit:
        bulk = store_bulk.by_id(unit, bulk_id)
        rows = store_bulk.claim(unit, bulk_id, limit=AT_ONCE) if bulk else []
        if bulk is None or not rows:
            if bulk and bulk.finished_at is None and not store_bulk.is_any_queued(unit, bulk_id):
                store_bulk.finish(unit, bulk_id)
            return False
        agent = get_agent(unit, bulk.agent_id)
        for row in rows:
            reason = _send(unit, agent, row, bulk.status)
            state = "skipped" if reason else "sent"
            store_bulk.settle(unit, bulk_id, row.case_id, state=state, reason=reason)
    return True


def _send(unit: Unit, agent: Agent, row: store_bulk.Queued, status: str) -> str:
    """'' when it went out, else why not."""
    try:
        with unit.savepoint():
            case = get_case(unit, row.case_id, lock=True)
            if case.id != row.case_id or case.message_count != row.seen_count:
                return CHANGED
            if agent.disabled_at or (agent.brand_ids and case.brand_id not in agent.brand_ids):
                return f"{agent.name} does not work for this brand any more."
            if row.visibility != visibility_for(case, row.visibility):
                return "The case is private now."
            reply(unit, case.id, agent, row.words, visibility=row.visibility, status=status)
    except FairlineError as error:
        return error.text
    return ""


def result_of(
    unit: Unit, agent: Agent, bulk_id: str
) -> tuple[store_bulk.Bulk, list[store_bulk.Result]]:
    """What came of it, for whoever sent it and for supervisors. Raises NotFound."""
    bulk = store_bulk.by_id(unit, bulk_id)
    if bulk is None or (bulk.agent_id != agent.id and agent.role == "agent"):
        raise NotFound("There is no such answer.", code="no_bulk")
    return bulk, store_bulk.results(unit, bulk_id, agent.brand_ids)
