"""A made-up Telegram on loopback, and an inbox of ours on it."""

from collections.abc import Iterator

import pytest

from fairline.channels.contract import InboxInfo
from fairline.channels.telegram import TelegramChannel
from fairline.channels.telegram.wire import TelegramWire
from fairline.demo.networks.kit import Host
from fairline.demo.networks.telegram import Telegram


def inbox_on(network: Telegram, **options: str) -> InboxInfo:
    return InboxInfo(
        id="0192-inbox",
        brand_id="b",
        brand_name="Acme",
        kind="telegram",
        name="Bot",
        address="@acme_bot",
        options={**network.options(), **options},
        public_url="https://help.acme.test",
    )


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    network = Telegram()
    with Host(network):
        yield network


@pytest.fixture
def inbox(telegram: Telegram) -> InboxInfo:
    return inbox_on(telegram)


@pytest.fixture
def wire(inbox: InboxInfo) -> Iterator[TelegramWire]:
    wire = TelegramWire(inbox)
    yield wire
    wire.close()


@pytest.fixture
def channel() -> TelegramChannel:
    return TelegramChannel()
