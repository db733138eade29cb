"""The channel contract: what a channel package provides, and all that the core knows of it.

A channel is one folder: `translate.py` (pure: bytes in, `Translation` out; a draft in, wire form
out) and `wire.py` (all network I/O). A wire raises `DeliveryError` and nothing else. It is loaded
by name from `wiring.py` or from the entry point group `fairline.channels`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec

from fairline.cases.inbound import Inbound
from fairline.core.lengths import LengthRule


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel can do; the composer and the ledger ask, they never test for a name.

    `deduplicates` says that a second hand-over with the same key is dropped by the provider, so an
    unknown outcome may be resent. `length` says how texts are counted, and how much fits.
    `takes_links` is False where a post with a link is priced or punished: then a code is given
    instead.
    `by_hand` is a channel that a person serves (a telephone, an envelope): nothing is sent by wire,
    a delivery waits until somebody says that it is done.
    """

    public: bool
    private: bool
    html: bool = False
    files: bool = True
    polls: bool = False
    listens: bool = False
    deduplicates: bool = False
    takes_links: bool = True
    by_hand: bool = False
    length: LengthRule = LengthRule()
    max_file_bytes: int = 26_214_400


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One input on an inbox's settings page. `kind`: text, password, number, choice, switch, lines,
    origins (web sites, one a line). A password is stored encrypted and never shown again. `words`
    name the choices, in their order, as people would.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    default: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def options(self) -> list[tuple[str, str]]:
        """Each choice with its words, in their order; the choice itself where it has none."""
        return list(zip(self.choices, self.words or self.choices, strict=True))


class InboxInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An inbox as a channel sees it: plain settings plus opened secrets, never a database row.

    `address` is the inbox's own (support@acme.example). `options` holds the fields' values, secrets
    included, all as text.
    """

    id: str
    brand_id: str
    brand_name: str
    kind: str
    name: str
    address: str
    options: dict[str, str]
    public_url: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """News of something we sent. `state` is one of the ledger's: delivered, read, failed.

    `native_ids` are candidates for the message it is about (a bounced mail's Message-ID, or the
    delivery key in a VERP address), best first.
    """

    native_id: str
    state: str
    native_ids: tuple[str, ...]
    recipient: str = ""
    is_permanent: bool = True
    provider_code: str = ""
    text: str = ""


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """Understood and kept, but it makes no case. `outcome`: auto_reply, loop, own, spam, chatter.

    An auto-reply that belongs to a case carries `inbound`, so that the case can show it quietly.
    """

    native_id: str
    outcome: str
    reason: str
    inbound: Inbound | None = None


Translation = Inbound | Receipt | Ignored


class RawItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing fetched, verbatim. `native_id` is unique within the inbox. `cursor` is the inbox's
    cursor to store once this item is stored (opaque text, the channel's own). An item with an empty
    payload is nothing to store but its cursor: where an inbox that leaves old things alone begins.
    """

    native_id: str
    payload: bytes
    cursor: str = ""


class OutboundFile(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    data: bytes
    content_id: str = ""


class Outbound(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery, ready to be put into wire form.

    `key` is the delivery's id: stable over every retry, the idempotency key. `native_id` is the id
    we give it ourselves where the channel lets us (a Message-ID). `in_reply_to` and `references`
    hold native ids of the thread, oldest first. `reply_token` goes into the per-case reply address.
    `notice` marks mail that we send by ourselves (acknowledgements, notices): it says so in its
    headers and never starts a loop. `call_link` leads to where the customer asks for a call.
    """

    key: str
    native_id: str
    recipient: str
    recipient_name: str
    text: str
    html: str = ""
    subject: str = ""
    case_reference: str = ""
    author_name: str = ""
    signature: str = ""
    is_public: bool = False
    notice: bool = False
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    reply_token: str = ""
    link: str = ""
    call_link: str = ""
    quoted: str = ""
    files: tuple[OutboundFile, ...] = ()


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a hand-over. `native_id` is the provider's (or ours, confirmed).
    `refused` lists recipients that the server did not take while taking others.
    """

    native_id: str
    state: str = "sent"
    refused: tuple[tuple[str, str], ...] = ()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a connection test: what was tried, whether it worked, and what to do if not."""

    name: str
    ok: bool
    text: str


class Wire(Protocol):
    """All network I/O with one provider for one inbox. Blocking; called from worker threads."""

    def verify(self) -> tuple[Check, ...]:
        """Try every part of the connection and say what happened. Raises nothing."""
        ...

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        """Yield what is new since `cursor`, oldest first, at most `limit`; '' is the beginning.
        Never changes anything at the provider. Raises DeliveryError.
        """
        ...

    def wait(self, timeout_s: float) -> bool:
        """Block until something may be new or the time is over. True when something may be new."""
        ...

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        """Send one thing. Calls `handing_over` right before the point of no return: a crash before
        it may be retried, one after it is unknown. Raises DeliveryError: with `is_unknown` when
        it may have gone out, otherwise it certainly has not.
        """
        ...

    def close(self) -> None: ...


class Channel(Protocol):
    """What a channel package registers."""

    kind: str
    label: str
    capabilities: Capabilities
    fields: tuple[Field, ...]

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        """Understand one raw payload. Pure. Raises Invalid when it cannot be understood: it is then
        set aside with its raw source, and replayed when the bug is fixed.
        """
        ...

    def normalise(self, address: str) -> str:
        """An identity's address in its one normal form. Raises Invalid."""
        ...

    def open(self, inbox: InboxInfo) -> Wire:
        """A wire for this inbox. Does not connect yet."""
        ...


@runtime_checkable
class Feedable(Protocol):
    """A channel whose payloads can be fed from files by `fairline inbox feed`. Optional."""

    label: str

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        """Every payload in a file or folder, each with the name to call it by, in order of name."""
        ...

    def describe(self, payload: bytes) -> dict[str, Any]:
        """What a payload says of itself: from, to, cc, subject, text, html_kept, attachments, auth.
        Never raises.
        """
        ...
