"""A database from before the guard: nothing of it is lost, and what is public is looked through."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from fairline.cases import look_through, store, store_guard, store_messages
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.db.engine import Database, open_database
from fairline.db.migrate import migrate
from fairline.db.types import metadata, to_micros
from fairline.jobs import store as jobs
from fairline.wiring import Office
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


@pytest.mark.parametrize("is_public", [True, False])
def test_what_is_public_is_looked_through_after_the_upgrade(old: Database, is_public: bool) -> None:
    at = to_micros(now())
    brand = insert(
        old, "brands", slug="a", name="Acme", time_zone="UTC", language="en", created_at=at
    )
    contact = insert(old, "contacts", brand_id=brand, created_at=at)
    inbox = insert(old, "inboxes", brand_id=brand, kind="web", name="Board", created_at=at)
    values = {"brand_id": brand, "contact_id": contact, "inbox_id": inbox, "channel": "web"}
    case = insert(
        old,
        "cases",
        **values,
        reference="FL-000001",
        mail_token="token",
        status="new",
        kind="question",
        severity="money",
        is_public=is_public,
        created_at=at,
        updated_at=at,
    )
    message = insert(
        old,
        "messages",
        case_id=case,
        direction="inbound",
        visibility="public",
        channel="web",
        text="My card 4111 1111 1111 1111 was charged",
        copied=[],
        created_at=at,
    )

    migrate(old)

    with old.read() as unit:
        kept = store_messages.message_by_id(unit, message)
        waiting = [job.kind for job in jobs.page(unit, state="waiting")]
    assert kept
    assert (kept.found, kept.shown_text) == ("", None)
    assert (look_through.JOB in waiting) is is_public
    look_through.run_job(old, {"after": ""})
    with old.read() as unit:
        assert bool(store_guard.guarded_of(unit, case)) is is_public
        found = store.case_by_id(unit, case)
        assert found
        assert ("guard" in found.matters) is is_public
    old.close()


def test_the_operator_may_not_want_it(office: Office) -> None:
    look_through.job(is_wanted=False)(office.database, {"after": ""})
    assert look_through.job(is_wanted=True) is look_through.run_job


def test_the_guards_tables_are_those_of_the_migration(office: Office) -> None:
    inspector = sa.inspect(office.database.engine)
    for name in ("guard_rules", "account_patterns", "messages"):
        made = {column["name"] for column in inspector.get_columns(name)}
        assert made == set(metadata.tables[name].columns.keys())
