"""Hours and promises: who works by which calendar, and what each brand promises. For supervisors.

Bad input is refused and the old ones stay. The calendars themselves: `calendars.py`.
"""

from typing import Any

import msgspec
from litestar import Response

from fairline.cases.states import SEVERITY_LABELS
from fairline.channels import store_inboxes
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import is_id, reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings import hours_form
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import brands, calendars, store_calendars
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand, CalendarRow
from fairline.promises.hours import is_open, next_opening
from fairline.promises.targets import Severity
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/hours"
GUARDS = [needs("supervisor")]
TARGETS = tuple(f"{severity}.{name}" for severity in Severity for name in hours_form.TARGET_NAMES)
INBOX = "inbox."


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar in a list."""

    row: CalendarRow
    zone: str
    week: str
    holidays: int
    is_open: bool
    used_by: list[str]


@reads(PATH, guards=GUARDS)
def overview(
    database: Database, session: Session, agent: Agent, done: str | None = None
) -> Response[Any]:
    """Every brand's promises, and every calendar with who works by it."""
    with database.read() as unit:
        found = store_calendars.all_calendars(unit, include_archived=True)
        names = {row.id: row.name for row in found}
        own = brands_of(unit, agent)
        return show(
            unit,
            session,
            "hours_all.html",
            "hours",
            done=done,
            brands=[(brand, names.get(brand.calendar_id or "", "")) for brand in own],
            calendars=[_shown(unit, agent, row) for row in found if not row.archived_at],
            archived=[row for row in found if row.archived_at],
        )


@reads(PATH + "/{brand_id:str}", guards=GUARDS)
def edit_page(
    database: Database,
    session: Session,
    agent: Agent,
    brand_id: str,
    done: str | None = None,
) -> Response[Any]:
    """When the brand works and what it promises."""
    with database.read() as unit:
        brand = _brand(unit, agent, brand_id)
        own = store_calendars.hours_of_inboxes(unit, brand_id)
        values = {
            "calendar": brand.calendar_id or "",
            **hours_form.shown_targets(hours_form.targets_of(brand.targets)),
            **{INBOX + inbox_id: calendar for inbox_id, calendar in own.items()},
        }
        return _form(unit, session, brand, Typed(values=values), done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep them. The page comes back with what was typed when they cannot be."""
    with database.read() as unit:
        _brand(unit, agent, brand_id)
        inboxes = _inboxes(unit, brand_id)
    given = typed(form, ("calendar", *TARGETS, *(INBOX + inbox.id for inbox in inboxes)))
    try:
        targets = hours_form.read_targets(given.values)
        chosen = {
            inbox.id: _calendar_id(given.get(INBOX + inbox.id), INBOX + inbox.id)
            for inbox in inboxes
        }
        calendar_id = _calendar_id(given.get("calendar"), "calendar")
        if calendar_id is None:
            raise Invalid("Choose a calendar.", code="no_calendar", field="calendar")
        with database.write() as unit:
            brands.set_promises(unit, brand_id, calendar_id, targets, inboxes=chosen)
            note(unit, agent, "promises_changed", brand_id, brand_id=brand_id)
    except Invalid as error:
        with database.read() as unit:
            brand = _brand(unit, agent, brand_id)
            return _form(unit, session, brand, given.refused(error), status=error.status)
    return go(f"{PATH}/{brand_id}", "saved")


def _brand(unit: Unit, agent: Agent, brand_id: str) -> Brand:
    """Raises NotFound also for a brand the supervisor does not work for."""
    if not reaches(agent, known_id(brand_id)):
        raise NotFound("There is no such brand.", code="no_brand")
    return get_brand(unit, brand_id)


def _calendar_id(text: str, field: str) -> str | None:
    """None for an empty choice. Raises Invalid for what cannot be an id."""
    if text and not is_id(text):
        raise Invalid("Choose one of the calendars.", code="no_calendar", field=field)
    return text or None


def _inboxes(unit: Unit, brand_id: str) -> list[Inbox]:
    return store_inboxes.all_inboxes(unit, brand_id=brand_id)


def _shown(unit: Unit, agent: Agent, row: CalendarRow) -> Shown:
    hours = calendars.hours_in(row)
    users = calendars.concerned(unit, row.id)
    return Shown(
        row=row,
        zone=hours.zone,
        week=hours_form.week_words(hours),
        holidays=len(hours.holidays),
        is_open=is_open(now(), hours),
        used_by=[brand.name if reaches(agent, brand.id) else "another brand" for brand in users],
    )


def _form(
    unit: Unit,
    session: Session,
    brand: Brand,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    found = store_calendars.all_calendars(unit)
    row = next((row for row in found if row.id == brand.calendar_id), None)
    hours = calendars.hours_in(row) if row else hours_form.USUAL
    at = now()
    return show(
        unit,
        session,
        "hours.html",
        "hours",
        done=done,
        status=status,
        shown=brand,
        typed=given,
        calendars=[(one.id, one.name) for one in found],
        row=row,
        week=hours_form.week_words(hours),
        zone=hours.zone,
        inboxes=_inboxes(unit, brand.id),
        inbox_prefix=INBOX,
        severities=[(severity.value, SEVERITY_LABELS[severity.value]) for severity in Severity],
        target_names=hours_form.TARGET_NAMES,
        open_now=is_open(at, hours),
        opens_at=next_opening(at, hours),
    )


ROUTES: list[Any] = [overview, edit_page, change]
