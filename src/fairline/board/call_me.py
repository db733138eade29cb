"""“Call me”: the customer leaves a number and a time on the private side of their thread.

One form without JavaScript. The number is told to agents alone: the page masks it, the message on
the thread does not hold it.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec
from litestar import Request, Response

from fairline.board.call_matter import CallMatter, shown_call
from fairline.board.frames import SECRET, see_other, show
from fairline.board.rates import limit, network_of
from fairline.board.thread_changes import say
from fairline.board.viewer import Viewer, open_as_customer
from fairline.cases.states import OFF_THE_LINE
from fairline.core.errors import Conflict, FairlineError, Invalid, NotAllowed, TooMany
from fairline.core.ids import new_token
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import (
    MAX_NOTE,
    NOW,
    Wish,
    ask_for_call,
    cancel_call,
    change_call,
    number_of,
    offered,
    window_for,
)
from fairline.handoff.calls.windows import (
    Window,
    call_now,
    day_words,
    window_words,
    zone_words,
)
from fairline.handoff.calls.words import please_call
from fairline.handoff.calls.zones import ZONES, is_zone
from fairline.people.calling import calling_of
from fairline.web.forms import Form
from fairline.web.handle import reads, writes


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One day and its windows, as (key, words)."""

    day: str
    windows: tuple[tuple[str, str], ...]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form."""

    number: str = ""
    when: str = NOW
    note: str = ""
    error: FairlineError | None = None

    def error_of(self, field: str) -> str:
        """What is wrong with a field."""
        is_its = self.error is not None and getattr(self.error, "field", "") == field
        return self.error.text if is_its and self.error else ""


@reads("/t/{token:str}/call")
def call_page(token: str, database: Database, settings: Settings, zone: str = "") -> Response[str]:
    """The form, in the customer's time zone."""
    with database.read() as unit:
        viewer = open_as_customer(unit, token, settings)
        return _page(unit, viewer, zone, Typed())


@writes("/t/{token:str}/call")
def call_me(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """Ask for a call, or for another time or number. *Effects*: words on the thread, once."""

    def act(unit: Unit, viewer: Viewer) -> str:
        brand = viewer.site.brand
        limit(unit, "call", network_of(request, settings))
        present = store.open_of(unit, viewer.case.id, lock=True)
        typed = form.text("number", most=100, label="The number")
        # An empty field beside a call that is asked for keeps its number: the page masks it.
        kept = present.number if present and not typed else ""
        wish = Wish(
            number=number_of(brand, kept or typed),
            when=form.text("when", most=20) or NOW,
            zone=_zone(form.text("zone", most=60), viewer),
            note=form.text("note", most=MAX_NOTE, label="The note"),
        )
        if present:
            change_call(unit, viewer.case, brand, wish, by=viewer.actor)
            return "call-changed"
        when = window_words(window_for(unit, viewer.case, brand, wish.when), wish.zone, unit.now)
        words = please_call(wish.when, f"{when} ({zone_words(wish.zone)})", wish.note)
        say(unit, viewer, words, key=form.text("key", most=100))
        ask_for_call(unit, viewer.case, brand, wish, by=viewer.actor)
        return "call-asked"

    return _answered(token, database, settings, form, act)


@writes("/t/{token:str}/call/cancel")
def no_call(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """The call is not wanted any more."""

    def act(unit: Unit, viewer: Viewer) -> str:
        limit(unit, "change", network_of(request, settings))
        cancel_call(unit, viewer.case, by=viewer.actor)
        return "call-cancelled"

    return _answered(token, database, settings, form, act)


def _answered(
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
    act: Callable[[Unit, Viewer], str],
) -> Response[str]:
    try:
        with database.write() as unit:
            done = act(unit, open_as_customer(unit, token, settings))
    except (Invalid, Conflict, NotAllowed, TooMany) as error:
        with database.read() as unit:
            viewer = open_as_customer(unit, token, settings)
            return _page(unit, viewer, _raw(form, "zone"), _typed(form, error))
    return see_other(f"/t/{token}?done={done}#place", headers=SECRET)


def _page(unit: Unit, viewer: Viewer, zone: str, typed: Typed) -> Response[str]:
    case, brand = viewer.case, viewer.site.brand
    policy = calling_of(brand)
    calendar, windows = offered(unit, case, policy)
    call = store.open_of(unit, case.id) if "call" in case.matters else None
    matter: CallMatter | None = shown_call(call, unit.now, case.due_at) if call else None
    zone = zone if is_zone(zone) else call.zone if call else brand.time_zone
    if call and not typed.error:
        typed = Typed(when=call.window.key if call.wanted == "window" else NOW, note=call.note)
    soon = call_now(calendar, unit.now, minutes=policy.now_minutes)
    return show(
        "board/call.html",
        viewer.site,
        status=typed.error.status if typed.error else 200,
        headers=SECRET,
        viewer=viewer,
        case=case,
        call=call,
        matter=matter,
        is_offered=policy.offered,
        is_heard=case.kind in OFF_THE_LINE,
        soon=window_words(soon, zone, unit.now),
        choices=_choices(windows, zone, unit.now),
        late_from=case.due_at,
        zone=zone,
        zone_name=zone_words(zone),
        own_zone_name=zone_words(brand.time_zone) if zone != brand.time_zone else "",
        zones=ZONES,
        typed=typed,
        key=new_token(),
    )


def _choices(windows: list[Window], zone: str, now: datetime) -> list[Choice]:
    """By day on the customer's clock."""
    days = groupby(windows, key=lambda window: day_words(window.from_at, zone, now))
    return [
        Choice(
            day=day,
            windows=tuple((one.key, window_words(one, zone, now)) for one in those),
        )
        for day, those in days
    ]


def _zone(wanted: str, viewer: Viewer) -> str:
    return wanted if is_zone(wanted) else viewer.site.brand.time_zone


def _typed(form: Form, error: FairlineError) -> Typed:
    return Typed(
        number=_raw(form, "number")[:100],
        when=_raw(form, "when")[:20] or NOW,
        note=_raw(form, "note")[: 2 * MAX_NOTE],
        error=error,
    )


def _raw(form: Form, name: str) -> str:
    return (form.texts(name) or [""])[0]


HANDLERS: list[Any] = [call_page, call_me, no_call]
