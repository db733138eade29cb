"""The simulated desk: everybody is served once, nobody idles, and each order is what it says."""

from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairline.promises.hours import ALWAYS_OPEN, Calendar, is_open
from fairline.promises.order import order_key
from fairline.simulation.arrivals import Arrival
from fairline.simulation.engine import Desk
from fairline.simulation.openings import Openings
from fairline.simulation.policies import POLICIES
from fairline.simulation.seats import Seats
from fairline.simulation.staffing import Shifts
from tests.simulation.desks import MONDAY, Served, came, cases, crowd, policy, serve

NAMES = [one.name for one in POLICIES]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("agents", ["1", "3", "2@08:00-14:00,4@12:00-20:00"])
@pytest.mark.parametrize("calendar", [ALWAYS_OPEN, Calendar()], ids=["always", "office"])
def test_everybody_is_served_once_and_the_work_is_done(
    name: str, agents: str, calendar: Calendar
) -> None:
    arrivals = crowd(3)

    served = serve(name, arrivals, agents=agents, calendar=calendar)

    assert sorted(served.order) == list(range(len(arrivals)))
    for case in served.cases:
        began, answered = served.began[case.number], served.answered[case.number]
        assert began >= case.at
        assert answered == began + case.came.service_s
        assert is_open(datetime.fromtimestamp(began, UTC), calendar)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("agents", [1, 2, 5])
def test_never_more_cases_at_once_than_people(name: str, agents: int) -> None:
    served = serve(name, crowd(4), agents=str(agents))
    steps = [(at, 1) for at in served.began.values()]
    steps += [(at, -1) for at in served.answered.values()]

    working = most = 0
    for _, step in sorted(steps):
        working += step
        most = max(most, working)

    assert most == agents


@pytest.mark.parametrize("name", [name for name in NAMES if name != "channels"])
def test_nobody_idles_while_somebody_waits(name: str) -> None:
    """With one pool and without skills: whoever began later than they came, came when all worked."""
    arrivals = [came((a.at - MONDAY) / 60, a.severity, work=a.service_s / 60) for a in crowd(5)]

    served = serve(name, arrivals, agents="2")

    for case in served.cases:
        began = served.began[case.number]
        if began == case.at:
            continue
        others = [n for n in served.began if n != case.number]
        for moment in (case.at, (case.at + began) / 2):
            assert sum(served.began[n] <= moment < served.answered[n] for n in others) == 2


def test_first_come_first_served_is_the_order_of_arrival() -> None:
    served = serve("fifo", crowd(6, every=2))

    assert served.order == sorted(served.order)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_one_person_serves_the_fair_line_in_the_order_of_its_key(seed: int) -> None:
    """Of those who waited when somebody was taken, the least by the product's own key was."""
    served = serve("fair", crowd(seed, 120, every=3))

    assert len(served.cases) == 120
    for place, case in enumerate(served.cases):
        began = served.began[case.number]
        waiting = [other for other in served.cases[place:] if other.at <= began]
        assert order_key(case.standing) == min(order_key(other.standing) for other in waiting)
    assert served.overtook == set()


def test_a_person_sees_the_gravest_the_loudest_and_the_promised_first() -> None:
    arrivals = [
        came(0, work=60),  # keeps the one person busy while the others come
        came(1, "idea"),
        came(2, "annoyance"),
        came(3, "annoyance", channel="x", is_public=True, audience=10),
        came(4, "annoyance", channel="x", is_public=True, audience=90_000),
        came(5, "money"),
    ]

    assert serve("fifo", arrivals).order == [0, 1, 2, 3, 4, 5]
    assert serve("loudest", arrivals).order == [0, 4, 3, 1, 2, 5]
    assert serve("priority", arrivals).order == [0, 5, 2, 3, 4, 1]
    assert serve("fair", arrivals).order == [0, 5, 2, 3, 4, 1]


def test_priority_only_starves_a_mild_need_where_the_fair_line_does_not() -> None:
    """One idea, then money matters that take all there is: more come than can be served."""
    arrivals = [came(0, "money", work=30), came(1, "idea", work=10)]
    arrivals += [came(2 + 9 * n, "money", work=10) for n in range(400)]

    starved, fair = serve("priority", arrivals), serve("fair", arrivals)

    assert starved.order[-1] == 1
    assert starved.began[1] - MONDAY > 4000 * 60
    # The bound: once it was due, only those were served before it who came before that time and
    # whose answers were due earlier. Here that is the backlog of one moment.
    idea = next(case for case in fair.cases if case.number == 1)
    assert fair.began[1] - idea.due < 130 * 60
    assert all(case.at < idea.due for case in fair.cases if fair.began[case.number] < fair.began[1])


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from(["1", "2", "4"]))
def test_no_later_arrival_goes_before_the_overdue_in_the_fair_line(seed: int, agents: str) -> None:
    arrivals = [
        came((a.at - MONDAY) / 60, a.severity, work=a.service_s / 60)
        for a in crowd(seed, 200, every=2, work=8)
    ]

    assert serve("fair", arrivals, agents=agents).overtook == set()


def test_overtaking_is_seen_where_it_happens() -> None:
    arrivals = crowd(8, 300, every=3, work=7)

    assert serve("priority", arrivals).overtook
    assert serve("loudest", arrivals).overtook


def test_a_queue_of_its_own_leaves_people_idle_beside_a_full_one() -> None:
    arrivals = [came(n, channel="email", work=10) for n in range(20)]
    arrivals += [came(20 + n, channel="phone", work=10) for n in range(20)]

    pooled, apart = serve("fifo", arrivals, agents="2"), serve("channels", arrivals, agents="2")

    assert apart.answered[19] > pooled.answered[19]
    assert max(apart.answered.values()) > max(pooled.answered.values())


def test_a_channel_too_small_for_somebody_of_its_own_is_served_all_the_same() -> None:
    arrivals = [came(n, channel="email") for n in range(50)]
    arrivals += [came(25, channel=name) for name in ("x", "fax", "letter")]
    arrivals.sort(key=lambda one: one.at)

    served = serve("channels", arrivals, agents="2")

    assert len(served.order) == 53


def test_a_channel_that_nobody_reckoned_with_is_served_by_the_largest() -> None:
    arrivals = [came(0, channel="email"), came(1, channel="pigeon")]
    openings = Openings(ALWAYS_OPEN, MONDAY)
    served = Served()
    order = policy("channels")
    seats = Seats(order, work={"fax": 1.0, "email": 9.0})
    desk = Desk(
        order, openings=openings, rota=Shifts("1", "UTC"), seats=seats, record=served.record
    )

    for case in cases(arrivals, ALWAYS_OPEN, openings):
        desk.arrive(case)
    desk.finish()

    assert served.order == [0, 1]


@pytest.mark.parametrize("name", NAMES)
def test_a_skill_is_waited_for_only_where_somebody_has_it(name: str) -> None:
    arrivals = [came(n, needs=("billing",) if n % 2 else ()) for n in range(40)]

    few = serve(name, arrivals, agents="4", held=0.3)
    all_of_them = serve(name, arrivals, agents="4", held=1.0)
    nobody = serve(name, arrivals, agents="4", held=0.0)

    # One of the four has it: the twenty are answered one after another. Else four at a time.
    assert max(few.answered[n] for n in range(1, 40, 2)) - MONDAY >= 20 * 600
    assert max(all_of_them.answered.values()) - MONDAY < 120 * 60
    assert nobody.answered == all_of_them.answered


def test_work_goes_on_after_closing_and_nothing_new_is_begun() -> None:
    arrivals = [came(470, work=30), came(471, work=30)]

    served = serve("fifo", arrivals, agents="1", calendar=Calendar())

    assert served.answered[0] - MONDAY == 500 * 60  # eight hours after nine, and twenty minutes
    assert served.began[1] - MONDAY == 24 * 60 * 60


def test_who_goes_off_shift_ends_what_they_have_begun() -> None:
    arrivals = [came(n / 10, work=90) for n in range(6)]

    served = serve("fifo", arrivals, agents="1,2@09:00-10:00")

    began = sorted(served.began.values())
    assert [round((at - MONDAY) / 60) for at in began[:3]] == [0, 0, 0]
    assert all((b - a) / 60 >= 89 for a, b in pairwise(began[2:]))


def test_the_mean_wait_is_that_of_the_theory() -> None:
    """One person, a Poisson process, 75 % busy: the time in the system is work / (1 - 0.75)."""
    means = []
    for seed in range(8):
        served = serve("fifo", [_plain(a) for a in crowd(seed, 4000, every=8, work=6)])
        waits = [served.answered[c.number] - c.at for c in served.cases]
        means.append(fmean(waits) / 60)

    assert fmean(means) == pytest.approx(6.1 / (1 - 6.1 / 8), rel=0.08)


def test_those_ahead_are_counted_with_those_being_answered() -> None:
    arrivals = [came(0, work=60), came(1, "money"), came(2, "idea"), came(3, "annoyance")]
    openings = Openings(ALWAYS_OPEN, MONDAY)
    served = Served()
    fair = policy("fair")
    desk = Desk(
        fair,
        openings=openings,
        rota=Shifts("1", "UTC"),
        seats=Seats(fair, work={"email": 1.0}),
        record=served.record,
    )
    seen = []
    for case in cases(arrivals, ALWAYS_OPEN, openings):
        desk.advance(case.at)
        seen.append(desk.ahead_of(case))
        desk.arrive(case)

    assert seen == [0, 0, 2, 2]  # the one being answered came first but is due after the money


def _plain(one: Arrival) -> Arrival:
    return came((one.at - MONDAY) / 60, work=one.service_s / 60)
