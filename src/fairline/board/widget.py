"""The widget's JSON endpoints: ask and follow from any site that the inbox allows.

The secret link's token comes in the Authorization header, never in an address; there are no
cookies. `widget_door.py` has judged the calling site before anything here runs.
"""

from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, route
from litestar.response import ServerSentEvent

from fairline.board.ask import Question, ask, checked_files
from fairline.board.place_words import PlaceWords, expected_words
from fairline.board.rates import limit, network_of
from fairline.board.sites import Site, site_of
from fairline.board.streams import newest_cursor, resume_from, thread_hears, thread_news
from fairline.board.thread_changes import say, writing
from fairline.board.thread_view import Said, Thread, thread_of
from fairline.board.viewer import Viewer, note_visit, open_thread
from fairline.channels.inboxes import get_inbox
from fairline.channels.ingest import inbox_ref
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.place import facts
from fairline.people.setup import get_brand
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.live import Live
from fairline.web.render import iso

PATHS = ("config", "cases", "case", "case/messages", "case/files", "case/stream", "case/typing")


Body = TypeVar("Body")


class Wanted(msgspec.Struct):
    """The body of `POST cases`."""

    text: str
    name: str = ""
    mail: str = ""
    kind: str = ""
    is_public: bool = False
    page_url: str = ""
    key: str = ""


class Words(msgspec.Struct):
    """The body of `POST case/messages`."""

    text: str
    key: str = ""


@route([f"/{path}" for path in PATHS], http_method="OPTIONS", sync_to_thread=False)
def preflight() -> None:
    """Answered by the door; here so that the paths take the method."""


@reads("/config")
def config(inbox_id: UUID, database: Database, settings: Settings) -> dict[str, Any]:
    """How the bubble looks and what it may promise."""
    with database.read() as unit:
        site = _site(unit, inbox_id, settings)
        found = facts(unit, site.brand.id)
        expected = expected_words(found, unit.now)
    return {
        "brand": site.brand.name,
        "accent": site.brand.accent,
        "greeting": site.brand.greeting,
        "language": site.brand.language,
        "expected": f"Answering in {expected}" if expected else "",
        "can_mail": site.can_mail,
        "board": site.absolute + "/",
    }


@writes("/cases", status_code=201)
def open_case(
    request: Request[Any, Any, Any],
    inbox_id: UUID,
    body: bytes,
    database: Database,
    settings: Settings,
    channels: Channels,
) -> dict[str, Any]:
    """Ask. *Effects*: as on the board."""
    wanted = _read(body, Wanted)
    with database.write() as unit:
        site = _site(unit, inbox_id, settings)
        limit(unit, "ask", network_of(request, settings))
        question = Question(
            text=wanted.text,
            name=wanted.name,
            mail=wanted.mail,
            kind=wanted.kind,
            is_public=wanted.is_public,
            key=wanted.key or request.headers.get("idempotency-key", ""),
            page_url=wanted.page_url,
            held=_held(request),
        )
        asked = ask(unit, site, channels, question)
        viewer = open_thread(unit, asked.token, settings)
        place = thread_of(unit, viewer).place
    return {
        "reference": asked.case.reference,
        "token": asked.token,
        "url": f"{settings.public_url}/t/{asked.token}",
        "place": _place(place),
    }


@reads("/case")
def case(
    request: Request[Any, Any, Any], inbox_id: UUID, database: Database, settings: Settings
) -> dict[str, Any]:
    """The thread as its customer sees it."""
    viewer = _viewer(request, inbox_id, database, settings)
    viewer = note_visit(database, viewer, settings)
    with database.read() as unit:
        thread = thread_of(unit, viewer)
        cursor = newest_cursor(unit)
    return _thread(viewer, thread, cursor)


@writes("/case/messages", status_code=201)
def add_message(
    request: Request[Any, Any, Any],
    inbox_id: UUID,
    body: bytes,
    database: Database,
    settings: Settings,
) -> dict[str, Any]:
    """Say more."""
    words = _read(body, Words)
    _viewer(request, inbox_id, database, settings)
    with database.write() as unit:
        viewer = open_thread(unit, _token(request), settings)
        limit(unit, "reply", network_of(request, settings))
        key = words.key or request.headers.get("idempotency-key", "")
        say(unit, viewer, words.text, key=key)
    return _now(database, settings, _token(request))


@writes("/case/files", status_code=201)
def add_files(
    request: Request[Any, Any, Any],
    inbox_id: UUID,
    database: Database,
    settings: Settings,
    form: Form,
) -> dict[str, Any]:
    """Send files, with words or without."""
    _viewer(request, inbox_id, database, settings)
    files = checked_files([*form.files("files"), *form.files("file")], settings)
    if not files:
        raise Invalid("Choose a file first.", code="empty", field="files")
    with database.write() as unit:
        viewer = open_thread(unit, _token(request), settings)
        limit(unit, "reply", network_of(request, settings))
        say(unit, viewer, form.text("text"), files=files, key=form.text("key", most=100))
    return _now(database, settings, _token(request))


@writes("/case/typing", status_code=204)
def typing(
    request: Request[Any, Any, Any],
    inbox_id: UUID,
    database: Database,
    settings: Settings,
    live: Live,
) -> None:
    """Agents see that the customer is writing."""
    viewer = _viewer(request, inbox_id, database, settings)
    live.whisper(writing(viewer, live))


@reads("/case/stream")
def stream(
    request: Request[Any, Any, Any],
    inbox_id: UUID,
    database: Database,
    settings: Settings,
    live: Live,
    since: str = "",
) -> ServerSentEvent:
    """Signals `message`, `place`, `status` and `typing`: fetch `case` again."""
    viewer = _viewer(request, inbox_id, database, settings)
    with database.read() as unit:
        hears = thread_hears(unit, viewer)
    return live.stream(
        last_event_id=resume_from(request, since),
        wants=thread_news(viewer, live),
        hears=hears,
        whose=network_of(request, settings),
    )


def _site(unit: Unit, inbox_id: UUID, settings: Settings) -> Site:
    """The board of the widget's inbox, taking questions through that inbox while it is active."""
    inbox = get_inbox(unit, str(inbox_id))
    site = site_of(unit, get_brand(unit, inbox.brand_id), settings)
    ref = inbox_ref(unit, inbox) if inbox.state == "active" else None
    return msgspec.structs.replace(site, inbox=ref)


def _held(request: Request[Any, Any, Any]) -> str:
    """The token of the thread that was shown before this question, or ''."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip()[:64] if kind.lower() == "bearer" else ""


def _token(request: Request[Any, Any, Any]) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotFound("Send the thread's token as a bearer token.", code="no_link")
    return token.strip()


def _viewer(
    request: Request[Any, Any, Any], inbox_id: UUID, database: Database, settings: Settings
) -> Viewer:
    """Raises NotFound for a link that opens nothing, or a case of another brand."""
    with database.read() as unit:
        viewer = open_thread(unit, _token(request), settings)
        if viewer.case.brand_id != get_inbox(unit, str(inbox_id)).brand_id:
            raise NotFound("This link does not open anything (any more).", code="no_link")
    return viewer


def _read(body: bytes, shape: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Invalid(f"That is not right: {error}", code="bad_json") from error
    except msgspec.DecodeError as error:
        raise Invalid("The body is not JSON.", code="bad_json") from error


def _now(database: Database, settings: Settings, token: str) -> dict[str, Any]:
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
        return _thread(viewer, thread_of(unit, viewer), newest_cursor(unit))


def _thread(viewer: Viewer, thread: Thread, cursor: str) -> dict[str, Any]:
    return {
        "reference": viewer.case.reference,
        "subject": thread.title,
        "status": viewer.case.status,
        "state": thread.state,
        "owner": thread.owner_name,
        "place": _place(thread.place),
        "messages": [_message(viewer, said) for said in thread.messages],
        "url": viewer.site.public_url + viewer.url,
        "cursor": cursor,
    }


def _place(place: PlaceWords | None) -> dict[str, Any] | None:
    if place is None:
        return None
    expected = f"Expect an answer {place.expected}. " if place.expected else ""
    return {
        "position": place.number,
        "headline": place.headline,
        "low": iso(place.low) if place.low else None,
        "high": iso(place.high) if place.high else None,
        "due_at": iso(place.due_at),
        "text": f"{place.headline}. {expected}{place.promise}",
    }


def _message(viewer: Viewer, said: Said) -> dict[str, Any]:
    files = f"{viewer.site.public_url}{viewer.url}/files"
    return {
        "id": said.id,
        "from": "us" if said.is_ours else "you",
        "author": said.author,
        "text": said.text or (f"Taken down: {said.hidden_reason}" if said.is_hidden else ""),
        "html": said.html,
        "at": iso(said.at),
        "edited_at": iso(said.edited_at) if said.edited_at else None,
        "is_notice": said.is_notice,
        "is_public": said.visibility == "public" and not said.guarded,
        "trouble": said.trouble
        or (
            f"We found {said.guarded} in this, so only you and we can read it."
            if said.guarded
            else ""
        ),
        "files": [
            {
                "name": file.name,
                "size": file.size_bytes,
                "url": f"{files}/{file.id}/{quote(file.name, safe='')}",
            }
            for file in said.files
        ],
    }
