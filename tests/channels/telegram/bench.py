"""Telegram as the contract suite drives it: pushed to our door, in private or in a public group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from fairline.channels.telegram import TelegramChannel
from fairline.channels.telegram.options import secret_of
from fairline.demo.networks.kit import Push, Shown
from fairline.demo.networks.telegram import TOKEN, Telegram
from fairline.suite.bench import Bench


class TelegramBench(Bench):
    hand_overs: ClassVar[Sequence[tuple[str, str]]] = (("POST", f"/bot{TOKEN}/sendMessage"),)

    def __init__(self) -> None:
        self.channel = TelegramChannel()
        self.network: Telegram = Telegram()
        self.network.hook_secret = secret_of(TOKEN)

    def options(self) -> dict[str, str]:
        return {**self.network.options(), "mode": "webhook"}

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def forged(self, push: Push) -> list[Push]:
        """The secret is all that Telegram shows."""
        name = "X-Telegram-Bot-Api-Secret-Token"
        bare = {key: value for key, value in push.headers.items() if key != name}
        wrong = {**push.headers, name: push.headers[name][::-1]}
        return [replace(push, headers=bare), replace(push, headers=wrong)]

    def got(self) -> list[Shown]:
        return self.network.taken()

    def expire(self) -> None:
        self.network.token = "7001:another-token-since-this-morning-000"


class GroupBench(TelegramBench):
    says_public: ClassVar[bool] = True


class PollBench(TelegramBench):
    """Without a webhook: everything is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.network.hook_secret = ""

    def options(self) -> dict[str, str]:
        return {**self.network.options(), "mode": "poll"}
