"""Hours and promises of a brand. For supervisors. Bad input is refused and the old ones stay."""

from typing import Any

from litestar import Response

from fairline.cases.states import SEVERITY_LABELS
from fairline.core.clock import now
from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings import hours_form
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import brands
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand
from fairline.promises.hours import WEEKDAYS, is_open, next_opening
from fairline.promises.targets import Severity
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/hours"
GUARDS = [needs("supervisor")]
NAMES = (
    "zone",
    *WEEKDAYS,
    "holidays",
    *(f"{severity}.{name}" for severity in Severity for name in hours_form.TARGET_NAMES),
)


@reads(PATH, guards=GUARDS)
def choose(database: Database, session: Session, agent: Agent) -> Response[Any]:
    """The brands; with one brand straight to its hours."""
    with database.read() as unit:
        found = brands_of(unit, agent)
        if len(found) == 1:
            return go(f"{PATH}/{found[0].id}")
        return show(unit, session, "hours_choose.html", "hours", brands=found)


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
        calendar = hours_form.calendar_of(brand.calendar)
        targets = hours_form.targets_of(brand.targets)
        given = Typed(values=hours_form.shown(calendar, targets))
        return _form(unit, session, brand, given, done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep them. The page comes back with what was typed when they cannot be."""
    given = typed(form, NAMES)
    try:
        calendar = hours_form.read_calendar(given.values)
        targets = hours_form.read_targets(given.values)
        with database.write() as unit:
            _brand(unit, agent, brand_id)
            brands.set_promises(unit, brand_id, calendar, targets)
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


def _form(
    unit: Unit,
    session: Session,
    brand: Brand,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    calendar = hours_form.calendar_of(brand.calendar)
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
        weekdays=WEEKDAYS,
        zones=hours_form.zone_names(),
        severities=[(severity.value, SEVERITY_LABELS[severity.value]) for severity in Severity],
        target_names=hours_form.TARGET_NAMES,
        open_now=is_open(at, calendar),
        opens_at=next_opening(at, calendar),
    )


ROUTES: list[Any] = [choose, edit_page, change]
