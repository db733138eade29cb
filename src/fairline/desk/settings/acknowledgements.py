"""Acknowledgements: the text of each brand and language, from which inboxes they go, and how the
ranges they told have held. For supervisors.
"""

from typing import Any

from litestar import Response

from fairline.acknowledgements import store, texts
from fairline.acknowledgements.languages import LANGUAGES
from fairline.acknowledgements.wording import PLACEHOLDERS
from fairline.cases import clocks
from fairline.channels import store_inboxes
from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.line import told
from fairline.people import store as people
from fairline.people.tables import Agent, Brand
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/acknowledgements"
GUARDS = [needs("supervisor")]
NAMES = ("subject", "body")


@reads(PATH, guards=GUARDS)
def overview(
    database: Database, session: Session, agent: Agent, done: str | None = None
) -> Response[Any]:
    """Each brand: its texts, its inboxes, and the share of ranges that held."""
    with database.read() as unit:
        quiet = store.quiet(unit)
        shown = []
        for brand in people.all_brands(unit):
            if not reaches(agent, brand.id):
                continue
            own = store.texts_of(unit, brand.id)
            inboxes = store_inboxes.all_inboxes(unit, brand_id=brand.id)
            shown.append(
                {
                    "brand": brand,
                    "own": own,
                    "inboxes": [(inbox, inbox.id not in quiet) for inbox in inboxes],
                    "record": told.record_of(unit, brand.id),
                }
            )
        return show(
            unit,
            session,
            "acknowledgements.html",
            "acknowledgements",
            done=done,
            shown=shown,
            languages=LANGUAGES,
            fewest=told.FEWEST_TO_JUDGE,
        )


@writes(PATH + "/inboxes/{brand_id:str}", guards=GUARDS)
def choose_inboxes(database: Database, agent: Agent, brand_id: str, form: Form) -> Response[Any]:
    """From which inboxes of a brand they go."""
    chosen = set(form.texts("speaks"))
    with database.write() as unit:
        brand = _brand(unit, agent, brand_id)
        for inbox in store_inboxes.all_inboxes(unit, brand_id=brand.id):
            store.set_quiet(unit, inbox.id, is_quiet=inbox.id not in chosen)
        note(unit, agent, "acknowledging_inboxes", brand.id, brand_id=brand.id)
    return go(PATH, "saved")


@reads(PATH + "/{brand_id:str}/{language:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, agent: Agent, brand_id: str, language: str
) -> Response[Any]:
    """The text of one language, and how it reads now."""
    with database.read() as unit:
        brand = _brand(unit, agent, brand_id)
        _, subject, body = texts.text_for(unit, brand.id, _language(language))
        given = Typed(values={"subject": subject, "body": body})
        return _form(unit, session, brand, language, given)


@writes(PATH + "/{brand_id:str}/{language:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, language: str, form: Form
) -> Response[Any]:
    """Keep the text, or only show how it would read."""
    given = typed(form, NAMES)
    _language(language)
    if form.text("do") == "preview":
        with database.read() as unit:
            return _form(unit, session, _brand(unit, agent, brand_id), language, given)
    try:
        with database.write() as unit:
            brand = _brand(unit, agent, brand_id)
            subject, body = given.get("subject"), given.get("body")
            texts.change_text(unit, brand.id, language, subject, body)
            note(unit, agent, "acknowledgement_text", language, brand_id=brand.id)
    except Invalid as error:
        with database.read() as unit:
            brand = _brand(unit, agent, brand_id)
            return _form(unit, session, brand, language, given.refused(error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/{brand_id:str}/{language:str}/forget", guards=GUARDS)
def forget(database: Database, agent: Agent, brand_id: str, language: str) -> Response[Any]:
    """Back to the text that comes with Fairline."""
    with database.write() as unit:
        brand = _brand(unit, agent, brand_id)
        texts.forget_text(unit, brand.id, _language(language))
        note(unit, agent, "acknowledgement_text", language, brand_id=brand.id)
    return go(PATH, "saved")


def _form(
    unit: Unit, session: Session, brand: Brand, language: str, given: Typed, *, status: int = 200
) -> Response[Any]:
    preview = ("", "")
    calendar, _ = clocks.promises_of(unit, brand.id)
    if not given.error:
        try:
            subject, body = given.get("subject"), given.get("body")
            preview = texts.preview(unit, calendar, language, subject, body)
        except Invalid as error:
            given, status = given.refused(error), error.status
    return show(
        unit,
        session,
        "acknowledgement.html",
        "acknowledgements",
        status=status,
        of_brand=brand,
        language=language,
        language_name=LANGUAGES[language].name,
        typed=given,
        preview=preview,
        is_own=language in store.texts_of(unit, brand.id),
        placeholders=PLACEHOLDERS,
    )


def _brand(unit: Unit, agent: Agent, brand_id: str) -> Brand:
    """A brand one works for. Raises NotFound."""
    brand = people.brand_by_id(unit, known_id(brand_id))
    if brand is None or not reaches(agent, brand.id):
        raise NotFound("There is no such brand.", code="no_brand")
    return brand


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise NotFound("There is no text in this language.", code="no_language")
    return language


ROUTES: list[Any] = [overview, choose_inboxes, edit_page, change, forget]
