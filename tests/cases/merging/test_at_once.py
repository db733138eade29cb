"""Two who merge at the same moment, and a mail that comes meanwhile: one wins, nothing is lost."""

import threading
from collections.abc import Callable
from functools import partial

from fairline.cases import store_messages
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.core.errors import Conflict
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import counted
from tests.conftest import Cast, said


def at_once(database: Database, *acts: Callable[[Unit], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    ready = threading.Barrier(len(acts))

    def work(act: Callable[[Unit], object]) -> None:
        try:
            ready.wait()
            with database.write() as unit:
                act(unit)
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def into_the_other(gone: str, kept: str, cast: Cast, unit: Unit) -> None:
    merge(unit, get_case(unit, gone), get_case(unit, kept), by=actor_of(cast.ben))


def write_again(case_id: str, cast: Cast, unit: Unit) -> None:
    mail = said("More", reference=get_case(unit, case_id).reference)
    receive(unit, cast.mailbox_ref, mail)


def test_each_into_the_other_at_once(database: Database, cast: Cast) -> None:
    for number in range(4):
        with database.write() as unit:
            one, other = (
                receive(unit, cast.mailbox_ref, said(f"Matter {number} of {n} kinds")).case_id
                for n in ("many", "several other")
            )
        failures = at_once(
            database,
            partial(into_the_other, one, other, cast),
            partial(into_the_other, other, one, cast),
            partial(write_again, one, cast),
        )
        assert [type(error) for error in failures] == [Conflict], failures
        with database.read() as unit:
            kept = get_case(unit, one)
            assert get_case(unit, other).id == kept.id
            assert len(store_messages.thread(unit, kept.id)) == kept.message_count == 3
            assert counted.differences(unit) == 0
