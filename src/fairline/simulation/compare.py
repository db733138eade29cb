"""Runs every order over the same arrivals, the same work and the same people, several times over.

Common random numbers: within a replication the orders differ in nothing but the order. A
replication draws anew what was not recorded. Memory holds those who wait, not those who came.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from time import perf_counter

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.hours import Calendar
from fairline.promises.targets import Targets
from fairline.simulation.arrivals import Arrival, Mix
from fairline.simulation.engine import Desk
from fairline.simulation.figures import figures_of
from fairline.simulation.openings import Openings
from fairline.simulation.policies import POLICIES, Case, Policy, case_of
from fairline.simulation.report import Report
from fairline.simulation.seats import Seats
from fairline.simulation.sources import Source
from fairline.simulation.staffing import Planned, Rota, Shifts
from fairline.simulation.tally import Tally
from fairline.simulation.telling import Teller


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is held alike for all orders. `agents` is a text for Shifts; '' plans for `load`."""

    calendar: Calendar = Calendar()
    hours: str = "Monday to Friday 09:00-17:00, UTC"
    targets: Targets = Targets()
    mix: Mix = Mix()
    agents: str = ""
    load: float = 0.85
    held: float = 0.5
    policies: tuple[Policy, ...] = POLICIES
    replications: int = 10
    seed: int = 1
    ranges: int = 100

    def __post_init__(self) -> None:
        if not 1 <= self.replications <= 1000:
            raise Invalid(
                "Replications lie between 1 and 1000.", code="bad_simulation", field="replications"
            )
        if not 0 <= self.held <= 1:
            raise Invalid(
                "The share of people with a skill lies between 0 and 1.",
                code="bad_simulation",
                field="held",
            )


class Round(msgspec.Struct):
    """One order in one replication."""

    tally: Tally
    desk: Desk
    teller: Teller


class Survey(msgspec.Struct):
    """What the first look at all arrivals found."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    work: dict[str, float] = msgspec.field(default_factory=dict)
    skills: set[str] = msgspec.field(default_factory=set)


def simulate(source: Source, plan: Plan, *, tick: Callable[[], None] = lambda: None) -> Report:
    """Compare the orders of `plan` over `source`. Calls `tick` after each replication.

    Raises Invalid when nothing arrives.
    """
    began = perf_counter()
    survey = _survey(source, plan)
    openings = Openings(plan.calendar, survey.first)
    rota = _rota(source, plan, openings)
    # A desk keeps what its ranges have taught it; each order learns for itself.
    tellers = [Teller(openings) for _ in plan.policies]
    rounds: list[list[Round]] = []
    # Where nothing is drawn another replication would be the same again.
    replications = plan.replications if source.is_drawn else 1
    for number in range(replications):
        fresh = [
            _round(policy, plan, survey, openings, rota, teller)
            for policy, teller in zip(plan.policies, tellers, strict=True)
        ]
        _replicate(source, plan, survey.count, fresh, openings, number)
        rounds.append(fresh)
        tick()
    took_s = perf_counter() - began - sum(teller.took_s for teller in tellers)
    cases = sum(one[0].tally.waits.count for one in rounds)
    return Report(
        source=source.words,
        cases=survey.count,
        first=_day(survey.first),
        last=_day(survey.last),
        replications=replications,
        seed=plan.seed,
        hours=plan.hours,
        staffing=rota.words + _skilled(survey, plan),
        most_agents=rota.most,
        drawn=tuple(source.drawn(plan.mix)),
        recorded=source.recorded,
        policies=tuple(
            figures_of(policy, plan.targets, [one[index] for one in rounds])
            for index, policy in enumerate(plan.policies)
        ),
        cases_per_s=round(cases * len(plan.policies) / took_s),
    )


def _replicate(
    source: Source, plan: Plan, count: int, rounds: list[Round], openings: Openings, number: int
) -> None:
    """Serve all arrivals under each order."""
    every = max(1, count // plan.ranges) if plan.ranges else 0
    for index, came in enumerate(_arrivals(source, plan, number)):
        worked_s = openings.worked(came.at)
        case = case_of(index, came, plan.calendar, plan.targets, worked_s)
        for one in rounds:
            one.desk.advance(case.at)
            if every and index % every == every // 2:
                before = perf_counter()
                one.teller.tell(one.desk, case)
                one.teller.took_s += perf_counter() - before
            one.desk.arrive(case)
    for one in rounds:
        one.desk.finish()
        one.teller.finish()
        one.tally.told, one.tally.held = one.teller.told, one.teller.held


def _round(
    policy: Policy, plan: Plan, survey: Survey, openings: Openings, rota: Rota, teller: Teller
) -> Round:
    tally = Tally(openings)
    teller.begin_again()

    def record(case: Case, began: float, answered: float, overtook: bool) -> None:
        tally.record(case, began, answered, overtook)
        teller.answer(case, answered)

    seats = Seats(policy, work=survey.work, skills=survey.skills, held=plan.held)
    desk = Desk(policy, openings=openings, rota=rota, seats=seats, record=record)
    return Round(tally, desk, teller)


def _arrivals(source: Source, plan: Plan, number: int) -> Iterator[Arrival]:
    chance = Random(plan.seed * 1_000_003 + number)  # noqa: S311  a lot, not a secret
    return source.arrivals(plan.mix, chance)


def _survey(source: Source, plan: Plan) -> Survey:
    found = Survey()
    for one in _arrivals(source, plan, 0):
        found.first = found.first if found.count else one.at
        found.count, found.last = found.count + 1, one.at
        found.work[one.channel] = found.work.get(one.channel, 0.0) + one.service_s
        found.skills.update(one.needs)
    if not found.count:
        raise Invalid("Nothing arrives: there is nothing to simulate.", code="bad_simulation")
    return found


def _rota(source: Source, plan: Plan, openings: Openings) -> Rota:
    if plan.agents:
        return Shifts(plan.agents, plan.calendar.zone)
    mean_s = 60 * plan.mix.service_minutes if source.draws_service else 0.0
    return Planned(_arrivals(source, plan, 0), openings, plan.load, mean_s)


def _skilled(survey: Survey, plan: Plan) -> str:
    return f"; {plan.held:.0%} of them have each skill" if survey.skills else ""


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
