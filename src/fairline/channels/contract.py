"""The channel contract: what a channel package provides, and all that the core knows of it.

A channel is one folder: `translate.py` (pure: bytes in, `Translation` out; a draft in, wire form
out) and `wire.py` (all network I/O). A wire raises `DeliveryError` and nothing else. It is loaded
by name from `wiring.py` or from the entry point group `fairline.channels`. `Channel` is what each
one has; the protocols below it are optional, and asked for with `isinstance`.

Everything an outside package needs is imported from here. The promises that a channel makes are
tested by `fairline.suite`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from fairline.cases.inbound import Auth, Author, Copied, Inbound, InboundFile
from fairline.cases.rows import Actor
from fairline.channels.capabilities import Capabilities, Price, RateLimit, Window
from fairline.channels.heard import (
    Consent,
    Echo,
    Edited,
    Ignored,
    Own,
    Receipt,
    Removed,
    Translation,
)
from fairline.channels.hooks import HookAnswer, HookRequest, Pushed
from fairline.channels.items import RawItem
from fairline.channels.rules import Rule, Sending, Template
from fairline.channels.shapes import (
    Announced,
    Check,
    Field,
    InboxInfo,
    Outbound,
    OutboundFile,
    Sent,
    Spent,
)
from fairline.core.errors import DeliveryError, Invalid, NotAllowed
from fairline.core.lengths import LengthRule
from fairline.db.unit import Unit

__all__ = [
    "Announced",
    "Announces",
    "Auth",
    "Author",
    "Capabilities",
    "Channel",
    "Check",
    "Connects",
    "Consent",
    "Copied",
    "DeliveryError",
    "Downloads",
    "Echo",
    "Edited",
    "Feedable",
    "Field",
    "HookAnswer",
    "HookRequest",
    "Hooked",
    "Ignored",
    "Inbound",
    "InboundFile",
    "InboxInfo",
    "Invalid",
    "Keyed",
    "LengthRule",
    "Limited",
    "Memory",
    "Names",
    "NotAllowed",
    "Outbound",
    "OutboundFile",
    "Own",
    "Places",
    "Price",
    "Pushed",
    "RateLimit",
    "RawItem",
    "Recalls",
    "Receipt",
    "Remembers",
    "Removed",
    "Routed",
    "Rule",
    "Ruled",
    "Sending",
    "Sent",
    "Settles",
    "Spent",
    "Template",
    "Templated",
    "Translation",
    "Window",
    "Wire",
]


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


class Memory(Protocol):
    """What an inbox keeps between uses, on every node: refreshed tokens, ids looked up once, what
    was spent, what the provider said of its limits. Each call is a short transaction of its own.
    """

    def get(self, name: str) -> str:
        """What was put under `name`; '' when nothing was, or when it has expired."""
        ...

    def put(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        """Keep a value, sealed with the install's key. '' forgets it."""
        ...

    def spend(self, what: str, n: int = 1, *, cents: float = 0.0) -> Spent:
        """Count `n` of `what` to this month (UTC). Returns the month so far, this included."""
        ...

    def spent(self, what: str = "") -> Spent:
        """The month so far: of `what`, or of everything together."""
        ...

    def limit(self, what: str, *, left: int, of: int = 0, resets_at: datetime | None) -> None:
        """Note what the provider said of a limit, for the health page."""
        ...

    def token_expires(self, at: datetime | None) -> None:
        """Note when the credentials end, so that somebody is told before."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A channel whose wires keep something between uses. Called instead of `open`."""

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire: ...


@runtime_checkable
class Recalls(Protocol):
    """A channel whose rules or bounds come from what an inbox keeps (what is used up, what a server
    allows). `recall` is set when the channel is installed: the memory of an inbox by its id, the
    same on every node.
    """

    recall: Callable[[str], Memory] | None


@runtime_checkable
class Hooked(Protocol):
    """A channel that is told by its provider."""

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """Judge one request. Pure. Raises NotAllowed for a forged, stale or unsigned one."""
        ...


@runtime_checkable
class Routed(Protocol):
    """A channel with addresses of its own on our host (an actor, a feed): Litestar handlers."""

    routes: tuple[Any, ...]


@runtime_checkable
class Ruled(Protocol):
    """A channel whose network forbids some messages, or asks a price for them."""

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        """What the network says to this message, worst first. Pure; () is: send it."""
        ...


@runtime_checkable
class Limited(Protocol):
    """A channel whose bound on length differs from inbox to inbox (an instance's own limit)."""

    def length(self, inbox: InboxInfo) -> LengthRule: ...


@runtime_checkable
class Settles(Protocol):
    """A channel that keeps tables of its own, filled from `Own` translations."""

    def settle(self, unit: Unit, own: Own, inbox: InboxInfo) -> None:
        """Act on it in the caller's transaction. The same news twice changes nothing more."""
        ...


@runtime_checkable
class Places(Protocol):
    """A channel that keeps where things were said, in a table of its own."""

    def place(self, unit: Unit, inbound: Inbound, inbox_id: str) -> None:
        """Note it in the transaction that takes the post, whether it becomes a case or a mention.
        Told twice it changes nothing more.
        """
        ...


@runtime_checkable
class Connects(Protocol):
    """A channel that tells its provider where to push, and to stop."""

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """Subscribe our hook. Called after the inbox is saved or resumed. Raises nothing."""
        ...

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        """Take the subscription back, when the inbox is paused for good. Raises nothing."""
        ...


@runtime_checkable
class Keyed(Protocol):
    """A channel whose inboxes prove who they are with a key of our own making."""

    def renew_key(self, inbox: InboxInfo) -> str:
        """Make a new one, which counts at once; the old one is retired. Returns its id."""
        ...


@runtime_checkable
class Announces(Protocol):
    """A channel whose accounts have followers, to whom something can be said."""

    def announce(
        self, unit: Unit, inbox: InboxInfo, text: str, *, by: Actor, title: str = "", page: str = ""
    ) -> str:
        """Say it to all of them. Returns its native id. Raises Invalid. *Effects*: what is to be
        sent, `announced`.
        """
        ...

    def reword(self, unit: Unit, inbox: InboxInfo, native_id: str, text: str, *, by: Actor) -> None:
        """Other words for something that is out. Raises NotFound, Conflict, Invalid."""
        ...

    def take_back(self, unit: Unit, inbox: InboxInfo, native_id: str, *, by: Actor) -> None:
        """Raises NotFound, Conflict."""
        ...

    def announced(
        self, unit: Unit, inbox: InboxInfo, *, limit: int
    ) -> tuple[tuple[Announced, ...], int]:
        """What is out, newest first, and how many follow."""
        ...


@runtime_checkable
class Downloads(Protocol):
    """A wire that fetches files which a payload only names (`InboundFile.url`)."""

    def download(self, url: str) -> tuple[bytes, str]:
        """The bytes and the media type. Raises DeliveryError."""
        ...


@runtime_checkable
class Names(Protocol):
    """A wire that can say what people see of somebody whose messages bring only an id along. Asked
    where `capabilities.names` says so.
    """

    def name_of(self, address: str) -> str:
        """A name; '' where the network does not tell. Raises DeliveryError."""
        ...


@runtime_checkable
class Templated(Protocol):
    """A channel with texts that its network has approved."""

    def templates(self, inbox: InboxInfo) -> tuple[Template, ...]:
        """Those that may be sent now. Asked outside of any transaction. Raises DeliveryError."""
        ...
