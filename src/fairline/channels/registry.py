"""The channels this install has, and inboxes as channels see them. Built once by `wiring.py`."""

from collections.abc import Callable
from importlib.metadata import entry_points

import msgspec

from fairline.channels import store_inboxes
from fairline.channels.contract import Channel, InboxInfo, Memory, Recalls
from fairline.channels.rows import Inbox
from fairline.channels.tables import inboxes
from fairline.core.errors import Invalid, NotFound
from fairline.core.secrets import Keyring
from fairline.db.sealed import Sealed, declare
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people.tables import Brand

ENTRY_POINTS = "fairline.channels"
SECRETS = "inbox.secrets"
declare(
    Sealed(name="inbox", several="inboxes", column=inboxes.c.secrets, purpose=lambda _id: SECRETS)
)


class Channels:
    """Looks up a channel by kind and opens an inbox's secrets for it."""

    def __init__(
        self,
        known: list[Channel],
        keyring: Keyring,
        *,
        public_url: str,
        install_id: str,
        recall: Callable[[str], Memory] | None = None,
    ) -> None:
        self._recall = recall
        self._by_kind: dict[str, Channel] = {}
        for channel in known:
            self.add(channel)
        self.keyring = keyring
        self.public_url = public_url
        self.install_id = install_id

    def add(self, channel: Channel) -> None:
        """Install a channel; while running, a test's or a demo's."""
        if isinstance(channel, Recalls):
            channel.recall = self._recall
        self._by_kind[channel.kind] = channel

    def has(self, kind: str) -> bool:
        """Whether it is installed: a package may be taken out while its inboxes stay."""
        return kind in self._by_kind

    def of_kind(self, kind: str) -> Channel:
        """Raises Invalid when no such channel is installed."""
        channel = self._by_kind.get(kind)
        if channel is None:
            raise Invalid(
                f"There is no channel {kind!r}. Installed: {', '.join(sorted(self._by_kind))}.",
                code="no_channel",
            )
        return channel

    def all(self) -> list[Channel]:
        """By label."""
        return sorted(self._by_kind.values(), key=lambda channel: channel.label)

    def info(self, unit: Unit, inbox: Inbox) -> InboxInfo:
        """The inbox with its secrets opened. Raises Unavailable when the key is another one."""
        brand = people.brand_by_id(unit, inbox.brand_id)
        if brand is None:
            raise NotFound("The inbox has lost its brand.", code="no_brand")
        return self.info_of(inbox, brand)

    def info_of(self, inbox: Inbox, brand: Brand) -> InboxInfo:
        """The same where the brand is known. Reads nothing."""
        options = {name: str(value) for name, value in inbox.options.items()}
        if inbox.secrets:
            opened = self.keyring.open(inbox.secrets, purpose=SECRETS)
            options.update(msgspec.json.decode(opened, type=dict[str, str]))
        options.setdefault("install_id", self.install_id)
        return InboxInfo(
            id=inbox.id,
            brand_id=inbox.brand_id,
            brand_name=brand.name,
            kind=inbox.kind,
            name=inbox.name,
            address=inbox.address,
            options=options,
            public_url=self.public_url,
        )

    def info_by_id(self, unit: Unit, inbox_id: str) -> InboxInfo:
        """Raises NotFound."""
        inbox = store_inboxes.inbox_by_id(unit, inbox_id)
        if inbox is None:
            raise NotFound("There is no such inbox.", code="no_inbox")
        return self.info(unit, inbox)


def installed() -> list[Channel]:
    """Channels that other packages bring, by entry point."""
    return [point.load()() for point in entry_points(group=ENTRY_POINTS)]
