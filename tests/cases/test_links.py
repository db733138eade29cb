"""A secret link is a key: the database holds nothing that opens a case."""

import sqlalchemy as sa

from fairline.cases import links
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.store import participants_of
from fairline.core.ids import hash_token
from fairline.db.engine import Database
from fairline.db.types import metadata
from fairline.db.unit import Unit
from tests.conftest import Cast, said


def everything_in(unit: Unit) -> str:
    return "\n".join(
        repr(row) for table in metadata.sorted_tables for row in unit.execute(sa.select(table))
    )


def test_whoever_reads_the_database_can_open_no_case(database: Database, cast: Cast) -> None:
    # Given a case with a link that was used,
    with database.write() as unit:
        case = get_case(unit, receive(unit, cast.mailbox_ref, said()).case_id)
        token = links.issue(unit, case, participants_of(unit, case.id)[0].identity_id)
        link, _ = links.open_link(unit, token)
        links.touch(unit, link)

    # when all tables are read,
    with database.read() as unit:
        found = everything_in(unit)

    # then its hash is there and the token is not.
    assert hash_token(token) in found
    assert token not in found
