"""One answer to all who share a place: each on its own case and its own channel, by the ledger."""

from collections.abc import Sequence

import msgspec

from fairline.cases import store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.rows import Attachment, Case, Message
from fairline.core.errors import Conflict
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.line import store_repeats
from fairline.people.tables import Agent


def answer_repeats(
    unit: Unit,
    answer: Message,
    agent: Agent,
    seen: Sequence[str],
    *,
    status: str | None = "waiting",
    despite: str = "",
) -> list[Message]:
    """Send what was answered on the leader to its repeats too.

    `seen` holds `case id.message count` of each, as the author saw it: raises Conflict where
    somebody has written since. A public answer stays private on a case that is. *Effects*: a
    message, its files and its deliveries on each.
    """
    repeats = {one.id: one for one in store_repeats.repeats_of(unit, answer.case_id)}
    files = store_messages.attachments_of_message(unit, answer.id)
    sent = []
    for word in dict.fromkeys(seen):
        case_id, _, count = word.partition(".")
        if case_id not in repeats:
            continue  # set apart meanwhile: it is in the line by itself
        case = get_case(unit, case_id, lock=True)
        if str(case.message_count) != count:
            raise Conflict(
                f"Somebody has written on {case.reference} meanwhile. Read it, then send again.",
                code="something_new",
            )
        copies = [_copy(unit, case, agent, file) for file in files]
        is_public = answer.visibility == "public" and case.is_public
        visibility = "public" if is_public else "private"
        sent.append(
            reply(
                unit,
                case.id,
                agent,
                answer.text,
                visibility=visibility,
                status=status,
                file_ids=copies,
                despite=despite,
            )
        )
    return sent


def _copy(unit: Unit, case: Case, agent: Agent, file: Attachment) -> str:
    """The same bytes as a file of another case's draft."""
    copy = msgspec.structs.replace(
        file,
        id=new_id(),
        case_id=case.id,
        message_id=None,
        agent_id=agent.id,
        created_at=unit.now,
    )
    store_messages.insert_attachment(unit, copy)
    return copy.id
