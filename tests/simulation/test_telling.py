"""What is told in the simulation is what the promises tell, and nothing is learned before it is known."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fairline.promises.estimate import expected_wait
from fairline.promises.hours import ALWAYS_OPEN
from fairline.simulation import telling
from fairline.simulation.engine import Desk
from fairline.simulation.openings import Openings
from fairline.simulation.policies import Case
from fairline.simulation.seats import Seats
from fairline.simulation.staffing import Shifts
from fairline.simulation.telling import Teller
from tests.simulation.desks import MINUTE, MONDAY, came, cases, policy


class Room:
    """One person, first come, first served; each who comes is told a range."""

    def __init__(self) -> None:
        self.openings = Openings(ALWAYS_OPEN, MONDAY)
        self.teller = Teller(self.openings)
        fifo = policy("fifo")
        self.desk = Desk(
            fifo,
            openings=self.openings,
            rota=Shifts("1", "UTC"),
            seats=Seats(fifo, work={"email": 1.0}),
            record=self.record,
        )

    def record(self, case: Case, _began: float, answered: float, _overtook: bool) -> None:
        self.teller.answer(case, answered)

    def open_to(self, minutes: list[float], *, work: float) -> None:
        arrivals = [came(minute, work=work) for minute in minutes]
        for case in cases(arrivals, ALWAYS_OPEN, self.openings):
            self.desk.advance(case.at)
            self.teller.tell(self.desk, case)
            self.desk.arrive(case)

    def close(self) -> None:
        self.desk.finish()
        self.teller.finish()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the estimate was asked each time."""
    seen: list[tuple[Any, ...]] = []

    def listening(*given: Any) -> Any:
        seen.append(given)
        return expected_wait(*given)

    monkeypatch.setattr(telling, "expected_wait", listening)
    return seen


def test_the_estimate_is_asked_with_what_had_happened_by_then(asked: list[tuple[Any, ...]]) -> None:
    room = Room()
    room.open_to([0, 1, 2, 25, 26], work=10)

    ahead, answers, now, calendar, *_ = asked[3]

    assert [given[0] for given in asked] == [0, 1, 2, 1, 2]
    assert ahead == 1
    assert answers == [at(10), at(20)]
    assert now == at(25)
    assert calendar is ALWAYS_OPEN


def test_nobody_learns_of_an_answer_before_it_is_given(asked: list[tuple[Any, ...]]) -> None:
    room = Room()
    room.open_to([0, 10, 20, 30, 40, 50, 55, 62], work=10)

    known = [[outcome.is_over for outcome in given[5]] for given in asked]

    # Five answers are known at minute 50: the first range. It is answered at minute 60.
    assert known == [[], [], [], [], [], [], [False], [True, False]]
    assert room.teller.told == 1
    room.close()
    assert room.teller.told == 3
    assert 0 <= room.teller.held <= 3


def test_what_was_learned_outlives_a_replication() -> None:
    room = Room()
    room.open_to([float(n * 10) for n in range(60)], work=9)
    room.close()
    told, outcomes = room.teller.told, len(room.teller._over)

    room.teller.begin_again()

    assert told > 40
    assert room.teller.told == 0
    assert len(room.teller._over) == outcomes == told


def at(minute: float) -> datetime:
    return datetime.fromtimestamp(MONDAY + minute * MINUTE, UTC)
