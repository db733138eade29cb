"""Changes to a brand: its look, its words, its board, when it works and what it promises.

Bad input is refused whole: the old settings stay as they were. `setup.py` makes a brand.
"""

import re
from collections.abc import Mapping

import msgspec

from fairline.core.errors import Invalid
from fairline.db.blobs import put_blob
from fairline.db.unit import Unit
from fairline.people import calendars, store, store_calendars
from fairline.people.accent import read_colour
from fairline.people.logos import check_logo
from fairline.people.setup import get_brand
from fairline.people.tables import Brand
from fairline.promises.targets import Targets
from fairline.promises.wallclock import read_zone

MAX_GREETING = 300
MAX_SIGNATURE = 2000
# A language tag as HTML's lang attribute takes it. Source: RFC 5646, 2.1, its common part.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator sets of a brand on one page."""

    name: str
    accent: str
    greeting: str
    signature: str
    language: str
    time_zone: str
    board_open: bool
    indexable: bool
    sender_id: str | None = None


def change_brand(unit: Unit, brand_id: str, look: Look) -> Brand:
    """Raises Invalid, naming the field. Hours of its own move to a changed time zone with it.

    That `sender_id` is an inbox of the brand that sends mail is for the caller to check.
    """
    brand = get_brand(unit, brand_id)
    checked = _checked(look)
    values = msgspec.structs.asdict(checked)
    store.update_brand(unit, brand_id, values)
    if checked.time_zone != brand.time_zone:
        calendars.follow_zone(unit, brand, checked.time_zone)
    return get_brand(unit, brand_id)


def set_promises(
    unit: Unit,
    brand_id: str,
    calendar_id: str,
    targets: Targets,
    *,
    inboxes: Mapping[str, str | None] | None = None,
) -> Brand:
    """By which calendar the brand works, which of its inboxes work by another, what it promises.

    `inboxes` are those whose hours are decided here, with None for the brand's; that they are the
    brand's is for the caller to check. Raises Invalid when a promise cannot be kept in the hours.
    *Effects*: cases that wait are counted anew by a job, when something changed.
    """
    brand = get_brand(unit, brand_id)
    chosen = {calendar_id, *(own for own in (inboxes or {}).values() if own)}
    for one in sorted(chosen):
        calendars.check_reachable(calendars.usable(unit, one), targets, unit.now)
    stored = msgspec.to_builtins(targets)
    own = store_calendars.hours_of_inboxes(unit, brand_id)
    moved = {i: c for i, c in (inboxes or {}).items() if own.get(i) != c}
    hours_changed = bool(moved) or brand.calendar_id != calendar_id
    store.update_brand(unit, brand_id, {"calendar_id": calendar_id, "targets": stored})
    for inbox_id, wanted in moved.items():
        store_calendars.set_inbox(unit, inbox_id, brand_id, wanted)
    if hours_changed:
        calendars.recount_later(unit, brand_id, "hours_changed")
    elif brand.targets != stored:
        calendars.recount_later(unit, brand_id, "targets_changed")
    return get_brand(unit, brand_id)


def set_logo(unit: Unit, brand_id: str, data: bytes) -> Brand:
    """Show this picture beside the name. Raises Invalid for what is no such picture."""
    get_brand(unit, brand_id)
    media_type = check_logo(data)
    values = {"logo_sha256": put_blob(unit, data), "logo_type": media_type}
    store.update_brand(unit, brand_id, values)
    return get_brand(unit, brand_id)


def remove_logo(unit: Unit, brand_id: str) -> Brand:
    """Show the name alone."""
    get_brand(unit, brand_id)
    store.update_brand(unit, brand_id, {"logo_sha256": None, "logo_type": ""})
    return get_brand(unit, brand_id)


def _checked(look: Look) -> Look:
    name = " ".join(look.name.split())
    if not name:
        raise Invalid("A brand needs a name.", code="missing", field="name")
    if len(name) > 80:
        raise Invalid("A name has at most 80 characters.", field="name")
    greeting = " ".join(look.greeting.split())
    if len(greeting) > MAX_GREETING:
        raise Invalid(f"A greeting has at most {MAX_GREETING} characters.", field="greeting")
    signature = look.signature.strip()
    if len(signature) > MAX_SIGNATURE:
        raise Invalid(f"A signature has at most {MAX_SIGNATURE} characters.", field="signature")
    if not _LANGUAGE.fullmatch(look.language):
        raise Invalid(
            "Write the language as en, de or pt-BR.", code="bad_language", field="language"
        )
    try:
        read_zone(look.time_zone)
    except Invalid as error:
        error.field = "time_zone"
        raise
    return msgspec.structs.replace(
        look, name=name, accent=read_colour(look.accent), greeting=greeting, signature=signature
    )
