"""The fediverse as a channel: this host is an account there, by ActivityPub, without any provider.

Who mentions it, answers it or writes to it directly opens a case; answers go to their server.
`translate` understands what `routes` took in; `wire` delivers what `composing` puts into form.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairline.channels.activitypub.fields import FIELDS
from fairline.channels.activitypub.people import KIND, normalise
from fairline.channels.contract import (
    Announced,
    Announces,
    Capabilities,
    Channel,
    Feedable,
    Field,
    HookAnswer,
    HookRequest,
    InboxInfo,
    LengthRule,
    Own,
    RawItem,
    Settles,
    Translation,
    Wire,
)
from fairline.core.errors import Unavailable

if TYPE_CHECKING:
    from fairline.cases.rows import Actor
    from fairline.channels.activitypub.transport import Transport
    from fairline.db.unit import Unit

# No server sets a bound for what comes from elsewhere; longer than this nobody reads in a post.
MOST_CHARACTERS = 5_000


class FediverseChannel:
    """The address of an identity is its actor's: a handle may be given to somebody else."""

    kind = KIND
    label = "Fediverse"
    capabilities = Capabilities(
        public=True,
        private=True,
        html=True,
        pushes=False,
        deduplicates=True,
        length=LengthRule(counts="mastodon", most=MOST_CHARACTERS),
        max_file_bytes=16_777_216,
        most_files=4,
        threads=True,
        edits=True,
        deletes=True,
        proves=True,
    )
    fields: tuple[Field, ...] = FIELDS

    def __init__(self, transport: "Transport | None" = None) -> None:
        self.transport = transport

    @property
    def routes(self) -> tuple[Any, ...]:
        from fairline.channels.activitypub.routes import ROUTES

        return ROUTES

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        from fairline.channels.activitypub.translate import translate

        return translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return normalise(address)

    def open(self, inbox: InboxInfo) -> Wire:
        from fairline.channels.activitypub.wire import FediverseWire

        if self.transport is None:
            raise Unavailable("The fediverse is not connected here.")
        return FediverseWire(inbox, self.transport)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        """One delivery to the account's inbox. Not quite pure: a sender whom we do not know yet is
        looked up, since their key is what the signature is verified with.
        """
        from fairline.channels.activitypub.receiving import hook

        if self.transport is None:
            raise Unavailable("The fediverse is not connected here.")
        return hook(request, inbox, self.transport)

    def renew_key(self, inbox: InboxInfo) -> str:
        from fairline.channels.activitypub.keys import renew

        if self.transport is None:
            raise Unavailable("The fediverse is not connected here.")
        return renew(self.transport.database, self.transport.keyring, inbox).key_id

    def settle(self, unit: "Unit", own: Own, inbox: InboxInfo) -> None:
        from fairline.channels.activitypub.settling import settle

        settle(unit, own, inbox)

    def announce(
        self,
        unit: "Unit",
        inbox: InboxInfo,
        text: str,
        *,
        by: "Actor",
        title: str = "",
        page: str = "",
    ) -> str:
        from fairline.channels.activitypub import announcing

        return announcing.announce(unit, inbox, text, by=by, title=title, page=page)

    def reword(
        self, unit: "Unit", inbox: InboxInfo, native_id: str, text: str, *, by: "Actor"
    ) -> None:
        from fairline.channels.activitypub import announcing

        announcing.reword(unit, inbox, native_id, text, by=by)

    def take_back(self, unit: "Unit", inbox: InboxInfo, native_id: str, *, by: "Actor") -> None:
        from fairline.channels.activitypub import announcing

        announcing.take_back(unit, inbox, native_id, by=by)

    def announced(
        self, unit: "Unit", inbox: InboxInfo, *, limit: int
    ) -> tuple[tuple[Announced, ...], int]:
        from fairline.channels.activitypub import announcing

        return announcing.announced(unit, inbox, limit=limit)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        from fairline.channels.activitypub.stored import items_in

        return items_in(path)

    def describe(self, payload: bytes) -> dict[str, Any]:
        from fairline.channels.activitypub.stored import describe

        return describe(payload)


def _check(channel: Channel, feedable: Feedable, settling: Settles, telling: Announces) -> None:
    """A static check that the class keeps the contracts."""


_check(FediverseChannel(), FediverseChannel(), FediverseChannel(), FediverseChannel())
