"""An account on somebody's Mastodon server: mentions and private mentions in, replies out.

For a brand that is on a server already. (Where our own host is the account, see `activitypub`.)
GoToSocial, Pleroma and Akkoma speak the same interface.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import (
    Capabilities,
    Field,
    InboxInfo,
    LengthRule,
    Memory,
    RateLimit,
    RawItem,
    Rule,
    Sending,
    Translation,
    Wire,
)
from fairline.channels.mastodon import names
from fairline.channels.mastodon.limits import DEFAULT_CHARACTERS, FACT, ROOM_FOR_THE_NAME, kept
from fairline.channels.mastodon.wire import MastodonWire
from fairline.channels.memory import PassingMemory


class MastodonChannel:
    """The address of an identity is `name@server`."""

    kind = "mastodon"
    label = "Mastodon"
    capabilities = Capabilities(
        public=True,
        private=True,
        polls=True,
        listens=True,
        # A key for an hour by the server, and later by looking at what we have posted.
        deduplicates=True,
        length=LengthRule(counts="mastodon", most=DEFAULT_CHARACTERS - ROOM_FOR_THE_NAME),
        max_file_bytes=16_777_216,
        most_files=4,
        media=("image/*", "video/*", "audio/*"),
        threads=True,
        edits=True,
        deletes=True,
        proves=True,
        rates=(
            RateLimit(what="calls", most=300, per_s=300),
            RateLimit(what="files", most=30, per_s=1800),
        ),
    )
    fields: tuple[Field, ...] = (
        Field(
            name="server",
            label="Address of the server",
            required=True,
            help="As in the browser: https://mastodon.example",
        ),
        Field(
            name="token",
            label="Access token",
            kind="password",
            required=True,
            help="Preferences > Development > New application, with the rights read and write.",
        ),
        Field(
            name="visibility",
            label="Answers to public posts are",
            kind="choice",
            default="unlisted",
            choices=("unlisted", "public"),
            words=("readable by everybody, out of the timelines", "in the public timelines too"),
            help="Never wider than what they answer.",
        ),
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
        from fairline.channels.mastodon.translate import translate

        return translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return names.normalise(address)

    def open(self, inbox: InboxInfo) -> Wire:
        return MastodonWire(inbox, PassingMemory())

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return MastodonWire(inbox, memory)

    def length(self, inbox: InboxInfo) -> LengthRule:
        """The server's own bound, less the name of whom we answer."""
        memory = self.recall(inbox.id) if self.recall else None
        return kept(memory.get(FACT)).length if memory else self.capabilities.length

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:  # noqa: ARG002
        """Mastodon forbids nothing by a clock; it filters what nobody asked for."""
        if sending.is_public or sending.heard_at or sending.is_notice:
            return ()
        return (
            Rule(
                code="writes_first",
                text="They have not written to us here. Private mentions from accounts that "
                "somebody does not follow are put aside by most servers.",
            ),
        )

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.mastodon.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.mastodon.stored import describe

        return describe(payload)
