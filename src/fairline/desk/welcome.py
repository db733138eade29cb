"""Signing in and out, and the first run: the only desk pages that need no session."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases.actions import actor_of
from fairline.cases.timeline import record
from fairline.channels.inboxes import create_inbox
from fairline.channels.registry import Channels
from fairline.core.clock import now
from fairline.core.errors import FairlineError, Invalid, NotAllowed, TooMany
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import SIGN_IN, Session, cookie_name, local_path, set_cookie
from fairline.people import first_run, sessions
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.signin import sign_in
from fairline.people.staff import create_agent
from fairline.people.tables import Agent
from fairline.web import limits
from fairline.web.forms import Form
from fairline.web.guard import client_address
from fairline.web.handle import reads, writes
from fairline.web.render import page


@reads("/desk/sign-in", include_in_schema=False)
def sign_in_page(
    request: Request[Any, Any, Any], database: Database, settings: Settings
) -> Response[Any]:
    """The form; whoever is signed in already goes on."""
    wanted = local_path(request.query_params.get("next", ""))
    with database.read() as unit:
        if first_run.is_fresh(unit):
            return Redirect("/desk/set-up", status_code=303)
        if sessions.find_session(unit, request.cookies.get(cookie_name(settings), "")):
            return Redirect(wanted, status_code=303)
        return _sign_in_form(unit, wanted=wanted)


@writes("/desk/sign-in", include_in_schema=False)
def sign_in_now(
    request: Request[Any, Any, Any], database: Database, settings: Settings, form: Form
) -> Response[Any]:
    """Start a session. What was typed stays, except the password."""
    email = form.text("email", most=254, label="The address")
    wanted = local_path(form.text("next", most=2000))
    address = client_address(request, settings.trusted_proxies)
    try:
        agent, token = sign_in(
            database,
            email,
            form.text("password", most=500, label="The password"),
            address=address,
            browser=request.headers.get("user-agent", ""),
        )
    except (NotAllowed, TooMany) as error:
        with database.read() as unit:
            return _sign_in_form(unit, wanted=wanted, email=email, error=error)
    with database.write() as unit:
        record(unit, "agent_signed_in", by=actor_of(agent), data={"agent_id": agent.id})
    answer = Redirect(wanted, status_code=303)
    set_cookie(answer, settings, token)
    return answer


@writes("/desk/sign-out")
def sign_out(session: Session, database: Database, settings: Settings) -> Response[Any]:
    """End this browser's session. Mounted behind the guard."""
    with database.write() as unit:
        sessions.end_session(unit, session.id)
    answer = Redirect(SIGN_IN, status_code=303)
    set_cookie(answer, settings, "")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@reads("/desk/set-up", include_in_schema=False)
def set_up_page(request: Request[Any, Any, Any], database: Database) -> Response[Any]:
    """The first page of a fresh install."""
    with database.read() as unit:
        if not first_run.is_fresh(unit):
            return Redirect("/desk", status_code=303)
    return _set_up_form({"code": request.query_params.get("code", "")[:20]})


@writes("/desk/set-up", include_in_schema=False)
def set_up_now(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Make the brand, its board and the first administrator, and sign them in."""
    names = ("code", "brand", "name", "email", "time_zone")
    typed = {name: form.text(name, most=300, label="What you typed") for name in names}
    address = client_address(request, settings.trusted_proxies)
    with database.read() as unit:
        if not first_run.is_fresh(unit):
            return Redirect(SIGN_IN, status_code=303)
    try:
        with database.write() as unit:
            limits.take(unit, f"set-up:{address}", most=10, per_s=600)
        first_run.check_setup_code(settings.folder, typed["code"])
        with database.write() as unit:
            if not first_run.is_fresh(unit):
                return Redirect(SIGN_IN, status_code=303)
            agent = _found_company(unit, channels, typed, form.text("password", most=500))
            browser = request.headers.get("user-agent", "")
            token = sessions.start_session(unit, agent.id, address=address, browser=browser)
    except FairlineError as error:
        return _set_up_form(typed, error)
    first_run.forget_setup_code(settings.folder)
    answer = Redirect("/desk", status_code=303)
    set_cookie(answer, settings, token)
    return answer


def _found_company(unit: Unit, channels: Channels, typed: dict[str, str], password: str) -> Agent:
    brand = create_brand(unit, name=typed["brand"], time_zone=_checked_zone(typed["time_zone"]))
    agent = create_agent(
        unit, email=typed["email"], name=typed["name"], role="administrator", password=password
    )
    create_inbox(
        unit,
        channels,
        brand_id=brand.id,
        kind="web",
        name="Board",
        address="board",
        options={},
        by=actor_of(agent),
    )
    data = {"what": "set_up", "id": brand.id}
    record(unit, "settings_changed", by=actor_of(agent), brand_id=brand.id, data=data)
    return agent


def _checked_zone(name: str) -> str:
    if not name:
        return "UTC"
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            "That is no time zone. Write it as Europe/Paris.", field="time_zone"
        ) from error


def _sign_in_form(
    unit: Unit,
    *,
    wanted: str,
    email: str = "",
    error: FairlineError | None = None,
) -> Response[Any]:
    brands = people.all_brands(unit)
    return page(
        "desk/sign_in.html",
        status=error.status if error else 200,
        headers={"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else None,
        brand=brands[0] if brands else None,
        next=wanted,
        email=email,
        error=error,
    )


def _set_up_form(typed: dict[str, str], error: FairlineError | None = None) -> Response[Any]:
    names = ("code", "brand", "name", "email", "time_zone")
    return page(
        "desk/set_up.html",
        status=error.status if error else 200,
        typed={name: typed.get(name, "") for name in names},
        error=error,
        field="code" if isinstance(error, NotAllowed) else getattr(error, "field", ""),
        year=now().year,
    )


ROUTES = [sign_in_page, sign_in_now, set_up_page, set_up_now]
