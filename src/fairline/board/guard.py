"""What its customer does with a public message that is hidden because of personal data in it.

Show the rest of it, or go on in private. Both work without JavaScript; changing the words is the
thread's own form (`thread_changes.edit`).
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.board.frames import SECRET, see_other
from fairline.board.rates import limit, network_of
from fairline.board.thread import Typed, draw
from fairline.board.viewer import Viewer, open_as_customer, open_thread
from fairline.cases import guard
from fairline.cases.cautions import check_public
from fairline.cases.changes import get_case
from fairline.cases.editing import get_message, set_case_visibility, set_visibility
from fairline.cases.rows import Message
from fairline.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.web.forms import Form
from fairline.web.handle import writes


@writes("/t/{token:str}/messages/{message_id:uuid}/guard")
def decide(
    request: Request[Any, Any, Any],
    token: str,
    message_id: UUID,
    database: Database,
    settings: Settings,
    form: Form,
) -> Response[str]:
    """`choice`: `mask` shows the rest, `private` goes on between the two of us."""
    try:
        with database.write() as unit:
            viewer = open_as_customer(unit, token, settings)
            limit(unit, "change", network_of(request, settings))
            message = _own(unit, viewer, str(message_id))
            done = _decide(unit, viewer, message, form.text("choice", most=20))
    except (Invalid, Conflict, NotAllowed, TooMany) as error:
        with database.read() as unit:
            viewer = open_thread(unit, token, settings)
        return draw(database, viewer, Typed(error=error), status=error.status)
    return see_other(f"/t/{token}?done={done}#m-{message_id}", headers=SECRET)


def _decide(unit: Unit, viewer: Viewer, message: Message, choice: str) -> str:
    """Do it. What was decided meanwhile stays as it was decided."""
    if choice not in {"mask", "private"}:
        raise Invalid("Choose to show the rest, or to go on in private.", field="choice")
    if not message.is_guarded:
        return "private" if message.visibility == "private" else "masked"
    if choice == "mask":
        check_public(unit, viewer.me.contact_id)
        case = get_case(unit, viewer.case.id, lock=True)
        guard.mask_message(unit, case, message, by=viewer.actor)
        return "masked"
    try:
        set_visibility(unit, message.id, "private", by=viewer.actor)
    except Conflict:
        # It is what the thread is about: the whole of it goes private.
        set_case_visibility(unit, viewer.case.id, is_public=False, by=viewer.actor)
    return "private"


def _own(unit: Unit, viewer: Viewer, message_id: str) -> Message:
    """Raises NotFound for what is not of this case, NotAllowed for somebody else's words."""
    message = get_message(unit, message_id)
    if message.case_id != viewer.case.id or message.direction == "note":
        raise NotFound("There is no such message.", code="no_message")
    if message.direction != "inbound" or message.identity_id not in viewer.own_identities:
        raise NotAllowed("Only its author can decide this.")
    return message
