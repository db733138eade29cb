"""What happens to an offer besides its answer: time runs out, the case ends or goes elsewhere."""

from fairline.cases import store as cases
from fairline.cases.rows import Actor, Event
from fairline.core.errors import Conflict
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.transfers import store
from fairline.handoff.transfers.handing_over import end_quietly, expire

BATCH = 50


def turn(database: Database) -> int:
    """Let offers expire that nobody answered. Returns how many; what is left comes next turn."""
    with database.read() as unit:
        found = store.due(unit, unit.now, most=BATCH)
    for case_id in found:
        with database.write() as unit:
            try:
                expire(unit, case_id)
            except Conflict:
                continue  # answered meanwhile
    return len(found)


def hear_status(unit: Unit, event: Event) -> None:
    """Inline listener of `status_changed`: nobody takes over a case that has ended."""
    if event.data.get("to") in {"solved", "closed"}:
        _drop(unit, event, "case_ended")


def hear_owner(unit: Unit, event: Event) -> None:
    """Inline listener of `owner_changed`: somebody else has taken the case, or was given it."""
    if event.data.get("reason") not in {"handed_over", "hands_over"}:
        _drop(unit, event, "other_owner")


def _drop(unit: Unit, event: Event, reason: str) -> None:
    case = cases.case_by_id(unit, event.case_id or "")
    if case and "transfer" in case.matters:
        by = Actor(kind=event.actor_kind, id=event.actor_id)
        end_quietly(unit, case, by=by, reason=reason)
