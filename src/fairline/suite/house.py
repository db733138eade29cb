"""A whole install around one channel: what the contract suite drives.

A small company on SQLite with one agent and one inbox of the channel, whose provider is made up and
listens on loopback. Nothing runs by itself: a test says when news is fetched, what is pushed in
which order, and when what is due is sent.
"""

import shutil
import tempfile
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from fairline.cases import actions, store, store_messages
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.channels import doors, hearing, receipts, store_deliveries, store_inboxes, store_raw
from fairline.channels.contract import HookAnswer, HookRequest, Wire
from fairline.channels.inboxes import create_inbox
from fairline.channels.memory import open_wire
from fairline.channels.rows import Delivery, Inbox, RawRow
from fairline.core.clock import now
from fairline.core.settings import Settings
from fairline.demo.networks.kit import Host, Push
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.suite.bench import Bench
from fairline.wiring import Office

WORKER = "suite"
MOST_STEPS = 2_000
PUBLIC_URL = "https://help.acme.example"


class House:
    """One install with one inbox of the bench's channel."""

    def __init__(self, folder: Path, bench: Bench, *, public_url: str = PUBLIC_URL) -> None:
        for file in _template().iterdir():
            shutil.copy(file, folder / file.name)
        self.bench = bench
        settings = _settings(folder, public_url)
        self.office = Office(settings)
        self.office.channels.add(bench.channel)
        self.database = self.office.database
        self.ingest = self.office.make_ingest()
        _, _, self.ledger = self.office.make_worker()
        self.host = Host(bench.network)
        self.host.start()
        with self.database.write() as unit:
            (self.brand,) = people.all_brands(unit)
            (self.agent,) = people.all_agents(unit)
            self.inbox = create_inbox(
                unit,
                self.office.channels,
                brand_id=self.brand.id,
                kind=bench.channel.kind,
                name="Network",
                address=bench.address(),
                options=bench.options(),
                by=SYSTEM,
            )
        bench.network.hook_url = f"{public_url}/hooks/{self.inbox.id}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()
        self.go_away()
        self.office.close()

    def go_away(self) -> None:
        """The provider does not answer any more."""
        self.bench.away()
        self.host.stop()

    def deliver(self, push: Push) -> HookAnswer:
        """Bring one push to our door. Raises NotAllowed where it is refused."""
        parts = urlsplit(push.url)
        request = HookRequest(
            method=push.method,
            url=push.url,
            at=now(),
            path=parts.path.partition(self.inbox.id)[2],
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in push.headers.items()},
            body=push.body,
        )
        return hearing.hear(self.database, self.office.channels, self.inbox.id, request)

    def fetch(self) -> int:
        """Fetch what is new. Returns how many items; 0 where the channel is only pushed."""
        if not self.bench.channel.capabilities.polls:
            return 0
        wire = self.wire()
        try:
            return doors.fetch_once(self.database, self.present(), wire)
        finally:
            wire.close()

    def wire(self) -> Wire:
        """A wire of the inbox, as the poll loop opens one."""
        with self.database.read() as unit:
            info = self.office.channels.info_by_id(unit, self.inbox.id)
        return open_wire(self.office.channels, info, self.database)

    def present(self) -> Inbox:
        """The inbox as it stands now."""
        with self.database.read() as unit:
            found = store_inboxes.inbox_by_id(unit, self.inbox.id)
        assert found, "the inbox is gone"
        return found

    def understand(self) -> None:
        """Take everything that is stored."""
        for _ in range(MOST_STEPS):
            if not self.ingest.step(WORKER):
                return
        raise AssertionError("understanding does not come to an end")

    def hear_all(self) -> None:
        """Everything that the network has for us, by whatever way it comes."""
        for push in self.bench.network.take_pushes():
            self.deliver(push)
        self.fetch()
        self.understand()

    def with_id(self, native_id: str) -> list[Message]:
        """Every message of this inbox that carries a native id."""
        with self.database.read() as unit:
            found = store_messages.messages_with_native_ids(unit, [native_id])
        return [message for message in found if message.inbox_id == self.inbox.id]

    def thread(self, case: Case) -> list[Message]:
        """All that was said on a case, oldest first."""
        with self.database.read() as unit:
            return store_messages.thread(unit, case.id)

    def case_of(self, native_id: str) -> Case:
        """The case that holds a message."""
        with self.database.read() as unit:
            message = store_messages.message_by_native_id(unit, self.inbox.id, native_id)
            assert message, f"{native_id} is on no case"
            case = store.case_by_id(unit, message.case_id)
        assert case
        return case

    def message(self, native_id: str) -> Message:
        """The message with a native id."""
        with self.database.read() as unit:
            found = store_messages.message_by_native_id(unit, self.inbox.id, native_id)
        assert found, f"{native_id} is on no case"
        return found

    def raw(self, native_id: str) -> RawRow:
        """The stored item of a native id."""
        with self.database.read() as unit:
            found = store_raw.by_native_id(unit, self.inbox.id, self.bench.raw_id(native_id))
        assert found, f"{native_id} was not stored"
        return found

    def reply(self, case: Case, text: str, *, public: bool | None = None) -> list[Delivery]:
        """The agent answers; public where the case is, unless told. Nothing is sent yet."""
        is_public = case.is_public if public is None else public
        visibility = "public" if is_public else "private"
        with self.database.write() as unit:
            message = actions.reply(unit, case.id, self.agent, text, visibility=visibility)
        return self.deliveries(message)

    def deliveries(self, message: Message) -> list[Delivery]:
        """The deliveries of one of our messages."""
        with self.database.read() as unit:
            return store_deliveries.of_messages(unit, [message.id]).get(message.id, [])

    def send(self) -> None:
        """Send all that is due."""
        for _ in range(MOST_STEPS):
            if not self.ledger.step(WORKER):
                return
        raise AssertionError("sending does not come to an end")

    def delivery(self, delivery_id: str) -> Delivery:
        """How a delivery stands now."""
        with self.database.read() as unit:
            found = store_deliveries.by_id(unit, delivery_id)
        assert found
        return found

    def try_at_once(self, delivery_id: str) -> None:
        """Let no more time pass before the next try."""
        with self.database.write() as unit:
            values = {"next_try_at": unit.now - timedelta(seconds=1)}
            store_deliveries.update(unit, delivery_id, values)

    def was_read(self, delivery_id: str) -> bool:
        """Whether a receipt said that it arrived."""
        return receipts.RANK[self.delivery(delivery_id).state] >= receipts.RANK["delivered"]


def waits_s(delivery: Delivery, since: datetime) -> float:
    """How long a delivery waits for its next try."""
    assert delivery.next_try_at, "it is not tried again"
    return (delivery.next_try_at - since).total_seconds()


def _settings(folder: Path, public_url: str) -> Settings:
    return Settings(
        data_dir=str(folder),
        base_url=public_url,
        sender_checks=False,
        outside_allow=("127.0.0.0/8",),
    )


@lru_cache(maxsize=1)
def _template() -> Path:
    """A company to copy, made once: hashing a password takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="fairline-suite-"))
    office = Office(_settings(folder, PUBLIC_URL))
    with office.database.write() as unit:
        create_brand(unit, name="Acme", slug="acme")
        create_agent(
            unit,
            email="ben@acme.example",
            name="Ben",
            role="agent",
            password="correct horse battery staple",  # noqa: S106
        )
    office.close()
    return folder
