"""The fediverse channel beside a made-up server with people on it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from fairline.channels.activitypub import FediverseChannel
from fairline.core.clock import now
from fairline.demo.networks.fediverse import FediverseNetwork
from fairline.demo.networks.fediverse_post import Doc
from fairline.demo.networks.kit import Push, Shown
from fairline.suite.bench import Bench
from fairline.suite.house import House


class FediverseBench(Bench):
    """Nobody serves our own profile here: the network is handed it."""

    channel: FediverseChannel
    network: FediverseNetwork
    says_public: ClassVar[bool] = True
    refusal: ClassVar[int] = 410
    has_tokens: ClassVar[bool] = False

    def __init__(self, *, public: bool = True) -> None:
        self.channel = FediverseChannel()
        self.network = FediverseNetwork()
        self.is_public = public

    def say(self, who: str, text: str, *, under: str = "") -> str:
        return self.network.say(who, text, public=self.is_public, under=under)

    def edit(self, native_id: str, text: str) -> None:
        self.network.edit(native_id, text)

    def remove(self, native_id: str) -> None:
        self.network.remove(native_id)

    def stale(self, push: Push) -> Push | None:
        actor = json.loads(push.body)["actor"]
        by = self.network.person(actor.rpartition("/")[2])
        return by.signed(push.url, push.body, now() - timedelta(days=2))

    def forged(self, push: Push) -> list[Push]:
        dov = self.network.person("dov").signed(push.url, push.body, now())
        cleo = push.headers["signature"]
        key_id = cleo.partition('"')[2].partition('"')[0]
        stolen = re.sub(r'keyId="[^"]*"', f'keyId="{key_id}"', dov.headers["signature"])
        less = re.sub(r'headers="[^"]*"', 'headers="(request-target) host date"', cleo)
        return [
            *super().forged(push),
            replace(dov, headers={**dov.headers, "signature": stolen}),
            replace(push, headers={**push.headers, "signature": less}),
            replace(push, url=push.url.replace("/inbox", "/outbox")),
        ]

    def got(self) -> list[Shown]:
        return [shown for _, shown in self.network.answers()]

    def expire(self) -> None:
        raise AssertionError("keys do not end by themselves")

    def moves_in(self, house: House) -> None:
        """Connect it with a house: its record, and its profile where the network looks for it."""
        transport = house.office.fediverse
        self.channel.transport = transport
        with house.database.read() as unit:
            info = house.office.channels.info_by_id(unit, house.inbox.id)

        def profile(url: str) -> Doc:
            assert url == self.network.company
            key = transport.key(info)
            return {"id": url, "publicKey": {"id": key.key_id, "publicKeyPem": key.public}}

        self.network.gate.look_up = profile
