"""What the migration made and what the program believes: the same tables, columns and indexes."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from fairline.db.engine import Database
from fairline.db.types import metadata

MINE = ("continuations", "continuation_proofs", "fallbacks", "answer_to_id")


def test_the_schema_is_that_of_the_tables(database: Database) -> None:
    with database.read() as unit:
        found = compare_metadata(MigrationContext.configure(unit.connection), metadata)

    assert [change for change in map(repr, found) if any(name in change for name in MINE)] == []
