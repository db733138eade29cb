"""Text messages as the contract suite drives them."""

from collections.abc import Sequence
from typing import ClassVar

from fairline.channels.sms import SmsChannel
from fairline.demo.networks.kit import Shown
from fairline.demo.networks.sms import Sms
from fairline.demo.networks.twilio_account import ACCOUNT
from fairline.suite.bench import Bench


class SmsBench(Bench):
    hand_overs: ClassVar[Sequence[tuple[str, str]]] = (
        ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"),
    )

    def __init__(self) -> None:
        self.channel = SmsChannel()
        self.network: Sms = Sms()

    def got(self) -> list[Shown]:
        return self.network.taken()

    def expire(self) -> None:
        self.network.token = "another" * 4
