"""A merged case is taken out whole, and rebuilt elsewhere it is the same."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fairline.cases import store
from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import get_case
from fairline.cases.document import decode, encode
from fairline.cases.export import blobs_of, export_case, find_case
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.cases.merging.moving import split
from fairline.cases.rebuild import rebuild_case
from fairline.cases.rows import SYSTEM
from fairline.channels.carried import CARRIED
from fairline.channels.ingest import inbox_ref
from fairline.channels.store_inboxes import inbox_by_id
from fairline.core.settings import Settings
from fairline.wiring import Office
from tests.cluster import Cluster
from tests.conftest import Cast, said


@pytest.fixture
def elsewhere(
    empty_database: str, cluster: Cluster | None, tmp_path: Path
) -> Iterator[Callable[[], Office]]:
    """Another install."""
    made: list[Office] = []

    def make() -> Office:
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        url = f"sqlite:///{folder / 'fairline.db'}"
        if cluster:
            name = f"merged{abs(hash(tmp_path)) % 10**12}"
            url = cluster.create(name, template="fairline_template")
        else:
            shutil.copy(str(sa.make_url(empty_database).database), folder / "fairline.db")
        made.append(Office(Settings(data_dir=str(folder), database_url=url)))
        return made[-1]

    yield make
    for office in made:
        office.close()


def test_a_merged_case_is_rebuilt_with_the_numbers_that_lead_to_it(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    by = actor_of(cast.ben)
    with office.database.write() as unit:
        ids = [receive(unit, cast.mailbox_ref, said(f"Part {n}")).case_id for n in range(3)]
        reply(unit, ids[0], cast.ben, "We look into it.")
    with office.database.write() as unit:
        merge(unit, get_case(unit, ids[0]), get_case(unit, ids[1]), by=by)
        merge(unit, get_case(unit, ids[1]), get_case(unit, ids[2]), by=by)
    with office.database.read() as unit:
        references = [row.reference for row in store.cases_by_id(unit, ids).values()]
        taken = export_case(unit, find_case(unit, references[0]).id, CARRIED)
        blobs = dict(blobs_of(unit, taken))
    assert len(taken.merged) == 2
    assert decode(encode(taken)) == taken
    there = elsewhere()
    with there.database.write() as unit:
        rebuild_case(unit, taken, blobs, CARRIED, by=SYSTEM)
    with there.database.read() as unit:
        found = {find_case(unit, reference).id for reference in references}
        assert found == {ids[2]}
        assert export_case(unit, ids[2], CARRIED) == taken
        kept = get_case(unit, ids[0])
    with there.database.write() as unit:
        # A mail to the number of a case that was merged before the move.
        again = said("Any news?", reference=references[0])
        inbox = inbox_by_id(unit, kept.inbox_id)
        assert inbox
        assert receive(unit, inbox_ref(unit, inbox), again).case_id == ids[2]


def test_a_case_that_was_split_and_one_without_merges_are_as_before(
    office: Office, cast: Cast
) -> None:
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said("One", native_id="a@mail.test"))
        more = receive(unit, cast.mailbox_ref, said("Two", in_reply_to=("a@mail.test",)))
        split(unit, get_case(unit, taken.case_id), [more.message_id], by=actor_of(cast.ben))
    with office.database.read() as unit:
        document = export_case(unit, taken.case_id, CARRIED)
        assert [message["text"] for message in document.messages] == ["One"]
        assert b'"merged"' not in encode(document)
