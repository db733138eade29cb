"""An account on Bluesky: mentions, replies, quotes and direct messages in; replies out.

It works with any server of the AT Protocol; the account's own is asked, and hands on what others
serve (the chat, the view of the network).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.bluesky import budget, names
from fairline.channels.bluesky.api import SERVER
from fairline.channels.bluesky.posting import CHAT_LENGTH, LENGTH, MOST_PICTURES, PICTURE_BYTES
from fairline.channels.bluesky.translate import CDN
from fairline.channels.bluesky.wire import STREAM, BlueskyWire
from fairline.channels.contract import (
    Capabilities,
    Field,
    InboxInfo,
    Memory,
    RateLimit,
    RawItem,
    Rule,
    Sending,
    Translation,
    Wire,
)
from fairline.channels.memory import PassingMemory

# From here on the composer says how much is left.
NEARLY = 0.8


class BlueskyChannel:
    """The address of an identity is a DID: handles change hands."""

    kind = "bluesky"
    label = "Bluesky"
    capabilities = Capabilities(
        public=True,
        private=True,
        polls=True,
        listens=True,
        # Posts by their key; chat messages by looking before they are said again.
        deduplicates=True,
        length=LENGTH,
        private_length=CHAT_LENGTH,
        max_file_bytes=PICTURE_BYTES,
        most_files=MOST_PICTURES,
        media=("image/*",),
        threads=True,
        # Records can be changed, but the network's own view shows posts as they were first.
        edits=False,
        deletes=True,
        proves=True,
        rates=(
            RateLimit(what="posts", most=budget.AN_HOUR // budget.FOR_A_RECORD, per_s=3600),
            RateLimit(what="posts", most=budget.A_DAY // budget.FOR_A_RECORD, per_s=86_400),
            RateLimit(what="calls", most=3_000, per_s=300),
        ),
    )
    fields: tuple[Field, ...] = (
        Field(
            name="password",
            label="App password",
            kind="password",
            required=True,
            help="Settings > Privacy and security > App passwords; allow direct messages.",
        ),
        Field(
            name="chat",
            label="Direct messages",
            kind="choice",
            default="yes",
            choices=("yes", "no"),
            words=("are read and answered here", "are left to Bluesky's own app"),
        ),
        Field(
            name="server",
            label="Address of the account's server",
            default=SERVER,
            advanced=True,
            help="Other than Bluesky's own only where the account lives elsewhere.",
        ),
        Field(
            name="stream",
            label="Address of a Jetstream",
            default=STREAM,
            advanced=True,
            help="Wakes us when somebody who talks with us writes again. Empty: only polled.",
        ),
        Field(name="cdn", label="Where pictures are fetched", default=CDN, advanced=True),
        Field(
            name="history_days",
            label="Days of history to take in at the start",
            kind="number",
            default="3",
            advanced=True,
        ),
    )

    recall: Callable[[str], Memory] | None = None

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        from fairline.channels.bluesky.translate import translate

        return translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return names.normalise(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return BlueskyWire(inbox, PassingMemory())

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return BlueskyWire(inbox, memory)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        """What Bluesky takes: the account's points, and no files in a chat."""
        if not sending.is_public:
            return _in_chat(sending, inbox)
        memory = self.recall(inbox.id) if self.recall else None
        if memory is None:
            return ()
        until = budget.used_up_until(memory, sending.at)
        if until:
            return (
                Rule(
                    code="budget",
                    text="The account has written as much as Bluesky allows for now.",
                    blocks=True,
                    until=until,
                ),
            )
        used = budget.points(memory, sending.at)
        if used.in_hour > budget.AN_HOUR * NEARLY or used.in_day > budget.A_DAY * NEARLY:
            left = min(budget.AN_HOUR - used.in_hour, budget.A_DAY - used.in_day)
            posts = left // budget.FOR_A_RECORD
            text = f"Bluesky takes about {posts:,} more posts of the account for now."
            return (Rule(code="budget_low", text=text),)
        return ()

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.bluesky.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.bluesky.stored import describe

        return describe(payload)


def _in_chat(sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
    found = []
    if inbox.options.get("chat") == "no":
        text = "Direct messages are switched off for this inbox."
        found.append(Rule(code="chat_off", text=text, blocks=True))
    if sending.files:
        text = "Direct messages on Bluesky take no files: the link leads to them."
        found.append(Rule(code="no_files", text=text))
    if not sending.heard_at and not sending.is_notice:
        text = "They have not written to us here. Many take messages only from people they follow."
        found.append(Rule(code="writes_first", text=text))
    return tuple(found)
