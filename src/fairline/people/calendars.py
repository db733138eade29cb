"""Calendars of the company: when people work, under a name, for brands and inboxes to work by.

Called by `brands.py`, `setup.py` and the settings pages. Every change that can move a promise
leaves a job, in the same transaction, that counts what waits anew (`cases/recount.py`).
"""

from datetime import datetime

import msgspec

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people import store, store_calendars
from fairline.people.tables import Brand, CalendarRow
from fairline.promises.hours import Calendar, add_working_time
from fairline.promises.targets import Severity, Targets

MAX_NAME = 80
RECOUNT = "recount_promises"


def hours_in(row: CalendarRow) -> Calendar:
    """The hours of a stored calendar."""
    return msgspec.convert(row.hours, Calendar)


def get_calendar(unit: Unit, calendar_id: str) -> CalendarRow:
    """Raises NotFound."""
    found = store_calendars.by_id(unit, calendar_id)
    if found is None:
        raise NotFound("There is no such calendar.", code="no_calendar")
    return found


def usable(unit: Unit, calendar_id: str) -> Calendar:
    """The hours of a calendar that is in use or may be. Raises Invalid."""
    found = store_calendars.by_id(unit, calendar_id)
    if found is None or found.archived_at:
        raise Invalid("Choose one of the calendars.", code="no_calendar", field="calendar")
    return hours_in(found)


def create_calendar(unit: Unit, name: str, calendar: Calendar) -> CalendarRow:
    """Raises Invalid, Conflict when the name is taken."""
    name = _free(unit, name)
    calendar_id = new_id()
    hours = msgspec.to_builtins(calendar)
    store_calendars.insert(
        unit, {"id": calendar_id, "name": name, "hours": hours, "created_at": unit.now}
    )
    return get_calendar(unit, calendar_id)


def change_calendar(unit: Unit, calendar_id: str, name: str, calendar: Calendar) -> CalendarRow:
    """Name it anew and set its hours. Raises Invalid, Conflict.

    A brand whose clock was the calendar's goes along to a new time zone. *Effects*: a job for each
    brand with cases that may wait by it.
    """
    found = get_calendar(unit, calendar_id)
    if found.archived_at:
        raise Conflict("This calendar is archived. Bring it back first.", code="archived")
    name = _free(unit, name, but=calendar_id)
    brands = concerned(unit, calendar_id)
    for brand in brands:
        check_reachable(calendar, msgspec.convert(brand.targets, Targets), unit.now)
    hours = msgspec.to_builtins(calendar)
    store_calendars.update(unit, calendar_id, {"name": name, "hours": hours})
    old_zone = hours_in(found).zone
    for brand in brands:
        if brand.calendar_id == calendar_id and brand.time_zone == old_zone:
            store.update_brand(unit, brand.id, {"time_zone": calendar.zone})
        if hours != found.hours:
            recount_later(unit, brand.id, "hours_changed")
    return get_calendar(unit, calendar_id)


def archive_calendar(unit: Unit, calendar_id: str) -> None:
    """Put it away. Raises Conflict, naming who works by it, while somebody does."""
    get_calendar(unit, calendar_id)
    names = ", ".join(brand.name for brand in concerned(unit, calendar_id))
    if names:
        raise Conflict(
            f"This calendar is in use by {names}. Choose another there first.",
            code="calendar_in_use",
        )
    store_calendars.update(unit, calendar_id, {"archived_at": unit.now})


def bring_back(unit: Unit, calendar_id: str) -> None:
    """Offer an archived calendar again."""
    get_calendar(unit, calendar_id)
    store_calendars.update(unit, calendar_id, {"archived_at": None})


def follow_zone(unit: Unit, brand: Brand, zone: str) -> None:
    """The brand moved to another time zone: hours in its old one that nobody else works by move
    with it.
    """
    if brand.calendar_id is None:
        return
    row = get_calendar(unit, brand.calendar_id)
    calendar = hours_in(row)
    if calendar.zone != brand.time_zone or len(concerned(unit, row.id)) > 1:
        return
    moved = msgspec.structs.replace(calendar, zone=zone)
    store_calendars.update(unit, row.id, {"hours": msgspec.to_builtins(moved)})
    recount_later(unit, brand.id, "hours_changed")


def inbox_left(unit: Unit, inbox_id: str, brand_id: str) -> None:
    """An inbox was put away: cases that came by it go on in the brand's hours."""
    if inbox_id in store_calendars.hours_of_inboxes(unit, brand_id):
        store_calendars.set_inbox(unit, inbox_id, brand_id, None)
        recount_later(unit, brand_id, "hours_changed")


def check_reachable(calendar: Calendar, targets: Targets, now: datetime) -> None:
    """Raise Invalid when the hours are so few that a promise would lie years away.

    Refused here, or the first message to need it would be refused at the door.
    """
    for severity in Severity:
        try:
            add_working_time(now, 2 * targets.of(severity).resolution_minutes, calendar)
        except Invalid as error:
            raise Invalid(
                "In these hours the time to solve a case would take years to pass. Give more "
                "hours, or a shorter time.",
                code="bad_targets",
                field=f"{severity}.resolution_minutes",
            ) from error


def recount_later(unit: Unit, brand_id: str, reason: str) -> None:
    """Let a job count the promises of the brand's waiting cases anew."""
    payload = {"brand_id": brand_id, "reason": reason, "after": ""}
    enqueue(unit, RECOUNT, payload, key=f"{RECOUNT}:{brand_id}:")


def free_name(unit: Unit, name: str) -> str:
    """`name`, with a number behind it when there is a calendar of that name."""
    name = name[: MAX_NAME - 4]
    wanted, number = name, 1
    while store_calendars.by_name(unit, wanted):
        number += 1
        wanted = f"{name} {number}"
    return wanted


def concerned(unit: Unit, calendar_id: str) -> list[Brand]:
    """The brands that work by it, themselves or by one of their inboxes."""
    wanted = {
        *store_calendars.brands_with(unit, calendar_id),
        *store_calendars.inboxes_with(unit, calendar_id).values(),
    }
    return [brand for brand in store.all_brands(unit) if brand.id in wanted]


def _free(unit: Unit, name: str, *, but: str = "") -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A calendar needs a name.", code="missing", field="name")
    if len(name) > MAX_NAME:
        raise Invalid(f"A name has at most {MAX_NAME} characters.", field="name")
    known = store_calendars.by_name(unit, name)
    if known and known.id != but:
        where = ", among the archived ones. Bring it back instead" if known.archived_at else ""
        raise Conflict(f"There is a calendar named {name} already{where}.", code="name_taken")
    return name
