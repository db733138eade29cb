"""Handing a case over at the desk: the form with its summary, the strip, and the answers to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store_messages
from fairline.cases.rows import Case
from fairline.core.errors import Conflict, FairlineError, Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import Frame, desk_page, frame
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.transfers import store
from fairline.handoff.transfers.handing_over import accept, decline, may_answer, offer, withdraw
from fairline.handoff.transfers.rows import Transfer
from fairline.handoff.transfers.summary import draft_of
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

Verb = Callable[[Unit, Case, Agent, Form], object]
# Enough of the thread to tell what it is about.
READ_BACK = 100


class TransferStrip(msgspec.Struct, frozen=True, kw_only=True):
    """The offer as the case page shows it."""

    transfer: Transfer
    giver: str
    receiver: str
    may_answer: bool
    may_withdraw: bool
    until: datetime


def transfer_matter(unit: Unit, around: Frame, case: Case) -> TransferStrip | None:
    """One statement, and one more for a team's."""
    transfer = store.open_of(unit, case.id)
    if transfer is None:
        return None
    receiver = around.name_of(transfer.agent_id) or f"team {around.team_name(transfer.team_id)}"
    mine = {transfer.giver_id, case.owner_id}
    return TransferStrip(
        transfer=transfer,
        giver=around.name_of(transfer.giver_id),
        receiver=receiver,
        may_answer=may_answer(unit, transfer, around.agent),
        may_withdraw=around.agent.id in mine or around.agent.role != "agent",
        until=transfer.expires_at,
    )


@reads("/desk/cases/{reference:str}/hand-over")
def hand_over_page(
    reference: str, request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[str]:
    """The form: to whom, why, and what they must know."""
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        return _page(unit, session, case, to=request.query_params.get("to", ""))


@writes("/desk/cases/{reference:str}/hand-over")
def hand_over(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """Offer it; what cannot be taken is shown again with what was typed."""
    to = form.text("to", most=50)
    reason, summary = form.text("reason", most=2000), form.text("summary")
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference)
            kind, _, receiver = to.partition(":")
            if kind not in {"agent", "team"} or not is_id(receiver):
                raise Invalid("Choose a colleague or a team.", field="to")
            offer(
                unit,
                case.id,
                session.agent,
                to_agent=receiver if kind == "agent" else None,
                to_team=receiver if kind == "team" else None,
                summary=summary,
                reason=reason,
            )
    except (Invalid, Conflict, NotAllowed) as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _page(unit, session, case, to=to, reason=reason, summary=summary, problem=error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def _page(
    unit: Unit,
    session: Session,
    case: Case,
    *,
    to: str,
    reason: str = "",
    summary: str = "",
    problem: FairlineError | None = None,
) -> Response[str]:
    around = frame(unit, session)
    if not summary and problem is None:
        thread = store_messages.thread(unit, case.id, limit=READ_BACK)
        zone = around.zone_of(case.brand_id)
        summary = draft_of(case, thread, zone=zone, now=unit.now)
    return desk_page(
        unit,
        session,
        "desk/hand_over.html",
        status=problem.status if problem else 200,
        around=around,
        case=case,
        colleagues=[
            one for one in around.colleagues if one[0] not in {session.agent.id, case.owner_id}
        ],
        to=to,
        reason=reason,
        summary=summary,
        problem=problem,
    )


def _accept(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    accept(unit, case.id, agent)


def _decline(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    decline(unit, case.id, agent, form.text("why", most=2000, label="Why not"))


def _withdraw(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    withdraw(unit, case.id, agent)


TRANSFER_VERBS: dict[str, Verb] = {
    "take-over": _accept,
    "decline": _decline,
    "take-back": _withdraw,
}
ROUTES: list[Any] = [hand_over_page, hand_over]
