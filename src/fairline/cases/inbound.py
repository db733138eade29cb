"""What comes in at the door: one shape for every channel, made by a channel's `translate`.

Channels (a higher rung) produce it, `cases/intake.py:receive` consumes it. Plain data only.
"""

from datetime import datetime

import msgspec


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who said it, on the channel it was said on.

    `address` is the channel's own normal form (a mail address in lower case, a handle, a phone
    number in E.164, a browser's secret-link id). `verified` says whether the channel itself vouches
    for it (a DMARC pass, a signed webhook, a possession proof); False is the honest default.
    `audience` is how many follow the author, where the channel says so: kept for the fairness
    report, never shown and never an input to anything else.
    """

    channel: str
    address: str
    name: str = ""
    verified: bool = False
    audience: int | None = None


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """Another address on the message. `role` is `to`, `cc` or `reply_to`."""

    role: str
    address: str
    name: str = ""


class InboundFile(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment. `content_id` (without angle brackets) is set for inline images.

    A payload that only names a file has `url` and no data: it is fetched after the message is on
    the record. `alt` is what its sender says it shows.
    """

    name: str
    media_type: str
    data: bytes = b""
    content_id: str = ""
    is_inline: bool = False
    url: str = ""
    alt: str = ""


class Auth(msgspec.Struct, frozen=True, kw_only=True):
    """Sender authentication: each `pass, fail, softfail, neutral, none, temperror, permerror` or ''
    when it was not looked at. `source` names who judged: our own server's header, or ourselves.
    """

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    source: str = ""


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said to us.

    `text` is what an agent reads first (quotes and signature stripped); `full_text` keeps all of
    it; `html` is sanitised or ''. `in_reply_to` holds native ids, nearest first. `case_token` is
    what a per-case reply address or a secret link carried. `reference` is a case reference seen in
    the subject or text: a hint, never enough by itself. `severity` is the need that its
    author declared, `tried_first` where they asked before; '' when they did not say.
    """

    native_id: str
    author: Author
    text: str
    subject: str = ""
    full_text: str = ""
    html: str = ""
    is_public: bool = False
    sent_at: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    copied: tuple[Copied, ...] = ()
    case_token: str = ""
    reference: str = ""
    kind: str = ""
    severity: str = ""
    tried_first: str = ""
    language: str = ""
    files: tuple[InboundFile, ...] = ()
    auth: Auth | None = None
    is_automatic: bool = False
    # It went to many, or asks that no machine writes back: it is not acknowledged.
    is_listed: bool = False
    permalink: str = ""
    is_cut: bool = False


class InboxRef(msgspec.Struct, frozen=True, kw_only=True):
    """What the record needs to know of the inbox something came through. `addresses` are our own
    (never participants); `team_id` is where its cases start. `is_talk` says that private words go
    on and on there without naming what they answer (a messenger): they go on in the same case.
    """

    id: str
    brand_id: str
    channel: str
    team_id: str | None = None
    addresses: frozenset[str] = frozenset()
    is_talk: bool = False


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it. `outcome`: new_case, joined, reopened, duplicate."""

    outcome: str
    case_id: str
    message_id: str
