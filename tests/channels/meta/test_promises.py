"""Meta's four channels keep the contract."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.meta.bench import (
    FacebookBench,
    InstagramBench,
    MessengerBench,
    WhatsAppBench,
)


class TestMessenger(Promises):
    def bench(self) -> Bench:
        return MessengerBench()


class TestInstagram(Promises):
    def bench(self) -> Bench:
        return InstagramBench()


class TestFacebook(Promises):
    def bench(self) -> Bench:
        return FacebookBench()


class TestWhatsApp(Promises):
    def bench(self) -> Bench:
        return WhatsAppBench()
