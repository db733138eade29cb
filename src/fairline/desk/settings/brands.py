"""Brands: name, colour, logo, words, board, the address mail leaves from. For administrators."""

from typing import Any

from litestar import Response

from fairline.channels import store_inboxes
from fairline.channels.rows import Inbox
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.desk.settings.hours_form import zone_names
from fairline.people import brands
from fairline.people import store as people
from fairline.people.accent import read_colour, shades, what_changed
from fairline.people.setup import DEFAULT_ACCENT, create_brand, get_brand, slug_of
from fairline.people.tables import Agent, Brand
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/brands"
GUARDS = [needs("administrator")]
NAMES = ("name", "accent", "greeting", "signature", "language", "time_zone", "sender_id")


@reads(PATH, guards=GUARDS)
def list_brands(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All brands."""
    with database.read() as unit:
        return _list(unit, session, Typed(), done=done)


@writes(PATH, guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A new brand, with the hours and the language of the first one."""
    given = typed(form, ("name", "slug"))
    try:
        with database.write() as unit:
            first = people.all_brands(unit)[0]
            made = create_brand(
                unit,
                name=given.get("name"),
                slug=slug_of(given.get("slug")) if given.get("slug") else "",
                accent=DEFAULT_ACCENT,
                language=first.language,
                time_zone=first.time_zone,
            )
            note(unit, agent, "brand_created", made.id, brand_id=made.id)
    except (Invalid, Conflict) as error:
        refused = given.refused(error)
        if isinstance(error, Conflict):
            refused = Typed(values=given.values, error=error.text, field="slug")
        with database.read() as unit:
            return _list(unit, session, refused, status=error.status)
    return go(f"{PATH}/{made.id}", "created")


@reads(PATH + "/{brand_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, brand_id: str, done: str | None = None
) -> Response[Any]:
    """One brand."""
    with database.read() as unit:
        brand = get_brand(unit, known_id(brand_id))
        return _form(unit, session, brand, _stored(brand), done=done)


@writes(PATH + "/{brand_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, brand_id: str, form: Form
) -> Response[Any]:
    """Keep the changes. What cannot be is refused whole."""
    given = typed(form, NAMES)
    given = Typed(
        values={
            **given.values,
            "board_open": "1" if form.flag("board_open") else "",
            "indexable": "1" if form.flag("indexable") else "",
        }
    )
    try:
        with database.write() as unit:
            brands.change_brand(unit, known_id(brand_id), _look(unit, brand_id, given))
            picture = next(iter(form.files("logo")), None)
            if picture:
                brands.set_logo(unit, brand_id, picture.data)
            elif form.flag("remove_logo"):
                brands.remove_logo(unit, brand_id)
            note(unit, agent, "brand_changed", brand_id, brand_id=brand_id)
    except Invalid as error:
        with database.read() as unit:
            brand = get_brand(unit, brand_id)
            return _form(unit, session, brand, given.refused(error), status=error.status)
    return go(f"{PATH}/{brand_id}", "saved")


def _look(unit: Unit, brand_id: str, given: Typed) -> brands.Look:
    sender = given.get("sender_id")
    if sender and sender not in {inbox.id for inbox in _senders(unit, brand_id)}:
        raise Invalid("Choose one of this brand's inboxes.", code="no_inbox", field="sender_id")
    return brands.Look(
        name=given.get("name"),
        accent=given.get("accent"),
        greeting=given.get("greeting"),
        signature=given.get("signature"),
        language=given.get("language"),
        time_zone=given.get("time_zone"),
        board_open=bool(given.get("board_open")),
        indexable=bool(given.get("indexable")),
        sender_id=sender or None,
    )


def _stored(brand: Brand) -> Typed:
    return Typed(
        values={
            "name": brand.name,
            "accent": brand.accent,
            "greeting": brand.greeting,
            "signature": brand.signature,
            "language": brand.language,
            "time_zone": brand.time_zone,
            "sender_id": brand.sender_id or "",
            "board_open": "1" if brand.board_open else "",
            "indexable": "1" if brand.indexable else "",
        }
    )


def _senders(unit: Unit, brand_id: str) -> list[Inbox]:
    """Inboxes that an answer can leave from; the board is not one of them."""
    found = store_inboxes.all_inboxes(unit, brand_id=brand_id)
    return [inbox for inbox in found if inbox.kind != "web"]


def _adjusted(colour: str) -> str:
    try:
        return what_changed(read_colour(colour))
    except Invalid:
        return ""


def _list(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    return show(
        unit,
        session,
        "brands.html",
        "brands",
        done=done,
        status=status,
        brands=people.all_brands(unit),
        typed=given,
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
    return show(
        unit,
        session,
        "brand.html",
        "brands",
        done=done,
        status=status,
        shown=brand,
        typed=given,
        shades=shades(brand.accent),
        adjusted=_adjusted(brand.accent),
        senders=_senders(unit, brand.id),
        zones=zone_names(),
    )


ROUTES: list[Any] = [list_brands, create, edit_page, change]
