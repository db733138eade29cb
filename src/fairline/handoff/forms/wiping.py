"""Answers go when their time is over, when the case closes if the set says so, or by hand.

The sealed answers are deleted, and with the last of them the case's data key; the form itself stays
as a receipt of what was sent and when.
"""

from fairline.cases import changes
from fairline.cases.rows import SYSTEM, Actor, Case, Event
from fairline.core.errors import Conflict
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.asking import form_of, name_of, settle_matter, tell
from fairline.handoff.forms.sets import get_set

AT_ONCE = 50


def wipe(unit: Unit, case: Case, form_id: str, *, by: Actor, reason: str) -> None:
    """Delete what was sent, for good. Raises NotFound, Conflict when there is nothing.

    `reason` is by_hand, time_came or case_closed. *Effects*: `form_wiped`; no more is taken.
    """
    case = changes.get_case(unit, case.id, lock=True)
    form = form_of(unit, case, form_id)
    if not form.holds_answers:
        raise Conflict("There is nothing to wipe.", code="wiped")
    store.delete_answers(unit, form.id)
    store.update_form(unit, form.id, {"state": "wiped", "wiped_at": unit.now})
    tell(unit, "form_wiped", case, form, name_of(unit, form), by, reason=reason)
    settle_matter(unit, case.id)


def wipe_due(database: Database) -> int:
    """Wipe all whose time is over, each in its own transaction. Returns how many."""
    wiped = 0
    while True:
        with database.read() as unit:
            due = store.due_to_wipe(unit, limit=AT_ONCE)
        for found in due:
            with database.write() as unit:
                case = changes.get_case(unit, found.case_id, lock=True)
                if form_of(unit, case, found.id).holds_answers:
                    wipe(unit, case, found.id, by=SYSTEM, reason="time_came")
                    wiped += 1
        if len(due) < AT_ONCE:
            return wiped


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `status_changed`: what is not to outlive its case goes as it closes."""
    if event.data.get("to") != "closed" or event.case_id is None:
        return
    for form in store.forms_of(unit, event.case_id):
        if form.holds_answers and get_set(unit, form.set_id, form.version).wiped_on_close:
            case = changes.get_case(unit, event.case_id)
            wipe(unit, case, form.id, by=SYSTEM, reason="case_closed")
