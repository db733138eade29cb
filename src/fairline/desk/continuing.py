"""What an agent does about going on in private; `private_side.py` shows how it stands."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import links
from fairline.cases.actions import actor_of
from fairline.cases.rows import Case
from fairline.cases.ways import choose_way
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case import show_case
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.continuation.offering import offer, revoke, revoke_all
from fairline.handoff.continuation.status import post_status
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import writes
from fairline.web.live import Live


@writes("/desk/cases/{reference:str}/go-on")
def go_on(
    reference: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    channels: Channels,
    live: Live,
) -> Response[Any]:
    """Answer in public with the way into private, in one action."""
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            offer(unit, channels, case.id, session.agent)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return show_case(unit, request, session, live, channels, reference, problem=error)
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"/desk/cases/{case.reference}{query}", status_code=303)


def _revoke(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Let the way in lead nowhere any more."""
    wanted = form.text("way", most=36)
    if not is_id(wanted):
        raise NotFound("There is no such way in.", code="no_continuation")
    revoke(unit, case, wanted, by=actor_of(agent))


def _revoke_links(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    """All that opens the case outside: its secret links, and the ways in that were posted."""
    links.revoke_all(unit, case, by=actor_of(agent))
    revoke_all(unit, case, by=actor_of(agent))


def _status(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """A status line in public: a preset, or own words."""
    text = form.text("preset", most=200) or form.text("text", most=1000, label="The status")
    post_status(unit, case.id, agent, text)


def _answer_way(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Where answers go from now on; nothing is to all addresses."""
    wanted = form.text("identity", most=36)
    if wanted and not is_id(wanted):
        raise NotFound("That is no address of this customer.", code="no_identity")
    choose_way(unit, case, wanted or None, by=actor_of(agent))


CONTINUING_VERBS: dict[str, Callable[[Unit, Case, Agent, Form], object]] = {
    "revoke-way": _revoke,
    "revoke-links": _revoke_links,
    "public-status": _status,
    "answer-way": _answer_way,
}
ROUTES: list[Any] = [go_on]
