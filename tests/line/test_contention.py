"""Sixty-four agents ask for the next case at once: each case has one winner, and all in order."""

import threading
import time
from collections import Counter

from benchmarks.crowd import fill, passed_over
from fairline.cases.changes import set_status
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.line import counted
from fairline.line.claim import next_case
from fairline.people import store as people
from fairline.people.staff import create_agent
from tests.conftest import PASSWORD, Cast

CLAIMERS = 64
# Two thousand and fifty thousand are taken by benchmarks/claims.py.
CASES = 640


def test_sixty_four_at_once_take_all_in_order(database: Database, cast: Cast) -> None:
    order = fill(database, cast.mailbox_ref, CASES)
    place_in = {case_id: number for number, case_id in enumerate(order)}
    with database.write() as unit:
        first = create_agent(unit, email="a0@acme.test", name="A0", role="agent", password=PASSWORD)
        row = people.agent_by_id(unit, first.id)
        assert row is not None
    taken: list[list[str]] = [[] for _ in range(CLAIMERS)]
    claims: list[tuple[float, float, int]] = []
    failures: list[BaseException] = []
    ready = threading.Barrier(CLAIMERS)

    def work(number: int) -> None:
        try:
            ready.wait()
            while True:
                asked = time.perf_counter()
                with database.write() as unit:
                    case = next_case(unit, first)
                    given = time.perf_counter()
                    if case is None:
                        return
                    # Answered, so that their next one is another.
                    set_status(unit, case, "waiting", by=SYSTEM)
                    claims.append((asked, given, place_in[case.id]))
                taken[number].append(case.id)
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLAIMERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    everything = Counter(case_id for mine in taken for case_id in mine)
    assert set(everything) == set(order)
    assert set(everything.values()) == {1}
    for mine in taken:
        places = [place_in[case_id] for case_id in mine]
        assert places == sorted(places), "nobody is given an earlier case after a later one"
    assert passed_over(claims) == 0, "in order, but for those who ask at the same moment"
    with database.read() as unit:
        assert counted.differences(unit) == 0
        assert counted.waiting_in(unit, cast.brand.id) == 0


def test_the_check_would_notice() -> None:
    asked_late_given_early = [(0.0, 1.0, 5), (2.0, 3.0, 4)]
    at_the_same_moment = [(0.0, 1.0, 5), (0.5, 3.0, 4)]
    assert passed_over(asked_late_given_early) == 1
    assert passed_over(at_the_same_moment) == 0
