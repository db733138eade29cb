"""Asking for details on a case, and closing what was asked for."""

from fairline.cases import changes
from fairline.cases.actions import actor_of, reply
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.rows import SecureForm
from fairline.handoff.forms.sets import get_set
from fairline.people.tables import Agent

MAX_WHY = 1000
HOW = (
    "Please fill in the form “{name}” on your thread. What you enter there is sealed, and only "
    "those of us who need it can read it. Please do not put it into a message."
)


def ask(unit: Unit, case_id: str, agent: Agent, *, set_id: str, why: str) -> SecureForm:
    """Ask the customer for the fields of a set. Raises Invalid without a reason, Conflict for a set
    that is put away, or out on this case already.

    *Effects*: a private reply that says what and why, `form_asked`; the case waits for them.
    """
    case = changes.get_case(unit, case_id, lock=True)
    wanted = get_set(unit, set_id)
    if wanted.archived_at:
        raise Conflict(f"The form {wanted.name} is put away.", code="archived")
    why = why.replace("\x00", "").strip()
    if not why:
        raise Invalid("Tell the customer in a few words why.", code="reason_needed", field="why")
    if len(why) > MAX_WHY:
        raise Invalid(f"Say it in at most {MAX_WHY:,} characters.", field="why")
    if any(one.set_id == set_id and one.takes_answers for one in store.forms_of(unit, case.id)):
        raise Conflict(
            f"{wanted.name} is asked for already. The customer may still send it, again too.",
            code="asked_already",
        )
    message = reply(unit, case.id, agent, f"{why}\n\n{HOW.format(name=wanted.name)}")
    form = SecureForm(
        id=new_id(),
        case_id=case.id,
        set_id=wanted.id,
        version=wanted.version,
        why=why,
        state="open",
        asked_by=agent.id,
        asked_at=unit.now,
        message_id=message.id,
        times_sent=0,
        answers=0,
        sent_at=None,
        closed_at=None,
        wipes_at=None,
        wiped_at=None,
    )
    store.insert_form(unit, form)
    open_matter(unit, case.id, "form")
    tell(unit, "form_asked", case, form, wanted.name, actor_of(agent), message_id=message.id)
    return form


def close_form(unit: Unit, case: Case, form_id: str, *, by: Actor) -> None:
    """Take no more answers; what was sent is kept as long as it was to be. Raises NotFound,
    Conflict for one that is closed. *Effects*: `form_closed`.
    """
    case = changes.get_case(unit, case.id, lock=True)
    form = form_of(unit, case, form_id)
    if not form.takes_answers:
        raise Conflict("This form is closed already.", code="form_closed")
    store.update_form(unit, form.id, {"state": "closed", "closed_at": unit.now})
    tell(unit, "form_closed", case, form, name_of(unit, form), by)
    settle_matter(unit, case.id)


def form_of(unit: Unit, case: Case, form_id: str) -> SecureForm:
    """A form of this case. Raises NotFound, also for another case's."""
    form = store.form_by_id(unit, form_id)
    if form is None or form.case_id != case.id:
        raise NotFound("There is no such form here.", code="no_form")
    return form


def name_of(unit: Unit, form: SecureForm) -> str:
    """What its set was called when it was asked for."""
    return get_set(unit, form.set_id, form.version).name


def settle_matter(unit: Unit, case_id: str) -> None:
    """The case has no form under way once none takes or holds answers."""
    forms = store.forms_of(unit, case_id)
    if not any(one.takes_answers or one.holds_answers for one in forms):
        close_matter(unit, case_id, "form")


def tell(
    unit: Unit, kind: str, case: Case, form: SecureForm, name: str, by: Actor, **more: object
) -> None:
    """One event of a form: never with an answer in it."""
    data = {"form_id": form.id, "name": name, **more}
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
