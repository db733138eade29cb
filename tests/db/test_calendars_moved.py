"""A database from before calendars had names: each brand's hours become a calendar, nothing lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.cases.clocks import promises_of
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.db.engine import Database, open_database
from fairline.db.migrate import migrate
from fairline.db.types import to_micros
from fairline.line.kept import kept_in
from fairline.people import store as people
from fairline.people import store_calendars
from fairline.promises.hours import Calendar
from fairline.promises.share import Share
from fairline.promises.targets import Targets
from tests.cluster import Cluster
from tests.journeys.test_upgrade import make_at

HOURS = {"zone": "Asia/Kolkata", "monday": ["10:00-18:00"], "saturday": ["10:00-12:00"]}


@pytest.fixture
def old(cluster: Cluster | None, tmp_path: Path) -> Iterator[Database]:
    """A database of the first revision."""
    name = f"t{new_id().replace('-', '')[-16:]}"
    url = cluster.create(name) if cluster else f"sqlite:///{tmp_path / 'old.db'}"
    make_at(url, "0001")
    database = open_database(url)
    yield database
    database.close()


def insert(database: Database, table: str, **values: Any) -> str:
    """One row as the program of that time wrote it; what is not said is empty."""
    reflected = sa.MetaData()
    with database.write() as unit:
        reflected.reflect(unit.connection, only=[table])
        columns = reflected.tables[table].columns
        row: dict[str, Any] = {"id": new_id(), **values}
        for column in columns:
            if column.name not in row and not column.nullable:
                row[column.name] = _empty(column)
        unit.execute(sa.insert(reflected.tables[table]), row)
    return str(row["id"])


def _empty(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        return {}
    return {int: 0, bool: False}.get(column.type.python_type, "")


def test_hours_become_calendars_of_the_brands_names(old: Database) -> None:
    at = to_micros(now() - timedelta(days=1))
    ids = [
        insert(old, "brands", slug=slug, name=name, calendar=hours, targets={}, created_at=at)
        for slug, name, hours in (("a", "Acme", HOURS), ("b", "Acme", {}), ("c", "Other", {}))
    ]
    contact = insert(old, "contacts", brand_id=ids[0], created_at=at)
    inbox = insert(old, "inboxes", brand_id=ids[0], kind="web", name="Board", created_at=at)
    for number, late in enumerate((0, 60)):
        insert(
            old,
            "cases",
            brand_id=ids[0],
            contact_id=contact,
            inbox_id=inbox,
            reference=f"FL-00000{number}",
            mail_token=f"token{number}",
            status="waiting",
            kind="question",
            severity="money",
            channel="web",
            created_at=at,
            updated_at=at,
            first_due_at=at + 1_000_000,
            first_answered_at=at + late * 1_000_000,
        )

    migrate(old)

    with old.read() as unit:
        assert [c.name for c in store_calendars.all_calendars(unit)] == ["Acme", "Acme 2", "Other"]
        assert promises_of(unit, ids[0], inbox) == (
            Calendar(zone="Asia/Kolkata", monday=("10:00-18:00",), saturday=("10:00-12:00",)),
            Targets(),
        )
        assert promises_of(unit, ids[1])[0] == Calendar()
        assert len({brand.calendar_id for brand in people.all_brands(unit)}) == 3
        assert kept_in(unit, 7).whole == Share(answers=2, kept=1)


def test_the_schema_is_that_of_the_tables(database: Database) -> None:
    """What migrations made and what the program believes: the same columns and indexes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from fairline.db.types import metadata

    mine = {"calendars", "inbox_hours", "kept_promises", "brands", "told_waits", "wait_tails"}
    with database.read() as unit:
        found = compare_metadata(MigrationContext.configure(unit.connection), metadata)
    assert [change for change in found if mine & set(map(str, _names(change)))] == []


def _names(change: Any) -> Iterator[str]:
    """Every table's name in one difference."""
    for part in change if isinstance(change, (list, tuple)) else [change]:
        if isinstance(part, (list, tuple)):
            yield from _names(part)
        elif isinstance(part, str):
            yield part
        elif (table := getattr(part, "table", part)) is not None:
            yield str(getattr(table, "name", ""))
