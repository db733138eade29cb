"""Simulated desks for the tests: arrivals written down by hand, and all that happened to them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from random import Random

from fairline.promises.hours import ALWAYS_OPEN, Calendar
from fairline.promises.targets import Targets
from fairline.simulation.arrivals import Arrival, Mix
from fairline.simulation.engine import Desk
from fairline.simulation.openings import Openings
from fairline.simulation.policies import Case, Policy, case_of, read_policies
from fairline.simulation.seats import Seats
from fairline.simulation.staffing import Rota, Shifts

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()
MINUTE = 60.0


def came(
    minute: float = 0,
    severity: str = "annoyance",
    *,
    work: float = 10,
    channel: str = "email",
    is_public: bool = False,
    audience: int = 0,
    needs: tuple[str, ...] = (),
) -> Arrival:
    """Somebody who comes so many minutes after Monday nine o'clock."""
    return Arrival(
        at=MONDAY + minute * MINUTE,
        channel=channel,
        is_public=is_public,
        audience=audience,
        severity=severity,
        needs=needs,
        service_s=work * MINUTE,
    )


def crowd(seed: int, count: int = 400, *, every: float = 4, work: float = 7) -> list[Arrival]:
    """A mixed crowd, of all needs, channels and audiences; one comes every so many minutes."""
    chance = Random(seed)
    minute = 0.0
    found = []
    for _ in range(count):
        minute += chance.expovariate(1 / every)
        is_public = chance.random() < 0.4
        found.append(
            came(
                minute,
                chance.choice(["safety", "money", "blocked", "annoyance", "idea"]),
                work=chance.expovariate(1 / work) + 0.1,
                channel=chance.choice(["x", "board"] if is_public else ["email", "phone"]),
                is_public=is_public,
                audience=chance.randrange(10**6) if is_public else 0,
                needs=chance.choice([(), (), ("billing",), ("billing", "language de")]),
            )
        )
    return found


class Served:
    """What became of each case, in the order in which they were served."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self.began: dict[int, float] = {}
        self.answered: dict[int, float] = {}
        self.overtook: set[int] = set()

    def record(self, case: Case, began: float, answered: float, overtook: bool) -> None:
        self.cases.append(case)
        assert case.number not in self.began, "served twice"
        self.began[case.number], self.answered[case.number] = began, answered
        if overtook:
            self.overtook.add(case.number)

    @property
    def order(self) -> list[int]:
        return [case.number for case in self.cases]


def policy(name: str) -> Policy:
    (found,) = read_policies(name)
    return found


def serve(
    name: str,
    arrivals: Iterable[Arrival],
    *,
    agents: str = "1",
    calendar: Calendar = ALWAYS_OPEN,
    rota: Rota | None = None,
    held: float = 0.5,
) -> Served:
    """Serve them all under one order."""
    known = list(arrivals)
    openings = Openings(calendar, known[0].at)
    work: dict[str, float] = {}
    for one in known:
        work[one.channel] = work.get(one.channel, 0) + one.service_s
    skills = {skill for one in known for skill in one.needs}
    served = Served()
    desk = Desk(
        policy(name),
        openings=openings,
        rota=rota or Shifts(agents, calendar.zone),
        seats=Seats(policy(name), work=work, skills=skills, held=held),
        record=served.record,
    )
    for case in cases(known, calendar, openings):
        desk.arrive(case)
    desk.finish()
    return served


def cases(arrivals: Iterable[Arrival], calendar: Calendar, openings: Openings) -> Iterator[Case]:
    for number, one in enumerate(arrivals):
        yield case_of(number, one, calendar, Targets(), openings.worked(one.at))


class Given:
    """Arrivals as a source for `simulate`; nothing in it is drawn."""

    words = "written by hand"
    recorded = ""
    draws_service = False
    is_drawn = False

    def __init__(self, arrivals: list[Arrival]) -> None:
        self._arrivals = arrivals

    def arrivals(self, mix: Mix, chance: Random) -> Iterator[Arrival]:  # noqa: ARG002  as it is asked
        return iter(self._arrivals)

    def drawn(self, mix: Mix) -> list[str]:  # noqa: ARG002  as it is asked
        return []
