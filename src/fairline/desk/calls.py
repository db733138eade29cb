"""Calls at the desk: the list of those to make, the strip on the case, and the call screen.

The call screen is the case itself with the call beside it: the whole record is open while one
talks. Everything is a form; a script only runs the timer and keeps the lease.
"""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases.actions import actor_of
from fairline.cases.changes import snooze
from fairline.cases.rows import Case
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound
from fairline.core.ids import new_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.call_strip import call_matter, strip
from fairline.desk.case import show_case
from fairline.desk.frame import desk_page, frame
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import Wish, ask_for_call, cancel_call, number_of
from fairline.handoff.calls.calling import ENDS, Ending, finish_call, keep_call, start_call
from fairline.handoff.calls.placing import place, voice_of
from fairline.handoff.calls.rows import Try
from fairline.handoff.calls.words import OUTCOMES
from fairline.people import store_contacts
from fairline.people.numbers import shown_number
from fairline.people.setup import get_brand
from fairline.people.staff import set_preference
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.live import Live

PATH = "/desk/calls"
MOST_SHOWN = 200
STATUSES = ("waiting", "solved", "open", "on_hold")
TYPED = ("outcome", "notes", "summary", "recording", "status", "seconds", "number")
Seen = Request[Any, Any, Any]


@reads(PATH)
def calls_page(session: Session, database: Database) -> Response[str]:
    """Every call to be made: missed, due, under way, later."""
    with database.read() as unit:
        around = frame(unit, session)
        found = store.open_calls(unit, session.agent.brand_ids, limit=MOST_SHOWN + 1)
        rows = [
            {
                "strip": strip(unit, around, call, tries=False),
                "reference": reference,
                "subject": subject,
                "owner": around.name_of(owner_id),
                "team": around.team_name(team_id),
                "brand": around.brand_name(call.brand_id),
            }
            for call, reference, subject, owner_id, team_id in found[:MOST_SHOWN]
        ]
        groups = [
            ("Missed", "late", [r for r in rows if _group(r["strip"]) == "missed"]),
            ("Now", "risk", [r for r in rows if _group(r["strip"]) == "now"]),
            ("Being called", "", [r for r in rows if _group(r["strip"]) == "calling"]),
            ("Later", "", [r for r in rows if _group(r["strip"]) == "later"]),
        ]
        return desk_page(
            unit,
            session,
            "desk/calls.html",
            here="calls",
            around=around,
            groups=[group for group in groups if group[2]],
            has_more=len(found) > MOST_SHOWN,
        )


@reads("/desk/cases/{reference:str}/call")
def call_screen(
    reference: str,
    request: Seen,
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
) -> Response[Any]:
    """The case with the call beside it; without a call, the way to make one."""
    with database.read() as unit:
        return _screen(unit, request, session, live, channels, reference)


@writes("/desk/cases/{reference:str}/call/start")
def start(
    reference: str,
    request: Seen,
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Take up the phone: for the call that was asked for, or for a number given here."""
    agent = session.agent
    try:
        with database.write() as unit:
            case = case_at(unit, agent, reference, lock=True)
            if store.open_of(unit, case.id) is None and (typed := form.text("number", most=100)):
                brand = get_brand(unit, case.brand_id)
                wish = Wish(number=number_of(brand, typed), zone=brand.time_zone)
                ask_for_call(unit, case, brand, wish, by=actor_of(agent), is_ours=True)
            tried = start_call(unit, case, agent)
        problem = _ring(database, channels, case, tried, agent, form.text("ring", most=100))
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _screen(
                unit, request, session, live, channels, reference, form=form, error=error
            )
    if problem:
        with database.read() as unit:
            refused = Conflict(problem, code="not_placed")
            return _screen(unit, request, session, live, channels, reference, error=refused)
    return _to(case, "/call")


def _ring(
    database: Database, channels: Channels, case: Case, tried: Try, agent: Agent, typed: str
) -> str:
    """Let the switchboard ring the agent, where there is one and they said where. Returns what
    went wrong: the call is theirs all the same, and they dial by hand.
    """
    if not typed or tried.provider_id:
        return ""
    with database.read() as unit:
        brand = get_brand(unit, case.brand_id)
        own = number_of(msgspec.structs.replace(brand, calls={}), typed)
        call = store.open_of(unit, case.id)
        found = voice_of(unit, channels, case.brand_id)
    if found is None or call is None:
        return ""
    with database.write() as unit:
        set_preference(unit, agent.id, "phone", own.shown)
    inbox, voice = found
    return place(database, inbox, voice, call, tried, own.e164)


@writes("/desk/cases/{reference:str}/call/finish")
def finish(
    reference: str,
    request: Seen,
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Say how it went. What cannot be kept comes back with all that was typed."""
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            tried = form.text("try", most=36)
            if not is_id(tried):
                raise NotFound("There is no such call of yours.", code="no_call")
            finish_call(unit, case, session.agent, tried, _ending(form))
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _screen(
                unit, request, session, live, channels, reference, form=form, error=error
            )
    return _to(case)


@writes("/desk/cases/{reference:str}/call/keep", status_code=200)
def keep(reference: str, agent: Agent, database: Database) -> dict[str, bool]:
    """The call screen is open: the call stays the agent's."""
    with database.write() as unit:
        case = case_at(unit, agent, reference)
        call = store.open_of(unit, case.id, lock=True)
        return {"kept": bool(call and keep_call(unit, call, agent))}


def _cancel(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    """The customer said that they need no call."""
    cancel_call(unit, case, by=actor_of(agent))


def _aside(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    """Put the case aside until the call is due; it comes back by itself."""
    call = store.open_of(unit, case.id)
    if call is None or call.next_at <= unit.now:
        raise Conflict("The call is due now.", code="call_due")
    snooze(unit, case, call.next_at, by=actor_of(agent))


CALL_VERBS = {"call-cancel": _cancel, "call-aside": _aside}


def _ending(form: Form) -> Ending:
    status = form.text("status", most=20)
    if status and status not in STATUSES:
        raise Invalid(f"{status!r} is not a status.", field="status")
    seconds = form.text("seconds", most=8)
    return Ending(
        outcome=form.text("outcome", most=20),
        notes=form.text("notes", label="The notes"),
        summary=form.text("summary", label="The summary"),
        sends_summary=form.flag("sends"),
        recording_url=form.text("recording", most=1200, label="The link"),
        seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else None,
        status=status or None,
    )


def _screen(
    unit: Unit,
    request: Seen,
    session: Session,
    live: Live,
    channels: Channels,
    reference: str,
    *,
    form: Form | None = None,
    error: FairlineError | None = None,
) -> Response[Any]:
    case = case_at(unit, session.agent, reference)
    around = frame(unit, session)
    numbers = [
        (one.address, shown_number(one.address))
        for one in store_contacts.identities_of(unit, case.contact_id)
        if one.channel == "phone" and one.address.startswith("+") and not one.undeliverable_at
    ]
    typed = {name: (form.texts(name) or [""])[0] if form else "" for name in TYPED}
    return show_case(
        unit,
        request,
        session,
        live,
        channels,
        case.reference,
        template="desk/call.html",
        strip=call_matter(unit, around, case),
        numbers=numbers,
        has_voice=voice_of(unit, channels, case.brand_id) is not None,
        rings_at=session.agent.preferences.get("phone", ""),
        outcomes=[(one, OUTCOMES[one]) for one in ENDS],
        typed_call=typed | {"sends": bool(form and form.flag("sends"))},
        call_error=error,
        call_field=getattr(error, "field", ""),
        status=error.status if error else 200,
        key=new_token(),
    )


def _group(strip: Any) -> str:
    if strip.caller or strip.call.state == "calling":
        return "calling"
    return {"late": "missed", "risk": "now", "": "later"}[strip.tone]


def _to(case: Case, more: str = "") -> Response[Any]:
    return Redirect(f"/desk/cases/{case.reference}{more}", status_code=303)


ROUTES: list[Any] = [calls_page, call_screen, start, finish, keep]
