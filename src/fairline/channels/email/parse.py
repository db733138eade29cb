"""A mail as bytes, understood as far as its own words go: who, to whom, what, with what files.

`translate` judges what it means for us; `fairline inbox feed` shows it. Pure; never raises.
"""

from datetime import datetime

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.email.addresses import Address, addresses_in, parse_addresses
from fairline.channels.email.content import read_content
from fairline.channels.email.dates import parse_date
from fairline.channels.email.headers import Headers
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.incomplete import NOTE_FIELD
from fairline.channels.email.mime import Part, parse_tree
from fairline.channels.email.threads import answered_ids
from fairline.core.text import clip, tidy

MAX_SUBJECT_CHARS = 500


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is the plain text as sent ('' when there is only HTML); `html` is not cleaned.

    `sender` is From, or whoever else the header names as the author; its address is '' when nobody
    is named. `delivered_to` holds the addresses it came in by, the hidden ones too.
    """

    native_id: str
    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    sent_at: datetime | None
    answers: tuple[str, ...]
    text: str
    html: str
    files: tuple[InboundFile, ...]
    is_cut: bool
    headers: Headers
    root: Part


_CAME_IN_BY = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
    "resent-to",
    "apparently-to",
    "x-apparently-to",
)


def parse_message(payload: bytes, *, received_at: datetime) -> Mail:
    """Read a mail."""
    root = parse_tree(payload)
    headers = root.headers
    content = read_content(root)
    return Mail(
        native_id=native_id_of(payload),
        subject=clip(tidy(headers.text("subject")), MAX_SUBJECT_CHARS),
        sender=_sender(headers),
        reply_to=addresses_in(headers, "reply-to"),
        to=addresses_in(headers, "to"),
        cc=addresses_in(headers, "cc"),
        delivered_to=_delivered_to(headers),
        sent_at=parse_date(headers.text("date"), received_at=received_at),
        answers=answered_ids(headers),
        text=content.text,
        html=content.html,
        files=content.files,
        is_cut=content.is_cut or headers.has(NOTE_FIELD.lower()),
        headers=headers,
        root=root,
    )


def _sender(headers: Headers) -> Address:
    """From; else Sender, Reply-To or the envelope's. A name without an address is kept as well."""
    named = ""
    for field in ("from", "sender", "reply-to", "x-original-sender", "return-path"):
        for value in headers.plains(field):
            for one in parse_addresses(value):
                if one.address:
                    return Address(one.address, one.name or named)
                named = named or one.name
    return Address("", named)


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    found = (one.address for field in _CAME_IN_BY for one in addresses_in(headers, field))
    return tuple(dict.fromkeys(found))
