"""What the personal-data guard looks for: countries, account patterns, the company's own."""

from typing import Any

from litestar import Response

from fairline.cases import guard
from fairline.cases.guard_rules import add_pattern, remove_pattern, rules_for, set_rules
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand
from fairline.policy import store
from fairline.policy.finding import KINDS, NEVER_PUBLIC, WORDS
from fairline.policy.personal import clean, find
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/personal-data"
GUARDS = [needs("supervisor")]
OPTIONAL = [(kind, WORDS[kind]) for kind in KINDS if kind not in NEVER_PUBLIC]


@reads(PATH, guards=GUARDS)
def personal_data(
    database: Database,
    session: Session,
    agent: Agent,
    brand: str | None = None,
    done: str | None = None,
) -> Response[Any]:
    """The rules of a brand, the default one unless another is chosen."""
    with database.read() as unit:
        shown = _brand(unit, agent, brand) if brand else brands_of(unit, agent)[0]
        return _page(unit, session, shown, _as_set(unit, shown), done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep the rules."""
    given = typed(form, ("countries", "own"), several=("look_for",))
    try:
        with database.write() as unit:
            _brand(unit, agent, brand_id)
            wanted = form.texts("look_for")
            off = [kind for kind, _ in OPTIONAL if kind not in wanted]
            countries, own = given.get("countries"), given.get("own")
            set_rules(unit, brand_id, countries=countries, own=own, off=off)
            note(unit, agent, "guard_changed", brand_id, brand_id=brand_id)
    except Invalid as error:
        return _again(database, session, agent, brand_id, given.refused(error), error)
    return go(f"{PATH}?brand={brand_id}&done=saved")


@writes(PATH + "/{brand_id:str}/patterns", guards=GUARDS)
def add(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """A pattern for account numbers, tried against its examples before it is kept."""
    given = typed(form, ("name", "mask", "samples"))
    try:
        with database.write() as unit:
            _brand(unit, agent, brand_id)
            name, mask, samples = (given.get(field) for field in ("name", "mask", "samples"))
            pattern_id = add_pattern(unit, brand_id, name, mask, samples)
            note(unit, agent, "account_pattern_set", pattern_id, brand_id=brand_id)
    except (Invalid, Conflict) as error:
        return _again(database, session, agent, brand_id, given.refused(error), error)
    return go(f"{PATH}?brand={brand_id}&done=saved")


@writes(PATH + "/{brand_id:str}/patterns/{pattern_id:str}/remove", guards=GUARDS)
def remove(database: Database, agent: Agent, brand_id: str, pattern_id: str) -> Response[Any]:
    """Look for it no more."""
    with database.write() as unit:
        _brand(unit, agent, brand_id)
        remove_pattern(unit, brand_id, known_id(pattern_id))
        note(unit, agent, "account_pattern_removed", pattern_id, brand_id=brand_id)
    return go(f"{PATH}?brand={brand_id}&done=saved")


@writes(PATH + "/{brand_id:str}/try", guards=GUARDS, status_code=200)
def try_out(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """What would be found in a text. Nothing of it is stored."""
    text = form.text("text", most=20_000, label="The text")
    with database.read() as unit:
        brand = _brand(unit, agent, brand_id)
        rules = guard.rules_of(unit, brand.id)
        found = [(one.words, text[one.start : one.end]) for one in find(text, rules)]
        tried = {"text": text, "found": found, "masked": clean(text, rules)}
        return _page(unit, session, brand, _as_set(unit, brand), tried=tried)


def _as_set(unit: Unit, brand: Brand, given: Typed | None = None) -> Typed:
    """The rules as they are, and what was typed over them."""
    rules = rules_for(unit, brand.id)
    values = {"countries": ", ".join(rules.countries), "own": "\n".join(rules.own)}
    chosen = {"look_for": [kind for kind, _ in OPTIONAL if kind not in rules.off]}
    if given is None:
        return Typed(values=values, chosen=chosen)
    return Typed(
        values=values | given.values,
        chosen=chosen | given.chosen,
        error=given.error,
        field=given.field,
    )


def _again(
    database: Database,
    session: Session,
    agent: Agent,
    brand_id: str,
    given: Typed,
    error: Invalid | Conflict,
) -> Response[Any]:
    with database.read() as unit:
        brand = _brand(unit, agent, brand_id)
        given = _as_set(unit, brand, given)
        return _page(unit, session, brand, given, status=error.status)


def _brand(unit: Unit, agent: Agent, brand_id: str) -> Brand:
    """Raises NotFound also for a brand the supervisor does not work for."""
    if not reaches(agent, known_id(brand_id)):
        raise NotFound("There is no such brand.", code="no_brand")
    return get_brand(unit, brand_id)


def _page(
    unit: Unit,
    session: Session,
    brand: Brand,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
    tried: dict[str, Any] | None = None,
) -> Response[Any]:
    return show(
        unit,
        session,
        "personal_data.html",
        "personal-data",
        done=done,
        status=status,
        shown=brand,
        brands=brands_of(unit, session.agent),
        patterns=store.masks_of(unit, brand.id),
        optional=OPTIONAL,
        always=[WORDS[kind] for kind in KINDS if kind in NEVER_PUBLIC],
        typed=given,
        tried=tried,
    )


ROUTES: list[Any] = [personal_data, change, add, remove, try_out]
