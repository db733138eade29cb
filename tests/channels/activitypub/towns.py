"""A whole Fairline server on loopback that federates: its own database, its own port, real HTTP.

Work is done when a test says so (`work`), so nothing waits for a clock.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from granian.constants import Interfaces
from granian.server.embed import Server

from fairline.cases import store, store_messages
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.cases.tables import cases
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.activitypub import places
from fairline.channels.activitypub.delivering import Deliverer
from fairline.channels.contract import InboxInfo
from fairline.channels.inboxes import create_inbox
from fairline.channels.ledger import Ledger
from fairline.core.settings import Settings
from fairline.people.tables import Brand
from fairline.wiring import Office
from tests.apps import app_of


class Town:
    """One server. `name` is the account's."""

    def __init__(self, folder: str, database_url: str, brand: Brand, name: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.office = Office(
            Settings(
                data_dir=folder,
                database_url=database_url,
                base_url=self.url,
                sender_checks=False,
                outside_allow=("127.0.0.0/8",),
            )
        )
        self.brand = brand
        with self.office.database.write() as unit:
            self.inbox_id = create_inbox(
                unit,
                self.office.channels,
                brand_id=brand.id,
                kind="fediverse",
                name=name,
                address=f"{name}@127.0.0.1:{self.port}",
                options={},
                by=SYSTEM,
            ).id
        self.ledger = Ledger(self.office.database, self.office.channels)
        self.ingest = self.office.make_ingest()
        self.worker, _, _ = self.office.make_worker()
        self.deliverer = Deliverer(self.office.fediverse, self.office.channels)
        self._end: Callable[[], None] | None = None

    @property
    def inbox(self) -> InboxInfo:
        with self.office.database.read() as unit:
            return self.office.channels.info_by_id(unit, self.inbox_id)

    @property
    def actor(self) -> str:
        return places.actor_id(self.inbox)

    def set(self, **options: str) -> None:
        """Change the inbox's settings."""
        with self.office.database.write() as unit:
            inbox = store_inboxes.inbox_by_id(unit, self.inbox_id)
            assert inbox
            store_inboxes.update(unit, inbox.id, {"options": {**inbox.options, **options}})

    def start(self) -> None:
        loop = asyncio.new_event_loop()
        server = Server(
            app_of(self.office),
            address="127.0.0.1",
            port=self.port,
            interface=Interfaces.ASGI,
        )

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(server.serve())

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        _reached(self.port)

        def end() -> None:
            self.office.live.stop()
            loop.call_soon_threadsafe(server.stop)
            thread.join(15)
            loop.close()

        self._end = end

    def stop(self) -> None:
        if self._end:
            self._end()
        self._end = None

    def close(self) -> None:
        self.stop()
        self.ledger.close()
        self.office.close()

    def work(self) -> None:
        """Do all that is due."""
        steps = (
            self.ledger.step,
            self.ingest.step,
            self.deliverer.step,
            self.worker.run_one,
        )
        while [step for step in steps if step("test")]:
            pass

    def hurry(self) -> None:
        """Let what waits for its next try be due now."""
        with self.office.database.write() as unit:
            for delivery in self.deliveries():
                if delivery.state == "queued":
                    store_deliveries.update(unit, delivery.id, {"next_try_at": unit.now})

    def deliveries(self) -> list[Any]:
        with self.office.database.read() as unit:
            ids = [message.id for message in self.messages()]
            return [d for found in store_deliveries.of_messages(unit, ids).values() for d in found]

    def fate(self, message: Message) -> tuple[str, str]:
        """State and the provider's code of its only delivery."""
        with self.office.database.read() as unit:
            [found] = store_deliveries.of_messages(unit, [message.id])[message.id]
        return found.state, found.provider_code

    def cases(self) -> list[Case]:
        with self.office.database.read() as unit:
            ids = [row.id for row in unit.execute(sa.select(cases.c.id).order_by(cases.c.id))]
            found = [store.case_by_id(unit, case_id) for case_id in ids]
        return [case for case in found if case]

    def messages(self) -> list[Message]:
        with self.office.database.read() as unit:
            return [
                message
                for case in self.cases()
                for message in store_messages.thread(unit, case.id, limit=100)
            ]

    def heard(self, text: str) -> Message:
        """The one message that says so."""
        [found] = [message for message in self.messages() if text in message.text]
        return found

    def texts(self) -> list[str]:
        return [message.text for message in self.messages()]


def _reached(port: int) -> None:
    """Wait until the server takes connections."""
    for _ in range(400):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.02)
    raise AssertionError("the server did not start")
