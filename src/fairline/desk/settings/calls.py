"""How a brand calls customers back. Bad input is refused with its field, the old way stays."""

from typing import Any

from litestar import Response

from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people.calling import NEXT_DAY, CallPolicy, calling_of, set_calling
from fairline.people.numbers import region_of
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/calls"
GUARDS = [needs("supervisor")]
NUMBERS = ("now_minutes", "window_minutes", "days")
NAMES = ("offered", "waits", "region", "countries", *NUMBERS)
NEXT_DAY_WORDS = "next day"


@reads(PATH, guards=GUARDS)
def calls_settings(
    database: Database,
    session: Session,
    agent: Agent,
    brand: str | None = None,
    done: str | None = None,
) -> Response[Any]:
    """The way of a brand, the default one unless another is chosen."""
    with database.read() as unit:
        shown = _brand(unit, agent, brand) if brand else brands_of(unit, agent)[0]
        return _form(unit, session, shown, Typed(values=as_typed(calling_of(shown))), done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep it. Calls that are asked for stay as they are; the next try follows the new way."""
    given = typed(form, NAMES)
    try:
        policy = read_policy(given.values)
        with database.write() as unit:
            _brand(unit, agent, brand_id)
            set_calling(unit, brand_id, policy)
            note(unit, agent, "calls_changed", brand_id, brand_id=brand_id)
    except Invalid as error:
        with database.read() as unit:
            brand = _brand(unit, agent, brand_id)
            return _form(unit, session, brand, given.refused(error), status=error.status)
    return go(f"{PATH}?brand={brand_id}&done=saved")


def as_typed(policy: CallPolicy) -> dict[str, str]:
    """A policy as its form holds it. Pure."""
    waits = (NEXT_DAY_WORDS if wait == NEXT_DAY else str(wait) for wait in policy.waits)
    return {
        "offered": "1" if policy.offered else "",
        "waits": ", ".join(waits),
        "region": policy.region,
        "countries": ", ".join(policy.countries),
        **{name: str(getattr(policy, name)) for name in NUMBERS},
    }


def read_policy(values: dict[str, str]) -> CallPolicy:
    """What was typed. Raises Invalid, naming the field. Pure."""
    numbers = {name: _number(values[name], name) for name in NUMBERS}
    waits = [one.strip().lower() for one in values["waits"].split(",") if one.strip()]
    countries = values["countries"].replace(",", " ").upper().split()
    return CallPolicy(
        offered=values["offered"] == "1",
        waits=tuple(NEXT_DAY if one == NEXT_DAY_WORDS else _number(one, "waits") for one in waits),
        region=values["region"].strip().upper(),
        countries=tuple(dict.fromkeys(countries)),
        **numbers,
    )


def _number(text: str, field: str) -> int:
    text = text.strip().removesuffix("min").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid("Write whole numbers of minutes, or “next day”.", field=field)
    return int(text)


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
        "calls.html",
        "calls",
        done=done,
        status=status,
        shown=brand,
        typed=given,
        guessed=region_of(brand.language, brand.time_zone),
        brands=brands_of(unit, session.agent),
    )


ROUTES: list[Any] = [calls_settings, change]
