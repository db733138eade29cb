"""What a caller hears while nobody takes the call: hours told true, a call back, or a message.

Pressing 1 makes a case with its place in line and asks for a call on it, in the transaction that
stores what came: what the caller is told has happened. Agents who are rung press a key, then the
customer is rung. Called by `api/voice.py`; the provider's own language is its own affair.
"""

from typing import Any

import msgspec

from fairline.cases.changes import get_case
from fairline.cases.clocks import promises_of
from fairline.cases.rows import Actor, Case
from fairline.channels import raw, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.ingest import Ingest
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.voice import Script, Step
from fairline.core.errors import Conflict, Invalid, TooMany
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls import placing, store
from fairline.handoff.calls.asking import Wish, ask_for_call, number_of
from fairline.handoff.calls.rows import Call
from fairline.handoff.calls.windows import Window, call_now, moment_words, window_words
from fairline.people.calling import calling_of
from fairline.people.numbers import masked_number
from fairline.people.setup import get_brand
from fairline.people.tables import Brand
from fairline.promises.hours import is_open, next_opening

CALL_BACK = "1"
NO_CALL_BACK = "We cannot call this number back."


def answer(
    database: Database, channels: Channels, ingest: Ingest, inbox: Inbox, step: Step
) -> Script:
    """What is said next. *Effects*: what came is stored, once; a case and the wish for a call;
    the state of a call of ours.
    """
    if step.kind == "rings":
        with database.read() as unit:
            return _greeting(unit, channels, inbox, step)
    with database.write() as unit:
        if step.kind == "pressed":
            return _pressed(unit, ingest, inbox, step)
        if step.kind == "recorded":
            _keep(unit, inbox, step, "message")
            return Script(lines=("Thank you. We have your message. Goodbye.",))
        if step.kind == "over":
            _over(unit, inbox, step)
        elif step.kind == "news" and step.news:
            _adopt(unit, inbox, step.key, step.news.provider_id)
            item = RawItem(native_id=step.news.native_id, payload=step.payload)
            if raw.keep(unit, inbox.id, item):
                placing.hear(unit, inbox.id, step.news)
        elif step.kind == "agent":
            return _agent(unit, inbox, step)
        elif step.kind == "joins":
            return _join(unit, step)
    return Script(then="nothing" if step.kind in {"news", "over"} else "end")


def _greeting(unit: Unit, channels: Channels, inbox: Inbox, step: Step) -> Script:
    brand = get_brand(unit, inbox.brand_id)
    info = channels.info(unit, inbox)
    hello = info.options.get("greeting", "").strip() or f"Thank you for calling {brand.name}."
    calendar, _ = promises_of(unit, brand.id, inbox.id)
    if is_open(unit.now, calendar):
        hours = "We are open now."
    else:
        opens = next_opening(unit.now, calendar)
        hours = f"We are closed now, and open {moment_words(opens, brand.time_zone, unit.now)}."
    if not (_can_call(brand, step.number) and calling_of(brand).offered):
        return Script(lines=(hello, hours), then="message", caller=step.number)
    when = window_words(_soon(unit, brand, inbox), brand.time_zone, unit.now)
    return Script(
        lines=(
            hello,
            hours,
            f"Press 1 to be called back, {when}, and keep your place in line.",
            "Press 2 to leave a message.",
        ),
        then="key",
        caller=step.number,
    )


def _soon(unit: Unit, brand: Brand, inbox: Inbox) -> Window:
    calendar, _ = promises_of(unit, brand.id, inbox.id)
    return call_now(calendar, unit.now, minutes=calling_of(brand).now_minutes)


def _can_call(brand: Brand, number: str) -> bool:
    try:
        return bool(number and number_of(brand, number))
    except Invalid:
        return False


def _pressed(unit: Unit, ingest: Ingest, inbox: Inbox, step: Step) -> Script:
    message = Script(then="message", caller=step.number)
    if step.digit != CALL_BACK:
        return message
    brand = get_brand(unit, inbox.brand_id)
    if not (_can_call(brand, step.number) and calling_of(brand).offered):
        return msgspec.structs.replace(message, lines=(NO_CALL_BACK,))
    if (known := store.open_to_number(unit, brand.id, step.number)) and _is_new(unit, inbox, step):
        _note_again(unit, inbox, step, known)
        # Without its reference: whoever shows this number need not be its owner.
        when = window_words(known.window, brand.time_zone, unit.now)
        return Script(lines=(f"We know. We call you back {when}. Your place is kept. Goodbye.",))
    raw_id = _keep(unit, inbox, step, "wish")
    row = store_raw.by_native_id(unit, inbox.id, f"{step.call_id}-wish")
    case_id = ingest.take_within(unit, raw_id).case_id if raw_id else row and row.case_id
    if not case_id:
        return msgspec.structs.replace(message, lines=(NO_CALL_BACK,))
    case = get_case(unit, case_id)
    window = _wish(unit, case, brand, step.number) if raw_id else _wished(unit, case)
    if window is None:
        line = "You have asked us to call several times today, and we will."
    else:
        line = f"We call you back {window_words(window, brand.time_zone, unit.now)}."
    return Script(
        lines=(
            line,
            f"Your reference is {_spelt(case.reference)}. Your place in line is kept. Goodbye.",
        )
    )


def _is_new(unit: Unit, inbox: Inbox, step: Step) -> bool:
    return store_raw.by_native_id(unit, inbox.id, f"{step.call_id}-wish") is None


def _note_again(unit: Unit, inbox: Inbox, step: Step, known: Call) -> None:
    """Who is to be called anyway asks again: kept with that case, which stays as it is."""
    raw_id = _keep(unit, inbox, step, "wish")
    if raw_id:
        values = {
            "state": "taken",
            "outcome": "joined",
            "reason": "asked again to be called back",
            "case_id": known.case_id,
            "taken_at": unit.now,
        }
        store_raw.update(unit, raw_id, values)


def _wish(unit: Unit, case: Case, brand: Brand, number: str) -> Window | None:
    """Ask for the call. None where the number is asked for too often already."""
    wish = Wish(number=number_of(brand, number), zone=brand.time_zone)
    try:
        by = Actor(kind="contact", id=case.contact_id)
        return ask_for_call(unit, case, brand, wish, by=by).window
    except (TooMany, Conflict):
        return _wished(unit, case)


def _wished(unit: Unit, case: Case) -> Window | None:
    call = store.open_of(unit, case.id)
    return call.window if call else None


def _over(unit: Unit, inbox: Inbox, step: Step) -> None:
    """Their call has ended: kept as one that nobody answered, unless they said what they want."""
    for what in ("wish", "message"):
        if store_raw.by_native_id(unit, inbox.id, f"{step.call_id}-{what}"):
            return
    _keep(unit, inbox, step, "over")


def _keep(unit: Unit, inbox: Inbox, step: Step, what: str) -> str | None:
    item = RawItem(native_id=f"{step.call_id}-{what}", payload=step.payload)
    return raw.keep(unit, inbox.id, item)


def _agent(unit: Unit, inbox: Inbox, step: Step) -> Script:
    """One of us has picked up: who it is for, and a key to be joined."""
    _adopt(unit, inbox, step.key, step.call_id)
    tried = store.try_by_id(unit, step.key)
    call = store.by_id(unit, tried.call_id) if tried else None
    if call is None:
        return Script(lines=("This call is over.",))
    spelt = _spelt(get_case(unit, call.case_id).reference)
    end = " ".join(masked_number(call.number)[-3:])
    asked = f"A call for {spelt}, to the number that ends in {end}. Press any key to be joined."
    return Script(lines=(asked,), then="key", step="join", key=step.key)


def _join(unit: Unit, step: Step) -> Script:
    tried = store.try_by_id(unit, step.key)
    call = store.by_id(unit, tried.call_id) if tried else None
    if tried is None or call is None or call.state != "calling" or tried.ended_at:
        return Script(lines=("This call is over.",))
    return Script(then="dial", key=step.key, number=call.number, extension=call.extension)


def _adopt(unit: Unit, inbox: Inbox, key: str, provider_id: str) -> None:
    """Its own news may be faster than the provider's answer to our asking."""
    tried = store.try_by_id(unit, key)
    if tried and not tried.provider_id and placing.is_of(unit, tried, inbox.brand_id):
        values: dict[str, Any] = {"provider_id": placing.own_id(inbox.id, provider_id)}
        store.update_try(unit, tried.id, values)


def _spelt(reference: str) -> str:
    """A reference as it is read out: letter by letter."""
    return ", ".join(letter for letter in reference if letter.isalnum())
