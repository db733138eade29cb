"""Meta's four channels, each beside its made-up network."""

from typing import ClassVar

from fairline.channels.meta import (
    FacebookChannel,
    InstagramChannel,
    MessengerChannel,
    WhatsAppChannel,
)
from fairline.demo.networks.facebook import Facebook
from fairline.demo.networks.graph import GraphNetwork
from fairline.demo.networks.instagram import Instagram
from fairline.demo.networks.kit import Shown
from fairline.demo.networks.messenger import Messenger
from fairline.demo.networks.whatsapp import WhatsApp
from fairline.suite.bench import Bench


class GraphBench(Bench):
    """What the four have in common."""

    network: GraphNetwork

    def __init__(self) -> None:
        self.network.subscribed = {"messages", "feed"}

    def got(self) -> list[Shown]:
        return [shown for _, shown in self.network.said if shown.by == "company"]

    def expire(self) -> None:
        self.network.token = "another one"


class MessengerBench(GraphBench):
    hand_overs = (("POST", f"/v25.0/{Messenger.node}/messages"),)
    network: Messenger

    def __init__(self) -> None:
        self.channel = MessengerChannel()
        self.network = Messenger()
        super().__init__()

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit_message(native_id, text)


class InstagramBench(GraphBench):
    """Where people write in private."""

    hand_overs = (("POST", f"/v25.0/{Instagram.node}/messages"),)
    network: Instagram

    def __init__(self) -> None:
        self.channel = InstagramChannel()
        self.network = Instagram()
        super().__init__()

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit_message(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.unsend(native_id)


class InstagramCommentsBench(GraphBench):
    """Where people comment."""

    says_public: ClassVar[bool] = True
    hand_overs = (("POST", "/v25.0/1787"),)
    network: Instagram

    def __init__(self) -> None:
        self.channel = InstagramChannel()
        self.network = Instagram()
        super().__init__()


class FacebookBench(GraphBench):
    says_public: ClassVar[bool] = True
    hand_overs = (("POST", f"/v25.0/{Facebook.node}_"),)
    network: Facebook

    def __init__(self) -> None:
        self.channel = FacebookChannel()
        self.network = Facebook()
        super().__init__()

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)


class WhatsAppBench(GraphBench):
    hand_overs = (("POST", f"/v25.0/{WhatsApp.node}/messages"),)
    network: WhatsApp

    def __init__(self) -> None:
        self.channel = WhatsAppChannel()
        self.network = WhatsApp()
        super().__init__()

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)
