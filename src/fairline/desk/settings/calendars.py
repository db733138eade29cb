"""Calendars: make, change, take holidays from a file, archive, bring back. For supervisors.

Bad input is refused and the old hours stay. Who works by a calendar is chosen in `hours.py`.
"""

from typing import Any

import msgspec
from litestar import Response

from fairline.core.clock import now
from fairline.core.errors import Conflict, Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings import holiday_file, hours_form
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import calendars
from fairline.people.tables import Agent, CalendarRow
from fairline.promises.hours import WEEKDAYS, is_open, next_opening
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/calendars"
HOME = "/desk/settings/hours"
GUARDS = [needs("supervisor")]
NAMES = ("name", "zone", *WEEKDAYS, "holidays")


@reads(PATH + "/new", guards=GUARDS)
def new_page(database: Database, session: Session) -> Response[Any]:
    """A form with usual hours in it."""
    with database.read() as unit:
        usual = hours_form.shown_hours(hours_form.USUAL)
        return _form(unit, session, None, Typed(values=usual))


@writes(PATH + "/new", guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Keep a new calendar. Nobody works by it until it is chosen."""
    given = typed(form, NAMES)
    try:
        if form.text("do", most=20) == "import":
            given = _with_file(given, form)
            with database.read() as unit:
                return _form(unit, session, None, given)
        hours = hours_form.read_calendar(given.values)
        with database.write() as unit:
            made = calendars.create_calendar(unit, given.get("name"), hours)
            note(unit, agent, "calendar_created", made.id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            return _form(unit, session, None, _refused(given, error), status=error.status)
    return go(HOME, "created")


@reads(PATH + "/{calendar_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, calendar_id: str, done: str | None = None
) -> Response[Any]:
    """One calendar."""
    with database.read() as unit:
        row = calendars.get_calendar(unit, known_id(calendar_id))
        values = {"name": row.name, **hours_form.shown_hours(calendars.hours_in(row))}
        return _form(unit, session, row, Typed(values=values), done=done)


@writes(PATH + "/{calendar_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, calendar_id: str, form: Form
) -> Response[Any]:
    """Keep its name and hours; who waits by them gets a new time."""
    given = typed(form, NAMES)
    try:
        if form.text("do", most=20) == "import":
            given = _with_file(given, form)
            with database.read() as unit:
                row = calendars.get_calendar(unit, known_id(calendar_id))
                return _form(unit, session, row, given)
        hours = hours_form.read_calendar(given.values)
        with database.write() as unit:
            _check_own(unit, agent, known_id(calendar_id))
            calendars.change_calendar(unit, calendar_id, given.get("name"), hours)
            note(unit, agent, "calendar_changed", calendar_id)
    except (Invalid, Conflict, NotAllowed) as error:
        with database.read() as unit:
            row = calendars.get_calendar(unit, known_id(calendar_id))
            return _form(unit, session, row, _refused(given, error), status=error.status)
    return go(f"{PATH}/{calendar_id}", "saved")


@writes(PATH + "/{calendar_id:str}/archive", guards=GUARDS)
def archive(database: Database, session: Session, agent: Agent, calendar_id: str) -> Response[Any]:
    """Put it away, unless somebody works by it."""
    try:
        with database.write() as unit:
            calendars.archive_calendar(unit, known_id(calendar_id))
            note(unit, agent, "calendar_archived", calendar_id)
    except Conflict as error:
        with database.read() as unit:
            row = calendars.get_calendar(unit, known_id(calendar_id))
            values = {"name": row.name, **hours_form.shown_hours(calendars.hours_in(row))}
            given = Typed(values=values).refused(error)
            return _form(unit, session, row, given, status=error.status)
    return go(HOME, "archived")


@writes(PATH + "/{calendar_id:str}/back", guards=GUARDS)
def bring_back(database: Database, agent: Agent, calendar_id: str) -> Response[Any]:
    """Offer it again."""
    with database.write() as unit:
        calendars.bring_back(unit, known_id(calendar_id))
        note(unit, agent, "calendar_brought_back", calendar_id)
    return go(f"{PATH}/{calendar_id}", "back")


def _check_own(unit: Unit, agent: Agent, calendar_id: str) -> None:
    """Raises NotAllowed when a brand works by it that the supervisor does not work for."""
    if not all(reaches(agent, brand.id) for brand in calendars.concerned(unit, calendar_id)):
        raise NotAllowed(
            "A brand you do not work for works by this calendar too. Make one of your own.",
            code="not_your_brand",
        )


def _with_file(given: Typed, form: Form) -> Typed:
    """The form with the holidays of a calendar file among the others. Raises Invalid."""
    files = form.files("holidays_file")
    if not files:
        raise Invalid("Choose a calendar file first.", code="missing", field="holidays_file")
    known = hours_form.read_holidays(given.get("holidays"))
    every = holiday_file.merged(known, holiday_file.read_holidays(files[0].data))
    lines = "\n".join(hours_form.holiday_line(day) for day in every)
    return msgspec.structs.replace(given, values={**given.values, "holidays": lines})


def _refused(given: Typed, error: Invalid | Conflict | NotAllowed) -> Typed:
    """A conflict here is about the name."""
    refused = given.refused(error)
    return msgspec.structs.replace(refused, field=refused.field or "name")


def _form(
    unit: Unit,
    session: Session,
    row: CalendarRow | None,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    at = now()
    hours = calendars.hours_in(row) if row else None
    return show(
        unit,
        session,
        "calendar.html",
        "hours",
        done=done,
        status=status,
        row=row,
        typed=given,
        weekdays=WEEKDAYS,
        zones=hours_form.zone_names(),
        used_by=calendars.concerned(unit, row.id) if row else [],
        open_now=is_open(at, hours) if hours else False,
        opens_at=next_opening(at, hours) if hours else None,
    )


ROUTES: list[Any] = [new_page, create, edit_page, change, archive, bring_back]
