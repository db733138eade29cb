"""One's own profile, for everybody: name, password, browsers, shortcuts, API tokens."""

from typing import Any

from litestar import Response

from fairline.channels import staff_mail
from fairline.core.errors import Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import brands_of
from fairline.desk.session import Session
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.desk.settings.browsers import browser_name
from fairline.line import alarm_mail
from fairline.people import sessions, staff, tokens
from fairline.people import store as people
from fairline.people.signin import change_password, confirm_password
from fairline.people.tables import Agent
from fairline.web import limits
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/profile"
DAYS = (30, 90, 365, 730)
ALARM_MAILS = (
    ("none", "No mail"),
    ("at_once", "At once, at most one mail in ten minutes"),
    ("morning", "Each morning at eight"),
)


@reads(PATH)
def profile(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All of it on one page."""
    with database.read() as unit:
        return _page(unit, session, Typed(), done=done)


@writes(PATH)
def change_name(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """The name colleagues see and the one customers see."""
    given = typed(form, ("name", "public_name"))
    try:
        with database.write() as unit:
            staff.rename(
                unit, agent.id, name=given.get("name"), public_name=given.get("public_name")
            )
            note(unit, agent, "profile_changed", agent.id)
    except Invalid as error:
        with database.read() as unit:
            return _page(unit, session, given.refused(error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/password")
def change_own_password(
    database: Database, session: Session, agent: Agent, form: Form
) -> Response[Any]:
    """A new password ends all other sessions. The present one is asked for, and guesses counted."""
    current = form.text("current_password", most=500, label="Your password")
    fresh = form.text("new_password", most=500, label="The new password")
    try:
        with database.write() as unit:
            limits.take(unit, f"password:{agent.id}", most=10, per_s=900)
        with database.write() as unit:
            confirm_password(unit, agent, current)
            _check_same(fresh, form.text("again", most=500, label="The new password"))
            change_password(unit, agent.id, fresh, keep_session=session.id)
            note(unit, agent, "password_changed", agent.id)
    except Invalid as error:
        field = "new_password" if error.field == "password" else error.field
        refused = Typed(error=error.text, field=field)
        with database.read() as unit:
            return _page(unit, session, refused, status=error.status)
    return go(PATH, "password")


@writes(PATH + "/shortcuts")
def set_shortcuts(database: Database, agent: Agent, form: Form) -> Response[Any]:
    """Single-letter keys on or off (WCAG 2.1.4)."""
    with database.write() as unit:
        staff.set_preference(unit, agent.id, "shortcuts", form.flag("shortcuts"))
    return go(PATH, "saved")


@writes(PATH + "/alarms")
def set_alarm_mail(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Whether alarms come by mail as well."""
    try:
        with database.write() as unit:
            alarm_mail.choose(unit, agent, form.text(alarm_mail.PREFERENCE, most=20))
    except Invalid as error:
        with database.read() as unit:
            return _page(unit, session, Typed().refused(error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/sessions/{session_id:str}/end")
def end_one(database: Database, agent: Agent, session_id: str) -> Response[Any]:
    """Sign one of one's own browsers out."""
    with database.write() as unit:
        own = {row["id"] for row in people.sessions_of(unit, agent.id)}
        if known_id(session_id) not in own:
            raise NotFound("That browser is signed out already.", code="no_session")
        sessions.end_session(unit, session_id)
    return go(PATH, "signed_out")


@writes(PATH + "/sessions/end")
def end_others(database: Database, session: Session, agent: Agent) -> Response[Any]:
    """Sign out everywhere but here."""
    with database.write() as unit:
        sessions.end_all(unit, agent.id, but=session.id)
    return go(PATH, "signed_out")


@writes(PATH + "/tokens")
def create_token(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A token for a program, shown this once."""
    given = typed(form, ("token_name", "days", "read_only"))
    try:
        days = int(given.get("days")) if given.get("days").isdigit() else 0
        with database.write() as unit:
            token = tokens.create_token(
                unit,
                agent,
                given.get("token_name"),
                read_only=bool(given.get("read_only")),
                days=days,
            )
            note(unit, agent, "token_created", agent.id)
    except Invalid as error:
        field = "token_name" if error.field == "name" else error.field
        refused = Typed(values=given.values, error=error.text, field=field)
        with database.read() as unit:
            return _page(unit, session, refused, status=error.status)
    with database.read() as unit:
        return show(
            unit,
            session,
            "token_once.html",
            "profile",
            status=201,
            token=token,
            name=given.get("token_name"),
            read_only=bool(given.get("read_only")),
        )


@writes(PATH + "/tokens/{token_id:str}/revoke")
def revoke_token(database: Database, agent: Agent, token_id: str) -> Response[Any]:
    """The token opens nothing any more."""
    with database.write() as unit:
        tokens.revoke(unit, agent, known_id(token_id))
        note(unit, agent, "token_revoked", token_id)
    return go(PATH, "revoked")


def _check_same(fresh: str, again: str) -> None:
    if fresh != again:
        raise Invalid("The two are not the same. Type them again.", field="again")


def _page(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    agent = staff.get_agent(unit, session.agent.id)
    names = {"name": agent.name, "public_name": agent.public_name}
    present = Typed(
        values={**names, "days": "365", **given.values}, error=given.error, field=given.field
    )
    rows = people.sessions_of(unit, agent.id)
    return show(
        unit,
        session,
        "profile.html",
        "profile",
        done=done,
        status=status,
        typed=present,
        sessions=[{**row, "shown": browser_name(row["browser"])} for row in rows],
        here_id=session.id,
        tokens=people.tokens_of(unit, agent.id),
        days=DAYS,
        shortcuts=agent.preferences.get("shortcuts", True),
        alarm_mail=alarm_mail.mode_of(agent),
        alarm_mails=ALARM_MAILS,
        can_mail=any(staff_mail.sender_of(unit, brand.id) for brand in brands_of(unit, agent)),
    )


ROUTES: list[Any] = [
    profile,
    change_name,
    change_own_password,
    set_shortcuts,
    set_alarm_mail,
    end_one,
    end_others,
    create_token,
    revoke_token,
]
