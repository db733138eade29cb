"""What a claim, an answer's end and an arrival cost: so many statements, and no more."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from fairline.cases.changes import set_status
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.line.claim import next_case
from tests.conftest import Cast, said


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that goes to the database; what only begins a transaction does not count."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(" ".join(statement.split()))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_a_claim_and_putting_it_away_are_few_statements(
    database: Database, cast: Cast, statements: list[str]
) -> None:
    with database.write() as unit:
        for number in range(3):
            receive(unit, cast.mailbox_ref, said(f"Question {number}", by=f"c{number}@mail.test"))
    for agent in (cast.ben, cast.bea):  # the first time makes what all later ones find
        statements.clear()
        with database.write() as unit:
            case = next_case(unit, agent)
    assert case is not None
    assert len(statements) <= 20, "\n".join(statements)
    statements.clear()
    with database.write() as unit:
        set_status(unit, case, "waiting", by=SYSTEM)
    assert len(statements) <= 13, "\n".join(statements)


def test_in_one_unit_the_row_is_not_read_again(
    database: Database, cast: Cast, statements: list[str]
) -> None:
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said())
    statements.clear()
    with database.write() as unit:
        case = next_case(unit, cast.ben)
        assert case is not None
        set_status(unit, case, "waiting", by=SYSTEM)
    assert len(statements) <= 22, "\n".join(statements)
    of_cases = [one for one in statements if "FROM cases WHERE cases.id =" in one]
    assert of_cases == [], "the claim has read and held it"


def test_an_arrival_writes_each_row_once(
    database: Database, cast: Cast, statements: list[str]
) -> None:
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said(by="first@mail.test"))
    statements.clear()
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said("How do I move?", by="new@mail.test"))
    assert len(statements) <= 27, "\n".join(statements)
    assert not [one for one in statements if one.startswith("UPDATE")]
    tables = [one.split()[2] for one in statements if one.startswith("INSERT")]
    assert sorted(tables).count("cases") == tables.count("participants") == 1
