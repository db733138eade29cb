"""A database from before effort was counted: its cases are counted from their events, by a job."""

from pathlib import Path
from typing import Any

import pytest

from fairline.cases import effort_kept, store, store_export
from fairline.cases.effort import Effort, effort_of
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.db.engine import Database, open_database
from fairline.db.migrate import migrate
from fairline.db.types import to_micros
from fairline.jobs import store as jobs
from fairline.wiring import JOBS
from tests.cluster import Cluster
from tests.db.test_calendars_moved import insert
from tests.journeys.test_upgrade import make_at


@pytest.fixture
def old(cluster: Cluster | None, tmp_path: Path) -> Database:
    """A database as it was released before."""
    name = f"t{new_id().replace('-', '')[-16:]}"
    url = cluster.create(name) if cluster else f"sqlite:///{tmp_path / 'old.db'}"
    make_at(url, "0007")
    return open_database(url)


def test_old_cases_are_counted_after_the_upgrade(old: Database) -> None:
    at = to_micros(now())
    brand = insert(
        old, "brands", slug="a", name="Acme", time_zone="UTC", language="en", created_at=at
    )
    contact = insert(old, "contacts", brand_id=brand, created_at=at)
    inbox = insert(old, "inboxes", brand_id=brand, kind="web", name="Board", created_at=at)
    case = insert(
        old,
        "cases",
        brand_id=brand,
        contact_id=contact,
        inbox_id=inbox,
        channel="web",
        reference="FL-000001",
        mail_token="token",
        status="open",
        kind="question",
        severity="money",
        is_public=False,
        created_at=at,
        updated_at=at,
    )
    happened: list[tuple[str, str, dict[str, Any]]] = [
        ("message_received", "contact", {"channel": "web"}),
        ("owner_changed", "agent", {"from": "a", "to": "b"}),
        ("message_received", "contact", {"channel": "email"}),
        ("message_received", "contact", {"channel": "email", "automatic": True}),
    ]
    rows = [
        {"case_id": case, "kind": kind, "at": now(), "actor_kind": actor, "data": data}
        for kind, actor, data in happened
    ]
    with old.write() as unit:
        store_export.insert_events(unit, rows)

    migrate(old)

    assert of(old, case) == Effort()
    with old.read() as unit:
        assert effort_kept.JOB in [job.kind for job in jobs.page(unit, state="waiting")]
    JOBS[effort_kept.JOB](old, {"after": ""})
    assert of(old, case) == Effort(
        contact_count=2, handoff_count=1, switch_count=1, heard_on="web email"
    )
    old.close()


def of(database: Database, case_id: str) -> Effort:
    with database.read() as unit:
        found = store.case_by_id(unit, case_id)
    assert found
    return effort_of(found)
