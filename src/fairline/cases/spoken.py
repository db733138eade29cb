"""What was said to the customer other than in writing: kept as a message that answers the case.

Called when a call is over. It counts as an answer: promises are kept by it, clocks stop.
"""

from collections.abc import Iterable
from typing import Any

from fairline.cases import changes, store, store_messages
from fairline.cases.actions import MAX_TEXT, actor_of
from fairline.cases.rows import Message
from fairline.cases.search import index_message
from fairline.cases.timeline import record
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.core.text import tidy
from fairline.db.unit import Unit
from fairline.people.tables import Agent

# No identity has it: nobody is sent a copy, and the thread shows the message all the same.
NOBODY = "00000000-0000-0000-0000-000000000000"


def spoken(
    unit: Unit,
    case_id: str,
    agent: Agent,
    text: str,
    *,
    channel: str,
    sends_copies: bool,
    status: str | None,
    heard_by: Iterable[str] = (),
) -> Message:
    """Keep that the customer was told something by `channel`, and set the status (None leaves it).

    With `sends_copies` the words also go to the customer's addresses, but not to `heard_by`
    (identity ids), who have heard them. Raises Invalid, Conflict for a status that is not allowed.
    *Effects*: the agent becomes owner when there is none.
    """
    case = changes.get_case(unit, case_id, lock=True)
    text = tidy(text).strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid("Say in a few words what it was about.", code="empty", field="summary")
    by = actor_of(agent)
    if case.owner_id is None:
        case = changes.assign(unit, case, agent.id, by=by, reason="answered")
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction="outbound",
        visibility="private",
        channel=channel,
        inbox_id=None,
        identity_id=None,
        agent_id=agent.id,
        author_name=agent.shown_name,
        subject=case.subject,
        text=text,
        full_text="",
        html="",
        native_id=None,
        in_reply_to="",
        copied=[],
        auth=None,
        permalink="",
        raw_sha256=None,
        is_automatic=False,
        is_cut=False,
        sent_at=None,
        created_at=unit.now,
        edited_at=None,
        hidden_at=None,
        hidden_reason="",
    )
    store_messages.insert_message(unit, message)
    index_message(unit, case, message)
    times: dict[str, Any] = {"last_answered_at": unit.now, "message_count": case.message_count + 1}
    if case.first_answered_at is None:
        times["first_answered_at"] = unit.now
    store.update_case(unit, case.id, times)
    data: dict[str, Any] = {
        "message_id": message.id,
        "channel": channel,
        "visibility": "private",
        "is_notice": False,
        "heard_by": list(heard_by),
    }
    if not sends_copies:
        data["only_identity"] = NOBODY
    record(unit, "message_sent", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    case = changes.get_case(unit, case.id)
    if status and status != case.status:
        changes.set_status(unit, case, status, by=by)
    elif case.status == "new":
        changes.set_status(unit, case, "open", by=by)
    return message
