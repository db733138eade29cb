"""Writing down a call that came in: who, what, which case. One page, works without JavaScript."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from fairline.cases import store as cases
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.cases.states import KINDS, SEVERITIES, SEVERITY_LABELS
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, Invalid, NotFound
from fairline.core.ids import new_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk import wording
from fairline.desk.case_view import CHOICES
from fairline.desk.frame import brands_of, desk_page, frame
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.calls.asking import number_of
from fairline.handoff.calls.incoming import Heard, log_call
from fairline.people import store_contacts
from fairline.people.tables import Agent, Brand
from fairline.promises.targets import read_severity
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/log-call"
MOST_CASES = 8
FIELDS = (
    "brand", "number", "name", "text", "kind", "severity", "case", "reference", "answered",
    "status", "mail", "recording", "key",
)  # fmt: skip
STATUSES = ("waiting", "solved", "open")
KIND_OPTIONS = [(kind, wording.KIND_LABELS[kind]) for kind in KINDS]
NEED_OPTIONS = [("", "Not said"), *((one, SEVERITY_LABELS[one]) for one in SEVERITIES)]


@reads(PATH)
def log_call_page(
    session: Session, database: Database, number: str = "", brand: str = "", case: str = ""
) -> Response[str]:
    """The form; with a number, who that is and which cases of theirs it may be about."""
    with database.read() as unit:
        typed = {"number": number[:100], "brand": brand[:36], "reference": case[:16]}
        return _page(unit, session, typed)


@writes(PATH)
def log_call_now(
    session: Session, agent: Agent, database: Database, channels: Channels, form: Form
) -> Response[Any]:
    """Take it. What cannot be taken comes back as it was typed."""
    try:
        with database.write() as unit:
            brand = brand_of(unit, agent, form.text("brand", most=36))
            taken = log_call(
                unit, channels, brand, _heard(form, brand, channels), agent,
                case=chosen_case(unit, agent, form),
            )  # fmt: skip
            case = get_case(unit, taken.case_id)
    except FairlineError as error:
        typed = {name: (form.texts(name) or [""])[0] for name in FIELDS}
        with database.read() as unit:
            return _page(unit, session, typed, error=error, takes=form.flag("takes"))
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def brand_of(unit: Unit, agent: Agent, brand_id: str) -> Brand:
    """The brand that was chosen, or the agent's first. Raises Invalid."""
    own = brands_of(unit, agent)
    found = next((one for one in own if one.id == brand_id), own[0] if not brand_id else None)
    if found is None:
        raise Invalid("Choose one of your brands.", field="brand")
    return found


def chosen_case(unit: Unit, agent: Agent, form: Form) -> Case | None:
    """The case that was ticked, or whose reference was written. Raises Invalid."""
    reference = form.text("reference", most=20).upper()
    chosen = form.text("case", most=36)
    try:
        if reference:
            return case_at(unit, agent, reference, lock=True)
        if is_id(chosen):
            found = get_case(unit, chosen)
            return case_at(unit, agent, found.reference, lock=True)
    except NotFound as error:
        raise Invalid("There is no case with that reference.", field="reference") from error
    return None


def need_of(form: Form) -> str:
    """The need that was declared, or none. Raises Invalid."""
    wanted = form.text("severity", most=20)
    return read_severity(wanted).value if wanted else ""


def mail_of(form: Form, channels: Channels) -> str:
    """A mail address in its normal form, or none. Raises Invalid."""
    mail = form.text("mail", most=254, label="The mail address")
    return channels.of_kind("email").normalise(mail) if mail else ""


def _heard(form: Form, brand: Brand, channels: Channels) -> Heard:
    typed = form.text("number", most=100, label="The number")
    recording = form.text("recording", most=1000, label="The link")
    if recording and (not recording.startswith(("https://", "http://")) or " " in recording):
        raise Invalid("A recording is a web address, such as https://…", field="recording")
    status = form.text("status", most=20)
    if status and status not in STATUSES:
        raise Invalid(f"{status!r} is not a status.", field="status")
    return Heard(
        key=form.text("key", most=100) or new_token(),
        text=form.text("text", label="What was said"),
        number=number_of(brand, typed) if typed else None,
        name=" ".join(form.text("name", most=200, label="The name").split()),
        kind=form.text("kind", most=20),
        severity=need_of(form),
        recording_url=recording,
        answered=form.text("answered", label="The answer"),
        mail=mail_of(form, channels),
        takes_it=form.flag("takes"),
        status=status or None,
    )


def _page(
    unit: Unit,
    session: Session,
    typed: dict[str, str],
    *,
    error: FairlineError | None = None,
    takes: bool = True,
) -> Response[str]:
    around = frame(unit, session)
    typed = dict.fromkeys(FIELDS, "") | typed
    found: list[Case] = []
    known = ""
    brands = brands_of(unit, session.agent)
    chosen = next((one for one in brands if one.id == typed.get("brand")), brands[0])
    if typed.get("number") and error is None:
        try:
            number = number_of(chosen, typed["number"])
        except Invalid as refused:
            error = refused
        else:
            typed = {**typed, "number": number.shown}
            identity = store_contacts.identity_at(unit, chosen.id, "phone", number.e164)
            contact = store_contacts.contact_by_id(unit, identity.contact_id) if identity else None
            if contact:
                known = contact.name or "Somebody who called before"
                found = cases.cases_of_contact(unit, contact.id, limit=MOST_CASES)
            else:
                known = "nobody"
    return desk_page(
        unit,
        session,
        "desk/log_call.html",
        here="calls",
        around=around,
        status=error.status if error else 200,
        typed=typed,
        error=error,
        wrong=getattr(error, "field", ""),
        takes=takes,
        known=known,
        found=found,
        chosen=chosen,
        brand_options=[(one.id, one.name) for one in brands],
        KIND_OPTIONS=KIND_OPTIONS,
        NEED_OPTIONS=NEED_OPTIONS,
        key=typed.get("key") or new_token(),
        **CHOICES,
    )


ROUTES: list[Any] = [log_call_page, log_call_now]
