"""A mail described for an operator: what `fairline inbox feed` prints beside the outcome. Pure."""

from datetime import datetime
from typing import Any

import msgspec

from fairline.channels.contract import InboxInfo
from fairline.channels.email.addresses import Address
from fairline.channels.email.parse import parse_message
from fairline.channels.email.quoting import read_reply
from fairline.channels.email.subjects import is_forward
from fairline.channels.email.trust import judge
from fairline.core.text import clean_html


def describe(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> dict[str, Any]:
    """From, to, cc, subject, text (as an agent sees it), html_kept, attachments, auth."""
    mail = parse_message(payload, received_at=received_at)
    reply = read_reply(
        mail.text, mail.html, is_forward=is_forward(mail.subject), sender_name=mail.sender.name
    )
    return {
        "from": _shown(mail.sender),
        "to": [_shown(one) for one in mail.to],
        "cc": [_shown(one) for one in mail.cc],
        "subject": mail.subject,
        "text": reply.text,
        "html_kept": bool(clean_html(mail.html).html),
        "attachments": [
            {"name": file.name, "type": file.media_type, "bytes": len(file.data)}
            for file in mail.files
        ],
        "auth": msgspec.structs.asdict(judge(mail, inbox, payload).auth),
    }


def _shown(one: Address) -> str:
    return f"{one.name} <{one.address}>" if one.name else one.address
