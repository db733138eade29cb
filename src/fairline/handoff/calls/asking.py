"""A customer asks to be called, chooses another time, or no longer wants the call.

The case keeps its place and its promise: a call is a way to answer, not another line. A window
later than the promise is the customer's own wish, and is marked so. Called by the board, the desk
and the API.
"""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.changes import get_case
from fairline.cases.clocks import promises_of
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.rows import Call
from fairline.handoff.calls.windows import Window, call_now, chosen, read_key, windows
from fairline.line import alarms, store_alarms
from fairline.people import store_contacts
from fairline.people.calling import CallPolicy, calling_of
from fairline.people.numbers import Number, read_number, region_of
from fairline.people.tables import Brand
from fairline.promises.hours import Calendar
from fairline.promises.wallclock import read_zone
from fairline.web.limits import take

NOW = "now"
MAX_NOTE = 1000
# Calls to one number that may be asked for in a day, over all cases: nobody is rung up by strangers
# more often than that.
CALLS_PER_NUMBER = 4
DAY_S = 86_400


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for: a number that was read, `now` or the key of a window, and a zone."""

    number: Number
    when: str = NOW
    zone: str = ""
    note: str = ""


def number_of(brand: Brand, text: str) -> Number:
    """What was typed, as the brand reads numbers. Raises Invalid."""
    policy = calling_of(brand)
    region = region_of(brand.language, brand.time_zone, policy.region)
    return read_number(text, region, policy.countries)


def offered(unit: Unit, case: Case, policy: CallPolicy) -> tuple[Calendar, list[Window]]:
    """The hours that hold for the case, and the windows in them that can be chosen now."""
    calendar, _ = promises_of(unit, case.brand_id, case.inbox_id)
    found = windows(calendar, unit.now, minutes=policy.window_minutes, days=policy.days)
    return calendar, found


def ask_for_call(
    unit: Unit, case: Case, brand: Brand, wish: Wish, *, by: Actor, is_ours: bool = False
) -> Call:
    """Put a call on the case. Raises Invalid for a time we do not offer, Conflict when one is
    open already or the brand does not call, TooMany for a number that many ask to call.

    `is_ours` is a call that an agent makes of their own accord: no limits hold for it.
    *Effects*: the number becomes an unconfirmed identity of the contact, where it is nobody's yet.
    """
    policy = calling_of(brand)
    if not is_ours:
        if not policy.offered:
            raise Conflict("We do not call back. Write to us here instead.", code="no_calls")
        key = f"called:{case.brand_id}:{wish.number.e164}"
        take(unit, key, most=CALLS_PER_NUMBER, per_s=DAY_S)
    unit.settle()
    case = get_case(unit, case.id, lock=True)
    window = _window(unit, case, policy, wish.when)
    call_id = new_id()
    values = {
        "id": call_id,
        "case_id": case.id,
        "brand_id": case.brand_id,
        "state": "asked",
        "tries": 0,
        "outcome": "",
        "created_at": unit.now,
        **_wished(unit, case, wish, window),
    }
    if not store.insert(unit, values):
        raise Conflict("A call is asked for already. Change that one.", code="call_open")
    open_matter(unit, case.id, "call")
    return _told(unit, case, call_id, "call_asked", by)


def change_call(unit: Unit, case: Case, brand: Brand, wish: Wish, *, by: Actor) -> Call:
    """Another number or time; tries begin anew. Raises as `ask_for_call`, and Conflict during a
    call.
    """
    call = _open(unit, case)
    if call.state == "calling" and call.leased_until and call.leased_until > unit.now:
        raise Conflict("We are calling at this moment.", code="call_under_way")
    if wish.number.e164 != call.number:
        key = f"called:{case.brand_id}:{wish.number.e164}"
        take(unit, key, most=CALLS_PER_NUMBER, per_s=DAY_S)
    window = _window(unit, case, calling_of(brand), wish.when)
    values = {
        "state": "asked",
        "tries": 0,
        "outcome": "",
        "told_at": None,
        "missed_at": None,
        "caller_id": None,
        "leased_until": None,
        **_wished(unit, case, wish, window),
    }
    store.update(unit, call.id, values)
    hush(unit, case)
    return _told(unit, case, call.id, "call_changed", by)


def cancel_call(unit: Unit, case: Case, *, by: Actor, reason: str = "") -> None:
    """The call is not wanted any more. Raises Conflict when none is open."""
    call = _open(unit, case)
    store.update(unit, call.id, {"state": "cancelled", "ended_at": unit.now})
    close_matter(unit, case.id, "call")
    hush(unit, case)
    data = {"call_id": call.id, "reason": reason[:200]}
    record(unit, "call_cancelled", by=by, case_id=case.id, brand_id=case.brand_id, data=data)


def window_for(unit: Unit, case: Case, brand: Brand, when: str) -> Window:
    """The window that `now` or a key stands for. Raises Invalid (field `when`)."""
    return _window(unit, case, calling_of(brand), when)


def hush(unit: Unit, case: Case) -> None:
    """The alarm of a missed call is over, if it stands."""
    standing = store_alarms.of_case(unit, case.id)
    if "call_missed" in standing:
        alarms.clear(unit, case, standing["call_missed"])


def _open(unit: Unit, case: Case) -> Call:
    call = store.open_of(unit, case.id, lock=True)
    if call is None:
        raise Conflict("No call is asked for (any more).", code="no_call")
    return call


def _window(unit: Unit, case: Case, policy: CallPolicy, when: str) -> Window:
    calendar, found = offered(unit, case, policy)
    if when == NOW:
        return call_now(calendar, unit.now, minutes=policy.now_minutes)
    window = chosen(found, when, read_key(when))
    if window is None:
        raise Invalid(
            "That time is over, or we do not work then. Choose another.",
            code="no_window",
            field="when",
        )
    return window


def _wished(unit: Unit, case: Case, wish: Wish, window: Window) -> dict[str, Any]:
    """The columns that say what is wished for. Raises Invalid."""
    note = wish.note.strip()
    if len(note) > MAX_NOTE:
        raise Invalid(f"A note has at most {MAX_NOTE} characters.", field="note")
    read_zone(wish.zone)
    is_chosen = wish.when != NOW
    return {
        "identity_id": _identity(unit, case, wish.number),
        "number": wish.number.e164,
        "extension": wish.number.extension,
        "wanted": "window" if is_chosen else "now",
        "from_at": window.from_at,
        "until_at": window.until_at,
        "next_at": window.from_at,
        "zone": wish.zone,
        "note": note,
        "is_after_promise": is_chosen and _is_after(case.due_at, window),
    }


def _is_after(due_at: datetime | None, window: Window) -> bool:
    return due_at is not None and window.from_at >= due_at


def _identity(unit: Unit, case: Case, number: Number) -> str | None:
    """The number as an identity of the case's contact; None when it is somebody else's."""
    known = store_contacts.identity_at(unit, case.brand_id, "phone", number.e164)
    if known is None:
        values = {
            "id": new_id(),
            "contact_id": case.contact_id,
            "brand_id": case.brand_id,
            "channel": "phone",
            "address": number.e164,
            "name": "",
        }
        store_contacts.insert_identity(unit, values)
        known = store_contacts.identity_at(unit, case.brand_id, "phone", number.e164)
    return known.id if known and known.contact_id == case.contact_id else None


def _told(unit: Unit, case: Case, call_id: str, kind: str, by: Actor) -> Call:
    call = store.by_id(unit, call_id)
    assert call is not None
    data = {
        "call_id": call.id,
        "wanted": call.wanted,
        "from": call.from_at.isoformat(),
        "until": call.until_at.isoformat(),
        "zone": call.zone,
        "after_promise": call.is_after_promise,
    }
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return call
