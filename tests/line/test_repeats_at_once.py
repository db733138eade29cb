"""Many at once on one group: customers write while agents answer; afterwards nobody is lost."""

from concurrent.futures import ThreadPoolExecutor

from fairline.cases import actions, store
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.core.errors import FairlineError
from fairline.db.engine import Database
from fairline.line import repeats
from fairline.line.standing import is_waiting
from fairline.line.store import standing
from tests.conftest import Cast, said

CLEO = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)
PARCEL = "My parcel 4711 has not come"


def test_writing_and_answering_at_once_loses_nobody(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        ids = [receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id for _ in range(4)]
    refused: list[FairlineError] = []

    def act(number: int) -> None:
        try:
            with database.write() as unit:
                if number % 3 == 0:
                    ids.append(receive(unit, cast.mailbox_ref, said(PARCEL, author=CLEO)).case_id)
                elif number % 3 == 1:
                    actions.reply(unit, ids[number % 4], cast.ben, "It comes", status="waiting")
                else:
                    more = said("And now?", author=CLEO)
                    receive(unit, cast.mailbox_ref, more, joins=ids[number % 4])
        except FairlineError as error:
            refused.append(error)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(48)))

    assert refused == [], "whoever changes one of the group holds its head first: none waits twice"
    repeats.heal(database)
    with database.read() as unit:
        found = store.cases_by_id(unit, ids)
        for case in found.values():
            leader = found.get(case.repeat_of_id or "")
            assert leader is None or leader.repeat_of_id is None
            if is_waiting(case):
                assert standing(unit, leader.id if leader else case.id) is not None
