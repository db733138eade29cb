"""Looking at what a customer sent: each look is on the record before anything is shown."""

from fairline.cases import changes, store_events
from fairline.cases.actions import actor_of
from fairline.cases.rows import Case, Event
from fairline.core.errors import Conflict, NotFound
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.asking import form_of, tell
from fairline.handoff.forms.envelope import open_answers
from fairline.handoff.forms.readers import check_may_read
from fairline.handoff.forms.rows import Answer
from fairline.handoff.forms.sets import get_set
from fairline.people.tables import Agent


def read_answers(
    database: Database, keyring: Keyring, case_id: str, form_id: str, agent: Agent, field: str = ""
) -> dict[str, Answer]:
    """The answer of one field, or all of them. Raises NotAllowed, NotFound, Conflict once they are
    wiped, Unavailable when the key is lost.

    *Effects*: `form_read` for each field, committed before the first is opened. That is why this
    takes the database and not a unit.
    """
    with database.write() as unit:
        case = changes.get_case(unit, case_id)
        fields = _note_look(unit, case, form_id, agent, field)
    with database.read() as unit:
        return open_answers(unit, keyring, form_of(unit, case, form_id), fields)


def _note_look(unit: Unit, case: Case, form_id: str, agent: Agent, field: str) -> set[str]:
    check_may_read(unit, agent)
    form = form_of(unit, case, form_id)
    if not form.holds_answers:
        raise Conflict("There is nothing to read: it was wiped, or never sent.", code="wiped")
    wanted = get_set(unit, form.set_id, form.version)
    sent = store.fields_sent(unit, form.id)
    fields = [one for one in wanted.fields if one.key in sent and field in {"", one.key}]
    if not fields:
        raise NotFound("There is no such answer.", code="no_answer")
    by = actor_of(agent)
    for one in fields:
        tell(unit, "form_read", case, form, wanted.name, by, field=one.key, label=one.label)
    return {one.key for one in fields}


def looks_at(unit: Unit, case: Case, form_id: str) -> list[Event]:
    """Who looked at what of a form, oldest first. Index: events by case."""
    events = store_events.of_case_between(unit, case.id, None, None)
    return [e for e in events if e.kind == "form_read" and e.data.get("form_id") == form_id]
