"""Going on in private from a public answer: by its link (`/c/…`), before and up to the proof.

Looking binds nothing, so previews and scanners do no harm; the button does. What is read before
the proof is public anyway, or was said in this very browser.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response

from fairline.board.ask import checked_text, native_id_of
from fairline.board.frames import SECRET, see_other, show
from fairline.board.public_view import Spoken, spoken_in
from fairline.board.rates import limit, network_of
from fairline.board.sites import Site, site_of_case, thread_inbox
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound
from fairline.cases.rows import Case, Message
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound, TooMany
from fairline.core.ids import hash_token, new_token
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.continuation import courier, opening
from fairline.handoff.continuation.offering import agent_of
from fairline.handoff.continuation.proving import check_digits, confirm
from fairline.handoff.continuation.tables import Continuation
from fairline.handoff.continuation.ways_to_prove import MAIL, POST, can_write_to_speaker
from fairline.people import store_contacts
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

COOKIE = "fairline_go_on"
KEPT_S = 7 * 24 * 3600
WRONG = (
    "These digits are not right, or not any more. They count in the browser that asked for them, "
    "for half an hour, and for five tries."
)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. `state`: fresh, here, elsewhere, known (confirmed, in this browser)."""

    state: str
    agent: str
    case: Case
    public: tuple[Spoken, ...]
    said: tuple[Message, ...]
    ways: tuple[tuple[str, str], ...]


@reads("/c/{token:str}")
def way_in(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    done: str = "",
) -> Response[str]:
    """The page. Changes nothing, whoever looks."""
    return _draw(request, token, database, settings, channels, done=done)


@writes("/c/{token:str}/open")
def open_here(
    request: Request[Any, Any, Any], token: str, database: Database, settings: Settings
) -> Response[str]:
    """Go on in this browser, and in no other until it is confirmed."""
    browser = browser_of(request)
    with database.write() as unit:
        limit(unit, "go-on", network_of(request, settings))
        found = opening.find_link(unit, token, lock=True)
        if found.confirmed_at and opening.is_bound_to(found, browser):
            return see_other(f"/t/{opening.way_back(unit, found)}", headers=SECRET)
        opening.open_here(unit, found, browser)
    return remember(see_other(f"/c/{token}", headers=SECRET), settings, browser)


@writes("/c/{token:str}/say")
def say(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[str]:
    """Write at once; agents see that it is not confirmed."""

    def change(unit: Unit, found: Continuation) -> str:
        speaker = store_contacts.identity_by_id(unit, found.speaker_id or "")
        if speaker is None or not opening.is_bound_to(found, browser_of(request)):
            raise NotFound("This is open in another browser.", code="no_link")
        text = checked_text(form.text("text"), ())
        case = get_case(unit, found.case_id)
        inbound = Inbound(
            native_id=native_id_of(f"{found.id} {form.text('key', most=100)}", text),
            author=Author(channel="web", address=speaker.address),
            text=text,
        )
        inbox = thread_inbox(unit, site_of_case(unit, case, settings), case)
        opening.say(unit, inbox, found, speaker.address, inbound)
        return "said"

    typed = (form.texts("text") or [""])[0]
    return _changed(request, token, database, settings, channels, change, typed=typed)


@writes("/c/{token:str}/digits")
def ask_digits(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[str]:
    """Have six digits sent to where only the customer reads them."""
    browser = browser_of(request)

    def change(unit: Unit, found: Continuation) -> str:
        way = checked_way(form)
        limit(unit, "continue", f"{found.brand_id}:{network_of(request, settings)}")
        courier.ask(unit, found.brand_id, token, browser, way)
        return "digits"

    answer = _changed(request, token, database, settings, channels, change)
    return remember(answer, settings, browser)


@writes("/c/{token:str}/check")
def check(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    keyring: Keyring,
    form: Form,
) -> Response[str]:
    """The digits: right ones lead to the thread itself."""
    try:
        with database.write() as unit:
            found = opening.find_link(unit, token, lock=True)
            limit(unit, "continue", f"{found.brand_id}:{network_of(request, settings)}")
            thread = prove(unit, keyring, found, browser_of(request), form)
    except TooMany as error:
        return _draw(request, token, database, settings, channels, done="digits", error=error)
    if thread:
        return see_other(thread, headers=SECRET)
    wrong = Invalid(WRONG, code="wrong_digits", field="digits")
    return _draw(request, token, database, settings, channels, done="digits", error=wrong)


def prove(
    unit: Unit, keyring: Keyring, found: Continuation | None, browser: str, form: Form
) -> str:
    """Where right digits lead; '' for wrong ones. The try is counted when the unit commits."""
    typed = (form.texts("digits") or [""])[0][:40]
    proof = check_digits(unit, keyring, found, hash_token(browser), typed)
    return f"/t/{confirm(unit, found, proof)}" if found and proof else ""


def checked_way(form: Form) -> str:
    """Where the digits are to go. Raises Invalid."""
    way = form.text("way", most=10) or POST
    if way not in {POST, MAIL}:
        raise Invalid("Choose where the digits are sent.", field="way")
    return way


def browser_of(request: Request[Any, Any, Any]) -> str:
    """What this browser's cookie holds; something new for one without."""
    held = request.cookies.get(COOKIE, "")
    return held if 16 <= len(held) <= 64 else new_token()


def remember(response: Response[str], settings: Settings, browser: str) -> Response[str]:
    """Let this browser be known again. Lax: a link on another site still leads here with it, a form
    on another site is sent without.
    """
    response.set_cookie(
        COOKIE,
        browser,
        max_age=KEPT_S,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https://"),
    )
    return response


def _changed(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    change: Callable[[Unit, Continuation], str],
    *,
    typed: str = "",
) -> Response[str]:
    try:
        with database.write() as unit:
            limit(unit, "go-on", network_of(request, settings))
            done = change(unit, opening.find_link(unit, token, lock=True))
    except (Invalid, Conflict, TooMany) as error:
        return _draw(request, token, database, settings, channels, error=error, typed=typed)
    return see_other(f"/c/{token}?done={done}#go-on", headers=SECRET)


def _draw(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    *,
    done: str = "",
    error: FairlineError | None = None,
    typed: str = "",
) -> Response[str]:
    with database.read() as unit:
        found = opening.find_link(unit, token)
        case = get_case(unit, found.case_id)
        site = site_of_case(unit, case, settings)
        room = _room(unit, channels, site, case, found, browser_of(request))
    headers = dict(SECRET)
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    return show(
        "board/continuing.html",
        site,
        status=error.status if error else 200,
        headers=headers,
        room=room,
        url=f"/c/{token}",
        done=done if done in {"said", "digits"} else "",
        error=error,
        error_field=getattr(error, "field", ""),
        typed=typed,
        key=new_token(),
    )


def _room(
    unit: Unit, channels: Channels, site: Site, case: Case, found: Continuation, browser: str
) -> Room:
    is_here = opening.is_bound_to(found, browser)
    state = "here" if is_here else "elsewhere" if found.browser_hash else "fresh"
    if is_here and found.confirmed_at:
        state = "known"
    speaker = store_contacts.identity_by_id(unit, found.identity_id)
    ways: list[tuple[str, str]] = []
    if speaker and can_write_to_speaker(unit, channels, case, speaker):
        label = channels.of_kind(speaker.channel).label
        ways.append((POST, f"By private message on {label}, to the account that asked"))
    if site.can_mail:
        ways.append((MAIL, "By e-mail, to the address we know of you, if we know one"))
    return Room(
        state=state,
        agent=agent_of(unit, found) or site.brand.name,
        case=case,
        public=spoken_in(unit, site, case),
        said=tuple(opening.said_here(unit, found)) if state == "here" else (),
        ways=tuple(ways),
    )
