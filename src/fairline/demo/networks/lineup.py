"""The networks of the demo, served together, and an inbox of the company on each.

The networks forget everything when the demo stops. So each start puts the inboxes of the one before
away and makes new ones: their cases stay, and nothing new is mistaken for something old.
"""

import secrets

from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes
from fairline.channels.inboxes import archive_inbox, create_inbox
from fairline.channels.rows import Inbox
from fairline.core.errors import FairlineError
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.db.unit import Unit
from fairline.demo.networks.bluesky import BlueskyNetwork
from fairline.demo.networks.comments_site import CommentsSite
from fairline.demo.networks.facebook import Facebook
from fairline.demo.networks.fediverse import FediverseNetwork
from fairline.demo.networks.instagram import Instagram
from fairline.demo.networks.kit import Host, Network
from fairline.demo.networks.mastodon import MastodonNetwork
from fairline.demo.networks.messenger import Messenger
from fairline.demo.networks.pinboard import Pinboard
from fairline.demo.networks.sms import Sms
from fairline.demo.networks.stage import Stage
from fairline.demo.networks.telegram import Telegram
from fairline.demo.networks.village import Village
from fairline.demo.networks.voice import Telephone
from fairline.demo.networks.whatsapp import WhatsApp
from fairline.demo.networks.x import XNetwork
from fairline.wiring import Office

# The kind of channel that serves each.
KINDS: dict[type[Network], str] = {
    XNetwork: "x",
    MastodonNetwork: "mastodon",
    FediverseNetwork: "fediverse",
    BlueskyNetwork: "bluesky",
    Facebook: "facebook",
    Instagram: "instagram",
    Messenger: "messenger",
    WhatsApp: "whatsapp",
    Telegram: "telegram",
    Sms: "sms",
    Telephone: "phone",
    Village: "custom",
    CommentsSite: "comments",
    Pinboard: "feed",
}


class LineUp:
    """All of them on one port, and their stage. `delivers`: they post their pushes themselves."""

    def __init__(self, *, delivers: bool = True) -> None:
        self.networks = [network() for network in KINDS]
        self.key = secrets.token_urlsafe(18)
        self._stage = Stage(self.key, {one.name: one for one in self.networks})
        self._host = Host(*self.networks, self._stage, delivers=delivers)

    @property
    def address(self) -> str:
        """Where the stage is, with its key, as the page of the demo wants it."""
        return f"{self._stage.url}#{self.key}"

    def start(self) -> None:
        self._host.start()

    def stop(self) -> None:
        self._host.stop()

    def connect(self, office: Office, brand_id: str) -> dict[str, Inbox]:
        """An inbox of the brand on each network, by the network's name."""
        made = {}
        for network in self.networks:
            kind = KINDS[type(network)]
            try:
                with office.database.write() as unit:
                    _put_away(unit, brand_id, kind)
                    inbox = create_inbox(
                        unit,
                        office.channels,
                        brand_id=brand_id,
                        kind=kind,
                        name=network.label,
                        address=network.address(),
                        options=network.options(),
                        by=SYSTEM,
                    )
            except FairlineError as error:  # the demo goes on with the others
                log.error("a network of the demo is not connected", kind=kind, error=error.text)
                continue
            network.hook_url = f"{office.settings.public_url}/hooks/{inbox.id}"
            made[network.name] = inbox
        return made


def _put_away(unit: Unit, brand_id: str, kind: str) -> None:
    for old in store_inboxes.all_inboxes(unit, brand_id=brand_id, kind=kind):
        archive_inbox(unit, old.id, by=SYSTEM)
        # Its address is free again for the next one.
        store_inboxes.update(unit, old.id, {"address": f"{old.address} (until {new_id()[:13]})"})
