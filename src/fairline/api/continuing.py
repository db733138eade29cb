"""Going on in private over the API: offer a way in, take it back, say in public how it stands."""

from typing import Any

from litestar import Request, Response

from fairline.api.access import find_case
from fairline.api.once import once
from fairline.api.routes import reads, writes
from fairline.api.shapes import (
    ContinuationList,
    ContinuationOut,
    MessageOut,
    NewContinuation,
    NewStatus,
    continuation_out,
    message_out,
)
from fairline.cases.actions import actor_of
from fairline.channels import store_deliveries
from fairline.channels.registry import Channels
from fairline.core.errors import NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.continuation import store
from fairline.handoff.continuation.offering import get_continuation, offer, revoke
from fairline.handoff.continuation.status import post_status
from fairline.people.tokens import Bearer


@reads("/cases/{reference:str}/continuations", tags=["Messages"])
def list_continuations(database: Database, bearer: Bearer, reference: str) -> ContinuationList:
    """The ways from a public answer into the private side of the case, newest first. Never the
    link or the code themselves.
    """
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        found = store.of_case(unit, case.id, most=50)
    return ContinuationList(continuations=[continuation_out(one) for one in found])


@writes("/cases/{reference:str}/continuations", tags=["Messages"])
def go_on(
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    bearer: Bearer,
    reference: str,
    data: NewContinuation,
) -> Response[ContinuationOut]:
    """Answer in public and go on in private. Earlier ways that nobody confirmed are revoked."""

    def work(unit: Unit) -> ContinuationOut:
        case = find_case(unit, bearer.agent, reference)
        offered = offer(
            unit,
            channels,
            case.id,
            bearer.agent,
            data.text,
            form=data.form,
            status=data.status or None,
            after_message_id=data.after_message_id or None,
        )
        return continuation_out(offered.continuation)

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes(
    "/cases/{reference:str}/continuations/{continuation_id:str}/revoke",
    tags=["Messages"],
    status_code=200,
)
def revoke_continuation(
    database: Database, bearer: Bearer, reference: str, continuation_id: str
) -> ContinuationOut:
    """Let it lead nowhere any more."""
    with database.write() as unit:
        case = find_case(unit, bearer.agent, reference)
        if all(one.id != continuation_id for one in store.of_case(unit, case.id, most=50)):
            raise NotFound("There is no such way in.", code="no_continuation")
        revoke(unit, case, continuation_id, by=actor_of(bearer.agent))
        return continuation_out(get_continuation(unit, continuation_id))


@writes("/cases/{reference:str}/public-status", tags=["Messages"])
def say_status(
    request: Request[Any, Any, Any],
    database: Database,
    bearer: Bearer,
    reference: str,
    data: NewStatus,
) -> Response[MessageOut]:
    """One line that everybody reads, without private detail. It answers nothing."""

    def work(unit: Unit) -> MessageOut:
        case = find_case(unit, bearer.agent, reference)
        message = post_status(unit, case.id, bearer.agent, data.text)
        sent = store_deliveries.of_messages(unit, [message.id])
        return message_out(message, [], sent.get(message.id, []))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


HANDLERS: list[Any] = [list_continuations, go_on, revoke_continuation, say_status]
