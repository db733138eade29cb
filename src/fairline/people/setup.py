"""Brands and the first day: what a new install needs before it can serve."""

import re

import msgspec

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import calendars, store
from fairline.people.tables import Brand
from fairline.promises.hours import Calendar
from fairline.promises.targets import Targets

DEFAULT_ACCENT = "#0d6457"


def slug_of(name: str) -> str:
    """A name as it stands in addresses: lower case, letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "brand"


def create_brand(
    unit: Unit,
    *,
    name: str,
    slug: str = "",
    accent: str = DEFAULT_ACCENT,
    language: str = "en",
    time_zone: str = "UTC",
    calendar: Calendar | None = None,
    targets: Targets | None = None,
    greeting: str = "",
    signature: str = "",
) -> Brand:
    """Make a brand; the first is the default. Raises Invalid, Conflict for a taken slug."""
    name = " ".join(name.split())[:80]
    if not name:
        raise Invalid("A brand needs a name.", field="name")
    brand_id = new_id()
    added = store.insert_brand(
        unit,
        {
            "id": brand_id,
            "slug": slug or slug_of(name),
            "name": name,
            "accent": accent,
            "greeting": greeting,
            "signature": signature,
            "language": language,
            "time_zone": time_zone,
            "logo_sha256": None,
            "logo_type": "",
            "calendar_id": None,
            "targets": msgspec.to_builtins(targets or Targets()),
            "board_open": True,
            "indexable": True,
            "is_default": not store.all_brands(unit),
            "created_at": unit.now,
        },
    )
    if not added:
        raise Conflict(f"There is a brand at {slug or slug_of(name)!r} already.", code="slug_taken")
    hours = calendars.create_calendar(
        unit, calendars.free_name(unit, name), calendar or Calendar(zone=time_zone)
    )
    store.update_brand(unit, brand_id, {"calendar_id": hours.id})
    return get_brand(unit, brand_id)


def get_brand(unit: Unit, brand_id: str) -> Brand:
    """Raises NotFound."""
    brand = store.brand_by_id(unit, brand_id)
    if brand is None:
        raise NotFound("There is no such brand.", code="no_brand")
    return brand
