"""Mail we send by ourselves: the way back to a thread, and word that an address was left.

A notice is a message on the case like any other (the record has all that went out), marked
automatic; it never answers the promise and never answers another machine.
"""

from fairline.cases import store, store_messages
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.cases.timeline import record
from fairline.core.ids import new_id
from fairline.db.unit import Unit

# Stands in a notice's text where the secret link goes; the link itself is made when it leaves.
LINK_MARK = "[link]"


def send_notice(unit: Unit, case: Case, identity_id: str, subject: str, text: str) -> Message:
    """Send one notice to one address of the case.

    The ledger puts the secret link where `LINK_MARK` stands, or else below the text.
    """
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction="outbound",
        visibility="private",
        channel="email",
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
            "channel": "email",
            "visibility": "private",
            "is_notice": True,
            "only_identity": identity_id,
        },
    )
    return message
