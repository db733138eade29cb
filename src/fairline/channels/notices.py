"""Mail we send by ourselves: the way back to a thread, and word that an address was left.

A notice is a message on the case like any other (the record has all that went out), marked
automatic; it never answers the promise and never answers another machine.
"""

from fairline.cases import store, store_messages
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.cases.timeline import record
from fairline.channels.marks import LINK_MARK
from fairline.core.ids import new_id
from fairline.db.unit import Unit

__all__ = ["LINK_MARK", "send_notice"]


def send_notice(
    unit: Unit,
    case: Case,
    identity_id: str,
    subject: str,
    text: str,
    *,
    channel: str = "email",
) -> Message:
    """Send one notice to one address of the case, which is of `channel`.

    The ledger puts the secret link where `LINK_MARK` stands, or else below the text.
    """
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction="outbound",
        visibility="private",
        channel=channel,
        inbox_id=None,
        identity_id=identity_id,
        agent_id=None,
        author_name="",
        subject=subject,
        text=text,
        full_text="",
        html="",
        native_id=None,
        in_reply_to="",
        copied=[],
        auth=None,
        permalink="",
        raw_sha256=None,
        is_automatic=True,
        is_cut=False,
        sent_at=None,
        created_at=unit.now,
        edited_at=None,
        hidden_at=None,
        hidden_reason="",
    )
    store_messages.insert_message(unit, message)
    store.update_case(unit, case.id, {})
    record(
        unit,
        "message_sent",
        by=SYSTEM,
        case_id=case.id,
        brand_id=case.brand_id,
        data={
            "message_id": message.id,
            "channel": channel,
            "visibility": "private",
            "is_notice": True,
            "only_identity": identity_id,
        },
    )
    return message
