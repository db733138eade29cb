"""Everything moves from one database into another, whole or not at all, and work goes on there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.cases import changes
from fairline.cases.actions import note, reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.cases.search import search
from fairline.cases.tables import cases
from fairline.commands.move import STAYS
from fairline.core.errors import Conflict
from fairline.core.ids import new_id
from fairline.db.engine import Database, open_database
from fairline.db.moving import move
from fairline.db.tables import revisions
from fairline.db.types import metadata
from fairline.people import store as people
from fairline.wiring import Office, listen
from tests.cluster import Cluster
from tests.commands.running import run
from tests.conftest import Cast, said


@pytest.fixture
def lived(office: Office, cast: Cast) -> Office:
    """A company that has said and heard something."""
    for number in range(3):
        with office.database.write() as unit:
            taken = receive(unit, cast.mailbox_ref, said(text=f"Where is parcel {number}?"))
            case = changes.get_case(unit, taken.case_id)
            changes.add_tag(unit, case, "parcel", by=SYSTEM)
            note(unit, case.id, cast.bea, "It is at the depot.")
            reply(unit, case.id, cast.ben, "On its way.")
    with office.database.write() as unit:
        first, last = unit.execute(sa.select(cases.c.id).order_by(cases.c.id)).scalars().all()[::2]
        # A row that refers to one after it.
        unit.execute(sa.update(cases).where(cases.c.id == first).values(repeat_of_id=last))
        people.update_brand(unit, cast.brand.id, {"greeting": "Hello from Acme"})
    return office


@pytest.fixture
def other(cluster: Cluster | None, tmp_path: Path) -> Iterator[Database]:
    """An empty database of the other engine, where there is one."""
    opened = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    yield opened
    opened.close()


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is to be equal: numbers of what pages keep only ever rise."""
    found = {}
    with database.read() as unit:
        for table in metadata.sorted_tables:
            if table is revisions:
                continue
            kept = [c for c in table.columns if c.name not in STAYS.get(table.name, ())]
            query = sa.select(*kept).order_by(*table.primary_key)
            found[table.name] = [tuple(row) for row in unit.execute(query)]
    return found


def test_all_of_it_arrives_and_work_goes_on(
    lived: Office, other: Database, cluster: Cluster | None, cast: Cast
) -> None:
    before = rows(lived.database)
    moved = move(lived.database, other, leave=STAYS)

    assert rows(other) == before
    assert moved["cases"] == 3
    assert moved["events"] == len(before["events"]) > 10
    last = other
    if cluster:  # and back to PostgreSQL, whose numbers must go on
        last = open_database(cluster.create(f"m{new_id().replace('-', '')[-16:]}"))
        move(other, last, leave=STAYS)
        assert rows(last) == before
    listen(last)
    with last.write() as unit:
        receive(unit, cast.mailbox_ref, said(by="dov@mail.test", text="Is my kettle repaired?"))
    with last.read() as unit:
        assert len(search(unit, "kettle")[0]) == 1
        assert len(search(unit, "parcel")[0]) == 3
    last.close()


def test_the_command_takes_everything(lived: Office, other: Database) -> None:
    settings = lived.settings
    where = ("--data-dir", settings.data_dir, "--database-url", settings.url)

    done = run("move", other.engine.url.render_as_string(hide_password=False), *where, "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cases"] == 3
    assert rows(other) == rows(lived.database)


def test_a_database_in_use_is_left_alone(lived: Office, other: Database) -> None:
    move(lived.database, other, leave=STAYS)
    before = rows(other)

    with pytest.raises(Conflict, match="data in the other database"):
        move(lived.database, other, leave=STAYS)

    assert rows(other) == before


def test_what_breaks_off_leaves_nothing_behind(lived: Office, other: Database) -> None:
    def breaks(table: str, _: int) -> None:
        if table == "messages":
            raise OSError("the machine went down")

    with pytest.raises(OSError, match="went down"):
        move(lived.database, other, leave=STAYS, say=breaks)

    assert not rows(other)["brands"]
    assert move(lived.database, other, leave=STAYS)["cases"] == 3


def test_what_is_not_ours_is_not_left_behind_in_silence(lived: Office, other: Database) -> None:
    with lived.database.write() as unit:
        unit.connection.exec_driver_sql("CREATE TABLE somebody_elses (id INTEGER)")

    with pytest.raises(Conflict, match="somebody_elses"):
        move(lived.database, other, leave=STAYS)
