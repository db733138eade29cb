"""A desk that serves a line in order, and what somebody may do to it. Time is working minutes.

Public and private are mixed as they are in life: more is public in the evening, when the queue is
long, and what is public is seldom grave. A fair report is not fooled by either.
"""

import heapq
from bisect import insort
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from fairline.line.fairness.compare import Rules
from fairline.line.fairness.facts import CaseFact, band_of
from fairline.line.fairness.report import Report, make_report
from fairline.promises.order import Standing, order_key
from fairline.promises.targets import Targets

BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 480.0
TARGETS = Targets()
FOLLOWERS = (None, 0, 120, 900, 4_000, 60_000, 2_000_000)


class Bias(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to the line: `pushed` of the public cases are taken before all others, `raised`
    are given a graver need; agents pick `by_hand` among the first ten, whoever it is; `forgotten`
    of the private cases are never answered.
    """

    pushed: float = 0.0
    raised: float = 0.0
    by_hand: float = 0.03
    forgotten: float = 0.0


FAIR = Bias()


class Asked(msgspec.Struct, frozen=True):
    """One case on its way through the desk."""

    number: int
    at: float
    need: str
    is_public: bool
    is_pushed: bool
    is_raised: bool
    service: float


def run(seed: int, cases: int, bias: Bias = FAIR, *, rules: Rules | None = None) -> Report:
    """Let so many people ask and report on it."""
    facts = serve(seed, cases, bias)
    days = max(1, round(facts[-1].arrived_at.timestamp() - BEGAN.timestamp()) // 86_400)
    return make_report(
        facts,
        (),
        (),
        rules or Rules(),
        brand="Acme",
        days=days,
        since=BEGAN,
        until=BEGAN + timedelta(days=days),
    )


def serve(seed: int, cases: int, bias: Bias = FAIR) -> list[CaseFact]:
    """Three agents, busy to nine tenths on the mean and over that in the evening."""
    random = Random(seed)
    asked = [_ask(number, at, random, bias) for number, at in enumerate(_arrivals(random, cases))]
    free = [0.0, 0.0, 0.0]
    line: list[tuple[tuple[datetime, datetime, str], Asked]] = []
    answers: dict[int, float] = {}
    ahead: dict[int, int] = {}
    coming = 0
    while coming < len(asked) or line:
        now = heapq.heappop(free)
        if not line:
            now = max(now, asked[coming].at)
        while coming < len(asked) and asked[coming].at <= now:
            insort(line, (_key(asked[coming]), asked[coming]), key=lambda entry: entry[0])
            coming += 1
        index = _chosen(line, random, bias)
        _, case = line.pop(index)
        ahead[case.number] = index
        forgotten = not case.is_public and random.random() < bias.forgotten
        if forgotten:
            heapq.heappush(free, now)
        else:
            answers[case.number] = now + case.service
            heapq.heappush(free, now + case.service)
    return [_fact(case, answers.get(case.number), ahead[case.number], random) for case in asked]


def _arrivals(random: Random, cases: int) -> list[float]:
    at = 0.0
    found: list[float] = []
    while len(found) < cases:
        at += random.expovariate(0.32)
        if random.random() < _load(at):
            found.append(at)
    return found


def _load(at: float) -> float:
    return 0.55 + 0.45 * (at % DAY) / DAY


def _ask(number: int, at: float, random: Random, bias: Bias) -> Asked:
    is_public = random.random() < 0.1 + 0.3 * (at % DAY) / DAY
    weights = (1, 4, 10, 60, 25) if is_public else (2, 10, 25, 55, 8)
    need = random.choices(("safety", "money", "blocked", "annoyance", "idea"), weights)[0]
    is_raised = is_public and random.random() < bias.raised
    return Asked(
        number,
        at,
        "money" if is_raised else need,
        is_public,
        is_public and random.random() < bias.pushed,
        is_raised,
        random.expovariate(1 / 10.5),
    )


def _key(case: Asked) -> tuple[datetime, datetime, str]:
    entered = BEGAN + timedelta(minutes=case.at)
    due = entered + timedelta(minutes=TARGETS.of(case.need).first_minutes)
    return order_key(Standing(due_at=due, entered_at=entered, case_id=f"{case.number:08}"))


def _chosen(
    line: list[tuple[tuple[datetime, datetime, str], Asked]], random: Random, bias: Bias
) -> int:
    if bias.pushed:
        for index, (_, case) in enumerate(line):
            if case.is_pushed:
                return index
    return random.randrange(min(10, len(line))) if random.random() < bias.by_hand else 0


def _fact(case: Asked, answered_at: float | None, ahead: int, random: Random) -> CaseFact:
    promised = float(TARGETS.of(case.need).first_minutes)
    waited = (answered_at if answered_at is not None else case.at + 3 * DAY) - case.at
    return CaseFact(
        case_id=f"{case.number:08}",
        need=case.need,
        team="",
        arrived_at=BEGAN + timedelta(minutes=case.at),
        is_public=case.is_public,
        channel="web" if case.is_public or case.number % 3 == 0 else "email",
        language=("en", "en", "en", "de")[case.number % 4],
        band=band_of(FOLLOWERS[case.number * 7 % 11 % 7]) if case.is_public else "",
        waited_minutes=waited,
        promised_minutes=promised,
        wall_hours=waited / 60,
        is_answered=answered_at is not None,
        is_decided=True,
        is_kept=answered_at is not None and waited <= promised,
        asked_again=waited > promised / 4 and random.random() < 0.2,
        is_raised=case.is_raised,
        taken="picked" if ahead else "next",
        ahead=ahead,
    )
