"""Queues: each place is in the one it belongs to, also those from before there were any."""

import importlib

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from fairline.cases import changes
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.line import store_queues
from fairline.line.claim import next_case
from fairline.line.tables import line_places, line_queues
from tests.conftest import Cast, said
from tests.line.crew import make_team


def test_an_upgrade_puts_every_place_into_its_queue(database: Database, cast: Cast) -> None:
    asked = []
    with database.write() as unit:
        team = make_team(unit, cast.ben)
        for number in range(4):
            mail = said(by=f"c{number}@mail.test")
            asked.append(receive(unit, cast.mailbox_ref, mail).case_id)
        changes.set_team(unit, changes.get_case(unit, asked[0]), team.id, by=SYSTEM)
    with database.write() as unit:
        unit.execute(sa.update(line_places).values(queue_id=None))
        unit.execute(sa.delete(line_queues))
    migration = importlib.import_module("fairline.db.migrations.versions.0003_routing")

    with (
        database.write() as unit,
        Operations.context(MigrationContext.configure(unit.connection)),
    ):
        migration._fill_queues()

    with database.write() as unit:
        queues = {one.id: one.team_id for one in store_queues.all_queues(unit)}
        places = {row.case_id: row for row in unit.execute(sa.select(line_places))}
        assert sorted(queues.values(), key=str) == sorted([team.id, None], key=str)
        assert {queues[row.queue_id] == row.team_id for row in places.values()} == {True}
        case = next_case(unit, cast.ben)
        assert case is not None
        assert case.id == asked[0]


def test_the_queue_of_a_kind_is_made_once(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = store_queues.queue_of(unit, cast.brand.id, None, None)
        assert store_queues.queue_of(unit, cast.brand.id, None, None) == first
        assert [one.id for one in store_queues.all_queues(unit)] == [first]
        assert store_queues.heads(unit, [first]) == []
        assert store_queues.heads(unit, []) == []
        assert store_queues.claim_free(unit, first) is None
