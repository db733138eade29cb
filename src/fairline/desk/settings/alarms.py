"""What rings: from what on there is an alarm, by brand. Bad input is refused, the old one stays."""

from typing import Any

import msgspec
from litestar import Response

from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.jobs.queue import enqueue
from fairline.line import alarm_watch, alarms, store_alarms
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand
from fairline.promises.risk import Thresholds
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/alarms"
GUARDS = [needs("supervisor")]
NAMES = Thresholds.__struct_fields__


@reads(PATH, guards=GUARDS)
def alarms_settings(
    database: Database,
    session: Session,
    agent: Agent,
    brand: str | None = None,
    done: str | None = None,
) -> Response[Any]:
    """The thresholds of a brand, the default one unless another is chosen."""
    with database.read() as unit:
        shown = _brand(unit, agent, brand) if brand else brands_of(unit, agent)[0]
        present = msgspec.structs.asdict(alarms.thresholds_of(unit, shown.id))
        given = Typed(values={name: str(value) for name, value in present.items()})
        return _form(unit, session, shown, given, done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep them. *Effects*: a job looks at who waits already anew."""
    given = typed(form, NAMES)
    try:
        values = msgspec.structs.asdict(read_thresholds(given.values))
        with database.write() as unit:
            _brand(unit, agent, brand_id)
            store_alarms.set_thresholds(unit, brand_id, values)
            enqueue(unit, alarm_watch.JOB, {"brand_id": brand_id})
            note(unit, agent, "alarms_changed", brand_id, brand_id=brand_id)
    except Invalid as error:
        with database.read() as unit:
            brand = _brand(unit, agent, brand_id)
            return _form(unit, session, brand, given.refused(error), status=error.status)
    return go(f"{PATH}?brand={brand_id}&done=saved")


def read_thresholds(values: dict[str, str]) -> Thresholds:
    """What was typed. Raises Invalid, naming the field."""
    numbers = {}
    for name in NAMES:
        text = values[name].strip()
        if not text.removeprefix("-").isdigit() or not text.isascii() or len(text) > 9:
            raise Invalid("Write a whole number.", code="bad_alarms", field=name)
        numbers[name] = int(text)
    return Thresholds(**numbers)


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
    return show(
        unit,
        session,
        "alarms.html",
        "alarms",
        done=done,
        status=status,
        shown=brand,
        typed=given,
        brands=brands_of(unit, session.agent),
    )


ROUTES: list[Any] = [alarms_settings, change]
