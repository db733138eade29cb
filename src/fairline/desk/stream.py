"""What happens while one looks: the stream of news, who else is here, and telling that one is.

The stream carries ids and kinds, never words: a page that hears of something fetches it again and
is judged anew. Presence is told of one case only, the one on the screen.
"""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get
from litestar.response import ServerSentEvent

from fairline.core.errors import Unavailable
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.desk.reach import case_at, reaches
from fairline.desk.session import Session
from fairline.people import store_duty
from fairline.people.duty import SHOWN_EVERY
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import writes
from fairline.web.live import Happening, Live
from fairline.web.whispers import STATES, Whisper

# Nobody at a desk needs to hear of these.
# Events that name in `mentioned` whom they call.
TELLS = frozenset(
    {"note_added", "authority_asked", "call_due", "transfer_offered", "transfer_expired"}
)
SILENT = frozenset({"link_issued", "agent_signed_in"})
MODES = ("", "private", "public", "note")
MOST_OF_AGENT = 100


@get("/desk/stream", sync_to_thread=True)
def stream(
    request: Request[Any, Any, Any], session: Session, database: Database, live: Live
) -> ServerSentEvent:
    """Server-sent events of the agent's brands; with `case=` also who is on that case."""
    case_id = ""
    if reference := request.query_params.get("case", ""):
        with database.read() as unit:
            case_id = case_at(unit, session.agent, reference).id
    last = request.headers.get("last-event-id", "") or request.query_params.get("since", "")
    return live.stream(
        last_event_id=last if _is_cursor(last) else "",
        wants=news_for(session.agent),
        hears=lambda whisper: _heard(whisper, case_id, session.agent.id),
        alive=lambda: _show(database, session),
        whose=f"agent:{session.agent.id}",
        most=MOST_OF_AGENT,
    )


def _show(database: Database, session: Session) -> None:
    """Whoever has a page open is here, also while they only read."""
    try:
        with database.write() as unit:
            if store_duty.alive(unit, session.id, before=unit.now - SHOWN_EVERY):
                store_duty.begin(unit, session.agent.id)
    except Unavailable as error:
        log.info("a browser could not be noted", error=error.text)


def news_for(agent: Agent) -> Callable[[Happening], dict[str, Any] | None]:
    """What of an event this agent is told."""

    def wants(event: Happening) -> dict[str, Any] | None:
        if event.kind in SILENT or not reaches(agent, event.brand_id):
            return None
        told: dict[str, Any] = {"case_id": event.case_id or ""}
        if message_id := event.data.get("message_id"):
            told["message_id"] = message_id
        if (actor := getattr(event, "actor_id", None)) is not None:
            told["by"] = "me" if actor == agent.id else getattr(event, "actor_kind", "")
        told["mine"] = _is_for(event, agent)
        return told

    return wants


def _is_for(event: Happening, agent: Agent) -> bool:
    """Whether it comes with a nudge for this agent."""
    if event.kind == "owner_changed":
        is_back = event.data.get("reason") == "came_back"
        by_me = getattr(event, "actor_id", "") == agent.id
        return event.data.get("to") == agent.id and not by_me and not is_back
    tells = event.kind in TELLS
    return tells and agent.id in event.data.get("mentioned", ())


def _heard(whisper: Whisper, case_id: str, agent_id: str) -> dict[str, Any] | None:
    if not case_id or whisper.case_id != case_id or whisper.who == agent_id:
        return None
    return {
        "who": whisper.who,
        "name": whisper.name,
        "state": whisper.state,
        "mode": whisper.mode,
        "case_id": case_id,
    }


@writes("/desk/cases/{reference:str}/presence")
def presence(
    reference: str, agent: Agent, database: Database, live: Live, form: Form
) -> Response[None]:
    """Tell others that one is viewing, typing (and whom it is for) or gone."""
    state = form.text("state", most=10)
    mode = form.text("mode", most=10)
    with database.read() as unit:
        case = case_at(unit, agent, reference)
    live.whisper(
        Whisper(
            kind="presence",
            case_id=case.id,
            who=agent.id,
            name=agent.name,
            state=state if state in STATES else "viewing",
            mode=mode if mode in MODES else "",
            origin=live.presence.origin,
        )
    )
    return Response(None, status_code=204)


def _is_cursor(text: str) -> bool:
    tx, dash, position = text.partition("-")
    return bool(dash) and all(
        part.isascii() and part.isdigit() and len(part) <= 18 for part in (tx, position)
    )


ROUTES: list[Any] = [stream, presence]
