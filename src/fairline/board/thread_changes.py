"""What the holder of a secret link can do on the thread: say more, change, show, leave an address.

Each is one form without JavaScript; what cannot be done comes back on the page with what was typed.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.board.ask import (
    checked_files,
    checked_mail,
    checked_text,
    leave,
    native_id_of,
)
from fairline.board.frames import SECRET, see_other
from fairline.board.rates import limit, network_of
from fairline.board.sites import thread_inbox
from fairline.board.thread import Typed, draw
from fairline.board.viewer import Viewer, open_as_customer, open_thread
from fairline.cases import store
from fairline.cases.addresses import drop_address
from fairline.cases.cautions import check_public
from fairline.cases.changes import get_case, set_severity, set_status
from fairline.cases.editing import (
    edit_message,
    get_message,
    set_case_visibility,
    set_visibility,
)
from fairline.cases.files import MAX_FILES
from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.links import issue
from fairline.cases.states import OFF_THE_LINE
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, FairlineError, Invalid, NotAllowed, NotFound, TooMany
from fairline.core.ids import new_id
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people.contacts import resolve, unite
from fairline.web.forms import Form
from fairline.web.handle import writes
from fairline.web.live import Live
from fairline.web.whispers import Whisper


def say(
    unit: Unit,
    viewer: Viewer,
    text: str,
    *,
    files: tuple[InboundFile, ...] = (),
    is_public: bool = False,
    key: str = "",
) -> None:
    """Add words to the thread. Reopens a case that has ended. Raises Invalid."""
    if len(files) > MAX_FILES:
        raise Invalid(f"At most {MAX_FILES} files fit on one message.", field="files")
    text = checked_text(text, files)
    if is_public and viewer.case.is_public:
        check_public(unit, viewer.me.contact_id)
    inbound = Inbound(
        native_id=native_id_of(key and f"{viewer.case.id} {key}", text),
        author=Author(
            channel=viewer.me.channel,
            address=viewer.me.address,
            name=viewer.me.name,
            # A link to a mail address was only ever sent to that address.
            verified=viewer.me.channel != "web",
        ),
        text=text,
        is_public=is_public and viewer.is_customer,
        files=files,
    )
    receive(unit, thread_inbox(unit, viewer.site, viewer.case), inbound, joins=viewer.case.id)


@writes("/t/{token:str}/reply")
def reply(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """Say more, with files."""

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_thread(unit, token, settings)
        limit(unit, "reply", network_of(request, settings))
        say(
            unit,
            viewer,
            form.text("text"),
            files=checked_files(form.files("files"), settings),
            is_public=form.text("visibility", most=50) == "public",
            key=form.text("key", most=100),
        )
        return "sent", "end"

    typed = Typed(reply=_raw(form, "text"), error_at="reply")
    return _answered(token, database, settings, change, typed)


@writes("/t/{token:str}/messages/{message_id:uuid}/edit")
def edit(
    request: Request[Any, Any, Any],
    token: str,
    message_id: UUID,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """Change one's own words."""
    own_id = str(message_id)

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        _own(unit, viewer, own_id)
        if get_message(unit, own_id).visibility == "public":
            check_public(unit, viewer.me.contact_id)
        after = edit_message(unit, own_id, checked_text(form.text("text"), ()), by=viewer.actor)
        return "guarded" if after.is_guarded else "edited", f"m-{own_id}"

    typed = Typed(edit_id=own_id, edit=_raw(form, "text"), error_at="edit")
    return _answered(token, database, settings, change, typed)


@writes("/t/{token:str}/messages/{message_id:uuid}/visibility")
def show_message(
    request: Request[Any, Any, Any],
    token: str,
    message_id: UUID,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """Let everybody read one's own message, or take it back."""
    own_id = str(message_id)

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        _own(unit, viewer, own_id)
        wanted = form.text("to", most=20)
        _board_must_be_open(viewer, wanted)
        if wanted == "public":
            check_public(unit, viewer.me.contact_id)
        if wanted == "public" and not viewer.case.is_public:
            raise Conflict("Make the thread public first; then choose what of it is shown.")
        after = set_visibility(unit, own_id, wanted, by=viewer.actor)
        return "guarded" if after.is_guarded else wanted, f"m-{own_id}"

    return _answered(token, database, settings, change, Typed())


@writes("/t/{token:str}/visibility")
def show_case(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """Put the whole thread on the board, or take it off."""

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        wanted = form.text("to", most=20)
        if wanted not in {"public", "private"}:
            raise Invalid("Choose public or private.", field="to")
        _board_must_be_open(viewer, wanted)
        if wanted == "public":
            check_public(unit, viewer.me.contact_id)
        is_public = wanted == "public"
        case = set_case_visibility(unit, viewer.case.id, is_public=is_public, by=viewer.actor)
        if is_public and "guard" in get_case(unit, case.id).matters:
            return "guarded", "messages"
        return wanted, "who"

    return _answered(token, database, settings, change, Typed())


@writes("/t/{token:str}/addresses")
def add_address(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[str]:
    """Let answers also come by mail."""

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        if not viewer.site.can_mail:
            raise Conflict("Mail cannot be sent from here. Keep the address of this page.")
        mail = checked_mail(channels, viewer.site, form.text("mail", most=500))
        is_mailed = leave(unit, viewer.case, mail, by=viewer.actor)
        return "left" if is_mailed else "left-quietly", "addresses"

    typed = Typed(mail=_raw(form, "mail"), error_at="mail")
    return _answered(token, database, settings, change, typed)


@writes("/t/{token:str}/addresses/{identity_id:uuid}/remove")
def remove_address(
    request: Request[Any, Any, Any],
    token: str,
    identity_id: UUID,
    database: Database,
    settings: Settings,
) -> Response[str]:
    """No more mail to one address of the customer."""
    wanted, own_token = str(identity_id), token

    def change(unit: Unit) -> tuple[str, str]:
        nonlocal own_token
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        found = next((p for p in viewer.people if p.identity_id == wanted), None)
        if found is None or found.channel == "web" or found.role != "customer":
            raise NotFound("That address is not on this thread.", code="no_identity")
        if found.identity_id == viewer.me.identity_id:
            own_token = issue_to_browser(unit, viewer)
        drop_address(unit, viewer.case, wanted)
        return "removed", "addresses"

    answer = _answered(token, database, settings, change, Typed(error_at="mail"))
    if own_token != token and answer.status_code == 303:
        return see_other(f"/t/{own_token}?done=removed#addresses", headers=SECRET)
    return answer


def issue_to_browser(unit: Unit, viewer: Viewer) -> str:
    """A link for this browser itself, so that who wants no more mail is not locked out."""
    browser = resolve(unit, viewer.case.brand_id, "web", new_id(), name=viewer.me.name)
    unite(unit, browser, viewer.me.contact_id)
    store.add_participant(unit, viewer.case.id, browser.id, "customer", confirmed=True)
    return issue(unit, viewer.case, browser.id)


@writes("/t/{token:str}/solved")
def solved(
    request: Request[Any, Any, Any], token: str, database: Database, settings: Settings
) -> Response[str]:
    """The customer says that it is done."""

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        if not viewer.case.is_ended:
            set_status(unit, viewer.case, "solved", by=viewer.actor, reason="customer_said_so")
        return "solved", "place"

    return _answered(token, database, settings, change, Typed())


@writes("/t/{token:str}/need")
def need(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """The customer says how pressing it is, or that it has become so."""

    def change(unit: Unit) -> tuple[str, str]:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        if viewer.case.is_ended or viewer.case.kind in OFF_THE_LINE:
            raise Conflict("Nothing of this waits for an answer. Write again to open it.")
        wanted, reason = form.text("need", most=50), "declared by the customer"
        set_severity(unit, viewer.case, wanted, by=viewer.actor, reason=reason)
        return "need", "place"

    return _answered(token, database, settings, change, Typed())


@writes("/t/{token:str}/typing", status_code=204)
def typing(token: str, database: Database, settings: Settings, live: Live) -> None:
    """Agents see that the customer is writing. Nothing is stored."""
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    live.whisper(writing(viewer, live))


def writing(viewer: Viewer, live: Live) -> Whisper:
    """That the holder of a link is writing."""
    return Whisper(
        kind="presence",
        case_id=viewer.case.id,
        who="customer",
        name=viewer.me.name or "The customer",
        state="typing",
        origin=live.presence.origin,
    )


def _answered(
    token: str,
    database: Database,
    settings: Settings,
    change: Callable[[Unit], tuple[str, str]],
    typed: Typed,
) -> Response[str]:
    """Make the change and lead back to the page, or show the page with what was wrong."""
    try:
        with database.write() as unit:
            done, anchor = change(unit)
    except (Invalid, Conflict, NotAllowed, TooMany) as error:
        return _shown_again(token, database, settings, typed, error)
    return see_other(f"/t/{token}?done={done}#{anchor}", headers=SECRET)


def _shown_again(
    token: str, database: Database, settings: Settings, typed: Typed, error: FairlineError
) -> Response[str]:
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    shown = Typed(
        reply=typed.reply,
        mail=typed.mail,
        edit_id=typed.edit_id,
        edit=typed.edit,
        error=error,
        error_at=typed.error_at,
    )
    return draw(database, viewer, shown, status=error.status)


def _own(unit: Unit, viewer: Viewer, message_id: str) -> None:
    """Raises NotFound for a message of another case, NotAllowed for somebody else's words."""
    message = get_message(unit, message_id)
    if message.case_id != viewer.case.id or message.direction == "note":
        raise NotFound("There is no such message.", code="no_message")
    if message.direction != "inbound" or message.identity_id not in viewer.own_identities:
        raise NotAllowed("Only its author can change a message.")
    if message.hidden_at and not message.is_guarded:
        raise Conflict("This message was taken down and cannot be changed.")


def _board_must_be_open(viewer: Viewer, wanted: str) -> None:
    if wanted == "public" and not viewer.site.brand.board_open:
        raise Conflict("There is no public board here.")


def _raw(form: Form, name: str) -> str:
    """What was typed, unchecked."""
    return (form.texts(name) or [""])[0]
