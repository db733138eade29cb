"""Server-sent events for outside viewers: signals only, never words.

A signal says which part of a page is stale; the page then asks for that part, which checks again
who may see it. So nothing can leak through a stream, however long it has been open.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.response import ServerSentEvent

from fairline.board.public_view import public_case
from fairline.board.rates import network_of
from fairline.board.sites import find_site
from fairline.board.viewer import Viewer, open_thread
from fairline.cases import timeline
from fairline.core.errors import Invalid, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.place import MOVERS
from fairline.line.standing import is_waiting
from fairline.people import store as people
from fairline.web.handle import reads
from fairline.web.live import Happening, Live
from fairline.web.whispers import Whisper

# At most one word about the line in this time; the viewer looks again once it is over.
PLACE_EVERY_S = 3.0
# And together the viewers of a process ask for no more than so many places in a second.
PLACES_A_SECOND = 50

# Event kind -> the part of a thread that it makes stale.
OWN = {
    "message_received": "message",
    "message_sent": "message",
    "message_edited": "message",
    "message_hidden": "message",
    "visibility_changed": "message",
    "personal_data_found": "message",
    "personal_data_masked": "message",
    "delivery_changed": "message",
    "address_left": "message",
    "form_closed": "status",
    "form_wiped": "status",
    "address_confirmed": "message",
    "link_revoked": "status",
    "case_reopened": "status",
    "status_changed": "status",
    "kind_changed": "status",
    "severity_changed": "status",
    "promise_moved": "status",
    "brought_forward": "status",
    "put_back": "status",
    "owner_changed": "status",
    "snoozed": "status",
    "woken": "status",
    "transfer_offered": "status",
    "transfer_declined": "status",
    "transfer_withdrawn": "status",
    "transfer_expired": "status",
    "call_asked": "status",
    "call_changed": "status",
    "call_cancelled": "status",
    "call_missed": "status",
    "call_started": "status",
    "call_tried": "status",
    "call_talked": "status",
    "call_given_up": "status",
}
ON_THE_BOARD = frozenset(
    {
        "message_received",
        "message_sent",
        "message_edited",
        "message_hidden",
        "visibility_changed",
        "personal_data_found",
        "personal_data_masked",
        "status_changed",
        "case_reopened",
    }
)


def newest_cursor(unit: Unit) -> str:
    """Where a page's stream begins: right after what the page shows."""
    return timeline.newest_cursor(unit)


@reads("/t/{token:str}/stream")
def thread_stream(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    live: Live,
    since: str = "",
) -> ServerSentEvent:
    """News of one thread."""
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
        hears = thread_hears(unit, viewer)
    return live.stream(
        last_event_id=resume_from(request, since),
        wants=thread_news(viewer, live),
        hears=hears,
        whose=network_of(request, settings),
    )


@reads("/questions/stream")
def board_stream(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    live: Live,
    slug: str | None = None,
    since: str = "",
) -> ServerSentEvent:
    """News of the public list: that there is some."""
    with database.read() as unit:
        brand = find_site(unit, slug, settings).brand
    if not brand.board_open:
        raise NotFound("There is no public board here.")

    def wants(event: Happening) -> dict[str, Any] | None:
        if event.brand_id != brand.id or event.kind not in ON_THE_BOARD:
            return None
        return {"event": "list"} if _is_public(event) else None

    return live.stream(
        last_event_id=resume_from(request, since),
        wants=wants,
        whose=network_of(request, settings),
    )


@reads("/q/{reference:str}/stream")
def question_stream(
    request: Request[Any, Any, Any],
    reference: str,
    database: Database,
    settings: Settings,
    live: Live,
    slug: str | None = None,
    since: str = "",
) -> ServerSentEvent:
    """News of one public question."""
    with database.read() as unit:
        found = public_case(unit, find_site(unit, slug, settings), reference)
    if found is None:
        raise NotFound("There is no public question at this address.", code="no_question")
    case_id = found.case.id

    def wants(event: Happening) -> dict[str, Any] | None:
        if event.case_id != case_id or event.kind not in ON_THE_BOARD:
            return None
        return {"event": "message"} if _is_public(event) else None

    return live.stream(
        last_event_id=resume_from(request, since),
        wants=wants,
        whose=network_of(request, settings),
    )


def place_every_s(watchers: int) -> float:
    """How often one viewer is told of the line: the less often, the more there are."""
    return max(PLACE_EVERY_S, watchers / PLACES_A_SECOND)


def thread_news(
    viewer: Viewer, live: Live | None = None
) -> Callable[[Happening], dict[str, Any] | None]:
    """What of all that happens concerns the holder of this link."""
    case, brand_id = viewer.case, viewer.case.brand_id
    waits = is_waiting(case)
    told_at_s = float("-inf")

    def wants(event: Happening) -> dict[str, Any] | None:
        nonlocal waits, told_at_s
        if event.case_id == case.id:
            part = OWN.get(event.kind)
            if event.kind == "status_changed":
                waits = event.data.get("to") in {"new", "open"}
            elif event.kind in {"message_received", "case_reopened"}:
                waits = True
            return {"event": part} if part else None
        if not waits or event.brand_id != brand_id or event.kind not in MOVERS:
            return None
        every_s = place_every_s(live.watchers if live else 1)
        if time.monotonic() - told_at_s < every_s:
            return None
        told_at_s = time.monotonic()
        told: dict[str, Any] = {"event": "place", "again_s": every_s + 1}
        if every_s > PLACE_EVERY_S:
            told["after_s"] = round(random.uniform(0, every_s), 2)  # noqa: S311  spread, not secret
        return told

    return wants


def resume_from(request: Request[Any, Any, Any], since: str) -> str:
    """The cursor a reader names, if it is one of ours."""
    cursor = request.headers.get("last-event-id", "") or since
    try:
        timeline.parse_cursor(cursor)
    except Invalid:
        return ""
    return cursor


def thread_hears(unit: Unit, viewer: Viewer) -> Callable[[Whisper], dict[str, Any] | None]:
    """Lets through that an agent is writing an answer; never that somebody writes a note."""
    case_id = viewer.case.id
    names = {agent.id: agent.shown_name for agent in people.all_agents(unit)}

    def hears(whisper: Whisper) -> dict[str, Any] | None:
        if whisper.case_id != case_id or whisper.who == "customer" or whisper.who not in names:
            return None
        is_writing = whisper.state == "typing" and whisper.mode in {"private", "public"}
        if whisper.state == "typing" and not is_writing:
            return None
        return {"event": "typing", "name": names[whisper.who] if is_writing else ""}

    return hears


def _is_public(event: Happening) -> bool:
    """Messages say whether they are public; all else is about what is public already."""
    return bool(event.data.get("visibility", "public") == "public")
