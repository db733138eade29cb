"""Whether a message may go where it is to go: the rules of the network, and what fits there. Pure.

The composer asks before it is sent, the ledger again right before it leaves: a window may have
closed, or a budget been spent, while it waited.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from fairline.channels.contract import (
    Capabilities,
    Channel,
    InboxInfo,
    Limited,
    Outbound,
    Price,
    Rule,
    Ruled,
    Sending,
)
from fairline.core.lengths import LengthRule
from fairline.web.render import size

# A rule that ends so soon is waited for; what would have to wait longer is told to a person.
WORTH_WAITING = timedelta(hours=1)
WINDOW_CLOSED = "window_closed"


class AnyFile(Protocol):
    """A file as the record has it, or as it is handed to a wire."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def asks_who_wrote(channel: Channel) -> bool:
    """Whether its rules depend on when somebody last wrote to us there."""
    return isinstance(channel, Ruled) or channel.capabilities.window is not None


def heard_for(
    channel: Channel,
    *,
    is_public: bool,
    heard_at: datetime | None,
    in_private_at: datetime | None,
) -> datetime | None:
    """Which of the two moments counts: a window is opened by a private message alone."""
    has_window = channel.capabilities.window is not None
    return in_private_at if has_window and not is_public else heard_at


def rules_of(channel: Channel, info: InboxInfo, sending: Sending) -> tuple[Rule, ...]:
    """What the network says to it, worst first; () is: send it."""
    if isinstance(channel, Ruled):
        return channel.rules(sending, info)
    window = channel.capabilities.window
    if window is None or sending.is_public or sending.template:
        return ()
    until = sending.heard_at + timedelta(hours=window.hours) if sending.heard_at else None
    if until and sending.at < until:
        return ()
    text = f"{channel.label} takes an answer only for {window.hours:g} hours after the customer "
    text += "wrote, and that time is over." if until else "wrote, and they never did."
    return (Rule(code=WINDOW_CLOSED, text=text, blocks=True, until=until),)


def sending_of(outbound: Outbound, *, at: datetime, spent_cents: float = 0.0) -> Sending:
    """What the rules ask about a delivery that is about to leave."""
    return Sending(
        recipient=outbound.recipient,
        at=at,
        text=outbound.text,
        is_public=outbound.is_public,
        is_notice=outbound.notice,
        files=len(outbound.files),
        heard_at=outbound.heard_at,
        template=outbound.template,
        spent_cents=spent_cents,
    )


def blocking(rules: Iterable[Rule]) -> Rule | None:
    """The rule that forbids it, if any does."""
    return next((rule for rule in rules if rule.blocks), None)


def length_at(channel: Channel, info: InboxInfo, *, is_public: bool = True) -> LengthRule:
    """How much fits: the inbox's own bound where it has one, else the channel's."""
    if not is_public and channel.capabilities.private_length:
        return channel.capabilities.private_length
    return channel.length(info) if isinstance(channel, Limited) else channel.capabilities.length


def misfit(capabilities: Capabilities, label: str, files: Iterable[tuple[AnyFile, int]]) -> str:
    """What is wrong with files (each with its size in bytes) there; '' when nothing is.

    A channel that takes no files at all has nothing wrong: they stand on the customer's page.
    """
    every = list(files)
    if not capabilities.files or not every:
        return ""
    if len(every) > capabilities.most_files:
        return f"{label} takes at most {capabilities.most_files} files with one message."
    for file, size_bytes in every:
        if size_bytes > capabilities.max_file_bytes:
            most = size(capabilities.max_file_bytes)
            return f"{file.name} is too large for {label}: {most} is the most."
        if not _is_taken(file.media_type, capabilities.media):
            return f"{label} does not take {file.name}: only {media_words(capabilities)}."
    return ""


def media_words(capabilities: Capabilities) -> str:
    """The kinds of files it takes, as people call them."""
    return ", ".join(dict.fromkeys(_kind(one) for one in capabilities.media)) or "any kind"


def price_words(prices: Iterable[Price]) -> str:
    """The list prices in words; '' for none."""
    return "; ".join(f"{_money(one.cents)} {one.currency} for a {one.what}" for one in prices)


def _money(cents: float) -> str:
    """Two digits behind the point at least, and as many more as a price has."""
    whole, _, part = f"{cents / 100:.4f}".rstrip("0").partition(".")
    return f"{whole}.{part:0<2}"


def _is_taken(media_type: str, taken: tuple[str, ...]) -> bool:
    plain = media_type.partition(";")[0].strip().lower()
    return not taken or any(
        plain == one or (one.endswith("/*") and plain.startswith(one[:-1])) for one in taken
    )


def _kind(media: str) -> str:
    """`image/*` is images, `application/pdf` is PDF."""
    major, _, minor = media.partition("/")
    return (
        {"image": "images", "video": "videos", "audio": "sounds", "text": "texts"}.get(
            major, minor.upper()
        )
        if minor == "*"
        else minor.removeprefix("x-").upper()
    )
