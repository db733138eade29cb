"""What the receiver puts before a mail: who handed it over, to whom, and when. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

import msgspec

from fairline.channels.email.raw_fields import without_fields

# Ours alone to say: what a mail brings along under these names may be forged.
OURS = frozenset({b"return-path", b"x-envelope-to"})


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope and the session of one mail. `protocol` is ESMTP, ESMTPS, LMTP or so."""

    envelope_from: str
    recipients: tuple[str, ...]
    client_name: str
    client_address: str
    own_name: str
    protocol: str
    id: str
    at: datetime


def with_trace(payload: bytes, handover: Handover) -> bytes:
    """The mail as it is stored. *Source*: RFC 5321, 4.4."""
    lines = [
        f"Return-Path: <{_printable(handover.envelope_from)}>",
        f"X-Envelope-To: {_folded(handover.recipients)}",
        f"Received: from {_printable(handover.client_name)} ([{handover.client_address}])",
        f"\tby {handover.own_name} with {handover.protocol} id {handover.id};",
        f"\t{format_datetime(handover.at)}",
        "",
    ]
    return "\r\n".join(lines).encode() + without_fields(payload, OURS)


def _folded(recipients: Sequence[str]) -> str:
    return ",\r\n\t".join(_printable(address) for address in recipients)


def _printable(text: str) -> str:
    """Nothing in it can end the line or hide what follows."""
    return "".join(c if c.isprintable() and c not in "<> " else "?" for c in text)[:320]
