"""Our side of the tests: the account, what it has stored, and its worker."""

import json
from typing import Any

import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.inbound import Inbound
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes, store_raw
from fairline.channels.activitypub import gathering, places, tables
from fairline.channels.activitypub.delivering import Deliverer
from fairline.channels.activitypub.translate import translate
from fairline.channels.contract import InboxInfo
from fairline.channels.inboxes import create_inbox
from fairline.channels.raw import payload_of
from fairline.channels.tables import raw_items
from fairline.core.clock import now
from fairline.core.settings import Settings
from fairline.jobs.tables import jobs
from fairline.jobs.worker import Worker
from fairline.web.tables import rate_buckets
from fairline.wiring import Office
from tests.channels.activitypub.abroad import Person, send

OPTIONS = {"summary": "We help."}
# What others told us, and what waits for them. The account and its key stay.
KEPT = (
    raw_items,
    jobs,
    rate_buckets,
    tables.fediverse_outgoing,
    tables.fediverse_activities,
    tables.fediverse_hosts,
    tables.fediverse_followers,
    tables.fediverse_actors,
    tables.fediverse_objects,
)


class Acme:
    """One install with an account. `client` calls it as others would."""

    client: TestClient[Litestar]

    def __init__(self, folder: str, database_url: str, brand_id: str) -> None:
        self.office = Office(
            Settings(
                data_dir=folder,
                database_url=database_url,
                base_url="http://help.acme.test",
                sender_checks=False,
                outside_allow=("127.0.0.0/8", "::1/128"),
            )
        )
        with self.office.database.write() as unit:
            inbox = create_inbox(
                unit,
                self.office.channels,
                brand_id=brand_id,
                kind="fediverse",
                name="Acme",
                address="support@help.acme.test",
                options=OPTIONS,
                by=SYSTEM,
            )
            other = create_inbox(
                unit,
                self.office.channels,
                brand_id=brand_id,
                kind="fediverse",
                name="Press",
                address="press@help.acme.test",
                options={},
                by=SYSTEM,
            )
        self.inbox_id, self._second = inbox.id, other.id
        gatherer = gathering.Gatherer(self.office.fediverse, self.office.channels)
        self.worker = Worker(self.office.database, {gathering.JOB: gatherer.work})
        self.deliverer = Deliverer(self.office.fediverse, self.office.channels)

    @property
    def account(self) -> InboxInfo:
        with self.office.database.read() as unit:
            return self.office.channels.info_by_id(unit, self.inbox_id)

    @property
    def second(self) -> InboxInfo:
        """Another account, on the same server."""
        with self.office.database.read() as unit:
            return self.office.channels.info_by_id(unit, self._second)

    @property
    def actor(self) -> str:
        return places.actor_id(self.account)

    def begin_anew(self) -> None:
        with self.office.database.write() as unit:
            store_inboxes.update(unit, self.inbox_id, {"options": OPTIONS})
            for table in KEPT:
                unit.execute(sa.delete(table))
        self.office.fediverse._failed.clear()

    def set(self, **options: str) -> None:
        """Change the account's settings."""
        with self.office.database.write() as unit:
            values = {"options": {**OPTIONS, **options}}
            store_inboxes.update(unit, self.inbox_id, values)

    def told(self, by: Person, activity: dict[str, Any] | bytes, **how: Any) -> int:
        """Sent to its own inbox. Returns the status."""
        return send(self.client, by, f"{self.actor}/inbox", activity, **how)

    def told_to_all(self, by: Person, activity: dict[str, Any]) -> int:
        return send(self.client, by, places.shared_inbox(self.account), activity)

    def work(self) -> None:
        while self.worker.run_one("test"):
            pass

    def hurry(self) -> None:
        """Let what waits for a later try be due now, and do it."""
        with self.office.database.write() as unit:
            unit.execute(sa.update(jobs).values(run_at=unit.now))
            hosts = tables.fediverse_hosts
            waits = hosts.c.due_at.is_not(None)
            unit.execute(sa.update(hosts).where(waits).values(due_at=unit.now))
        self.work()

    def deliver(self) -> None:
        """Send what is due."""
        while self.deliverer.step("test"):
            pass

    @property
    def stored(self) -> list[dict[str, Any]]:
        """What came in, as it is kept, oldest first."""
        self.work()
        with self.office.database.read() as unit:
            rows = store_raw.oldest_stored(unit, limit=50)
            return [json.loads(payload_of(unit, row)) for row in rows]

    @property
    def native_ids(self) -> list[str]:
        self.work()
        with self.office.database.read() as unit:
            return [row.native_id for row in store_raw.oldest_stored(unit, limit=50)]

    def understood(self) -> Inbound:
        """The only thing that came in, as something said."""
        [item] = self.stored
        said = translate(json.dumps(item).encode(), self.account, received_at=now())
        assert isinstance(said, Inbound)
        return said
