"""Who is at the desk: one guard on every desk page, and what pages may ask of it.

`ROUTES` of this area hang under a router with the guard `signed_in`, so no page can forget it:
it finds the session of the cookie, refuses a write without this session's CSRF token (field `csrf`
or header `X-CSRF-Token`), and leads to sign-in otherwise. Pages take `agent: Agent` or
`session: Session`; `needs("supervisor")` is the guard for more.
"""

from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from litestar.types import Guard

from fairline.core.clock import now
from fairline.core.errors import NotAllowed
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.people import first_run, sessions
from fairline.people.tables import ROLES, Agent
from fairline.web.answers import wants_json
from fairline.web.guard import SAFE_METHODS, check_csrf, csrf_token

SIGN_IN = "/desk/sign-in"
SET_UP = "/desk/set-up"
_KEY = "fairline.desk.session"
Connection = ASGIConnection[Any, Any, Any, Any]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in browser: the agent, the id of the row, and the token its forms carry."""

    id: str
    agent: Agent
    csrf: str


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse it on plain http."""
    return "__Host-fairline" if _is_https(settings) else "fairline"


def _is_https(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def set_cookie(response: Response[Any], settings: Settings, token: str) -> None:
    """Keep the session in the browser; an empty token signs it out."""
    response.set_cookie(
        key=cookie_name(settings),
        value=token,
        max_age=int(sessions.LASTS.total_seconds()) if token else 0,
        path="/",
        secure=_is_https(settings),
        httponly=True,
        samesite="lax",
    )


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """The guard. *Effects*: lets the session's end slide."""
    office = connection.app.state["office"]
    token = connection.cookies.get(cookie_name(office.settings), "")
    found = await sync_to_thread(_find, office.database, token)
    if found is None:
        raise NotAuthorizedException
    connection.scope[_KEY] = session = Session(  # type: ignore[literal-required]
        id=found.id, agent=found.agent, csrf=csrf_token(office.keyring, found.id)
    )
    if isinstance(connection, Request) and connection.method not in SAFE_METHODS:
        await _check_csrf(connection, office.keyring, session)


def _find(database: Database, token: str) -> sessions.SessionRow | None:
    with database.read() as unit:
        found = sessions.find_session(unit, token)
    if found and sessions.is_stale(found, now()):
        with database.write() as unit:
            sessions.touch(unit, found)
    return found


async def _check_csrf(
    connection: Request[Any, Any, Any], keyring: Keyring, session: Session
) -> None:
    given = connection.headers.get("x-csrf-token", "")
    if not given:
        kind = connection.headers.get("content-type", "")
        if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
            given = str((await connection.form()).get("csrf", ""))
    check_csrf(keyring, session.id, given)


def session_of(connection: Connection) -> Session:
    """What the guard found."""
    found: Session = connection.scope[_KEY]  # type: ignore[literal-required]
    return found


async def give_session(request: Request[Any, Any, Any]) -> Session:
    """The dependency `session: Session`."""
    return session_of(request)


async def give_agent(request: Request[Any, Any, Any]) -> Agent:
    """The dependency `agent: Agent`."""
    return session_of(request).agent


def needs(role: str) -> Guard:
    """A guard for pages of supervisors (`needs("supervisor")`) or administrators only."""
    least = ROLES.index(role)

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        check_role(session_of(connection).agent, ROLES[least])

    return guard


def check_role(agent: Agent, role: str) -> None:
    """Raises NotAllowed when the agent's role is below `role`."""
    if ROLES.index(agent.role) < ROLES.index(role):
        raise NotAllowed(f"Only a {role} may do that. Ask one of yours.", code="role_needed")


def local_path(wanted: str) -> str:
    """Where to go after signing in: a path of the desk, never another site."""
    parts = urlsplit(wanted)
    clean = not (parts.scheme or parts.netloc) and "\\" not in wanted and wanted.isprintable()
    is_desk = parts.path == "/desk" or parts.path.startswith("/desk/")
    return wanted if clean and is_desk else "/desk"


def to_sign_in(request: Request[Any, Any, Any], _: NotAuthorizedException) -> Response[Any]:
    """Nobody is signed in: people are led to the page, scripts are told."""
    target = f"{SIGN_IN}?next={quote(_here(request))}"
    text = "You are signed out. Sign in again; what you typed is kept on this page."
    if wants_json(request):
        body = {"error": {"code": "not_signed_in", "text": text}}
        return Response(body, status_code=401, headers={"X-Sign-In": target})
    database: Database = request.app.state["office"].database
    with database.read() as unit:
        is_fresh = first_run.is_fresh(unit)
    return Redirect(SET_UP if is_fresh else target, status_code=303)


def _here(request: Request[Any, Any, Any]) -> str:
    if request.method not in SAFE_METHODS or request.headers.get("accept") == "text/event-stream":
        return "/desk"
    query = request.url.query
    return local_path(f"{request.url.path}?{query}" if query else request.url.path)
