"""Secure forms at the desk: asking with one, what came of it, reading what was sent.

An answer is in the answer to the click that asked for it and nowhere else: on no page that can be
fetched again, in no part that is kept live.
"""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from fairline.cases.actions import actor_of
from fairline.cases.rows import Case, Event
from fairline.core.errors import FairlineError, NotFound
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page
from fairline.desk.messages import download
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.forms import asking, reading, sets, store, wiping
from fairline.handoff.forms.readers import check_may_read, may_read
from fairline.handoff.forms.rows import Answer, FieldSet
from fairline.web.forms import Form
from fairline.web.handle import reads, writes


@reads("/desk/cases/{reference:str}/ask-for-details")
def ask_page(reference: str, session: Session, database: Database) -> Response[str]:
    """Which form, and why."""
    with database.read() as unit:
        return _ask(unit, session, case_at(unit, session.agent, reference), {})


@writes("/desk/cases/{reference:str}/ask-for-details")
def ask(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """Send it as a private reply; what is refused comes back with the reason."""
    given = {name: form.text(name, most=5000) for name in ("set", "why")}
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            if not is_id(given["set"]):
                raise NotFound("Choose a form.", code="no_field_set")
            agent = session.agent
            asking.ask(unit, case.id, agent, set_id=given["set"], why=given["why"])
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _ask(unit, session, case, given, error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def _ask(
    unit: Unit,
    session: Session,
    case: Case,
    given: dict[str, str],
    error: FairlineError | None = None,
) -> Response[str]:
    usable = sets.usable_sets(unit)
    return desk_page(
        unit,
        session,
        "desk/ask_for_details.html",
        status=error.status if error else 200,
        case=case,
        sets=usable,
        given=given,
        problem=error,
        field_wrong=getattr(error, "field", ""),
    )


@reads("/desk/cases/{reference:str}/forms/{form_id:str}")
def form_page(reference: str, form_id: str, session: Session, database: Database) -> Response[str]:
    """What was asked, what is there, and for supervisors who looked at it."""
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        return _page(unit, session, case, _known(form_id), {})


@writes("/desk/cases/{reference:str}/forms/{form_id:str}/show", status_code=200)
def show(
    reference: str,
    form_id: str,
    session: Session,
    database: Database,
    keyring: Keyring,
    form: Form,
) -> Response[Any]:
    """Show one answer, or all of them (no `field`). Each is noted before it is opened."""
    wanted = form.text("field", most=60)
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
    try:
        found = reading.read_answers(
            database, keyring, case.id, _known(form_id), session.agent, wanted
        )
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _page(unit, session, case, form_id, {}, error)
    with database.read() as unit:
        return _page(unit, session, case, form_id, found)


@writes("/desk/cases/{reference:str}/forms/{form_id:str}/file", status_code=200)
def save_file(
    reference: str,
    form_id: str,
    session: Session,
    database: Database,
    keyring: Keyring,
    form: Form,
) -> Response[Any]:
    """A file that was sent, to be saved and never shown. That is a look like any other."""
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
    field = form.text("field", most=60)
    if not field:
        raise NotFound("There is no such answer.", code="no_answer")
    try:
        found = reading.read_answers(
            database, keyring, case.id, _known(form_id), session.agent, field
        )
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _page(unit, session, case, form_id, {}, error)
    answer = found[field]
    made = download(answer.data, answer.name, "application/octet-stream", shown=False)
    made.headers["Cache-Control"] = "no-store"
    return made


@writes("/desk/cases/{reference:str}/forms/{form_id:str}/{verb:str}")
def end(
    reference: str, form_id: str, verb: str, session: Session, database: Database
) -> Response[Any]:
    """Close it, or wipe what was sent; wiping is for those who may read it."""
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            if verb == "close":
                asking.close_form(unit, case, _known(form_id), by=actor_of(session.agent))
            elif verb == "wipe":
                check_may_read(unit, session.agent)
                by = actor_of(session.agent)
                wiping.wipe(unit, case, _known(form_id), by=by, reason="by_hand")
            else:
                raise NotFound("There is no such action.", code="no_action")
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _page(unit, session, case, form_id, {}, error)
    return Redirect(f"/desk/cases/{case.reference}/forms/{form_id}", status_code=303)


def _page(
    unit: Unit,
    session: Session,
    case: Case,
    form_id: str,
    answers: dict[str, Answer],
    error: FairlineError | None = None,
) -> Response[str]:
    form = asking.form_of(unit, case, form_id)
    wanted: FieldSet = sets.get_set(unit, form.set_id, form.version)
    is_watched = session.agent.role != "agent"
    looks: list[Event] = reading.looks_at(unit, case, form.id) if is_watched else []
    return desk_page(
        unit,
        session,
        "desk/form.html",
        status=error.status if error else 200,
        case=case,
        form=form,
        wanted=wanted,
        sent=store.fields_sent(unit, form.id),
        may_read=may_read(unit, session.agent),
        answers=answers,
        looks=looks[::-1],
        is_watched=is_watched,
        problem=error,
    )


def _known(form_id: str) -> str:
    if not is_id(form_id):
        raise NotFound("There is no such form here.", code="no_form")
    return form_id


ROUTES: list[Any] = [ask_page, ask, form_page, show, save_file, end]
