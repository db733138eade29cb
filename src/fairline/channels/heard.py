"""What a channel makes of one raw payload: something said, or news about something said."""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.inbound import Inbound


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """News of something we sent. `state` is one of the ledger's: delivered, read, failed.

    `native_ids` are candidates for the message it is about (a bounced mail's Message-ID, or the
    delivery key in a VERP address), best first. `blames_address` is False where a message failed
    for a reason of its own (a window that has closed, a limit), and the address still works.
    """

    native_id: str
    state: str
    native_ids: tuple[str, ...]
    recipient: str = ""
    is_permanent: bool = True
    blames_address: bool = True
    provider_code: str = ""
    text: str = ""


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """Understood and kept, but it makes no case. `outcome`: auto_reply, loop, own, spam, chatter,
    repost, like.

    An auto-reply that belongs to a case carries `inbound`, so that the case can show it quietly.
    A post that is kept off the line (spam, chatter, repost, like) carries `inbound` when people
    should find it in the list of mentions.
    """

    native_id: str
    outcome: str
    reason: str
    inbound: Inbound | None = None


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """Its author changed the post `of` (a native id). `address` is the author's; an edit by anybody
    else changes nothing. An edit of something we do not know is taken as `inbound`, where given.
    """

    native_id: str
    of: str
    address: str
    text: str
    html: str = ""
    edited_at: datetime | None = None
    inbound: Inbound | None = None


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """The posts `of` (native ids) were taken back. `address` is who did it: only the author's own
    posts go. '' where the network itself says that they are gone. `forget` is for networks whose
    rules ask that nothing of it is kept.
    """

    native_id: str
    of: tuple[str, ...]
    address: str = ""
    forget: bool = False


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """Said in our name, and maybe not through us: on the network's own pages, or by another tool.

    What we sent ourselves is known by its native id and dropped. Anything else stands on the case
    of whom it answers (`in_reply_to`, nearest first, else the open case of `recipient`).
    """

    native_id: str
    text: str
    is_public: bool
    in_reply_to: tuple[str, ...] = ()
    recipient: str = ""
    author_name: str = ""
    html: str = ""
    sent_at: datetime | None = None
    permalink: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of `address` wants no more messages there (`stops`), or wants them again."""

    native_id: str
    address: str
    stops: bool
    text: str = ""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """Something that only the channel itself acts on (a follower, a key, an approval): `data` goes
    to its `settle`, in the transaction that marks the item as taken.
    """

    native_id: str
    outcome: str
    reason: str = ""
    data: dict[str, Any] = {}


Translation = Inbound | Receipt | Ignored | Edited | Removed | Echo | Consent | Own
