"""The comparison: same seed, same figures; a planted bias is found, and its absence is not invented."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings

from fairline.core.errors import Invalid
from fairline.promises.hours import ALWAYS_OPEN, Calendar, working_time_between
from fairline.simulation.arrivals import Mix
from fairline.simulation.compare import Plan, simulate
from fairline.simulation.intervals import interval, t_quantile
from fairline.simulation.openings import Openings
from fairline.simulation.page import page
from fairline.simulation.policies import read_policies
from fairline.simulation.report import Interval, Report
from fairline.simulation.sources import Recorded, Synthetic
from fairline.simulation.staffing import Planned, Shifts
from fairline.simulation.waits import Waits
from fairline.simulation.wording import gap_in_words, markdown, share, sheets
from tests.promises.calendars import calendars, gaps, instants
from tests.simulation.desks import MONDAY, Given, came

REAL = Path(__file__).parents[3] / "shared/data/arrivals"
BUSY = Synthetic(8, 120)


@pytest.fixture(scope="module")
def report() -> Report:
    return simulate(BUSY, Plan(replications=6, seed=5, ranges=20, load=0.95))


def figures(report: Report) -> bytes:
    """All but the speed."""
    return msgspec.json.encode(msgspec.structs.replace(report, cases_per_s=0))


def test_the_same_seed_gives_the_same_figures() -> None:
    plan = Plan(replications=2, seed=9, ranges=5, policies=read_policies("fair,channels"))

    assert figures(simulate(BUSY, plan)) == figures(simulate(BUSY, plan))
    other = msgspec.structs.replace(plan, seed=10)
    assert figures(simulate(BUSY, plan)) != figures(simulate(BUSY, other))


def test_an_order_has_the_same_figures_beside_others_and_alone(report: Report) -> None:
    plan = Plan(replications=6, seed=5, ranges=20, load=0.95, policies=read_policies("fair"))

    assert simulate(BUSY, plan).of("fair") == report.of("fair")


def test_loudness_buys_time_where_it_is_heard_and_none_in_the_fair_line(report: Report) -> None:
    loud, fair = report.of("loudest").gap, report.of("fair").gap

    assert loud
    assert loud.high is not None
    assert loud.high < -5
    assert fair
    assert fair.low is not None
    assert fair.high is not None
    assert fair.low <= 0 <= fair.high
    assert "sooner" in gap_in_words(report.of("loudest"))
    assert "No difference" in gap_in_words(report.of("fair"))


def test_the_work_is_the_same_in_each_order(report: Report) -> None:
    """One pool, nobody idle while somebody waits: the mean wait over all hardly differs."""
    pooled = [report.of(name) for name in ("loudest", "priority", "fifo", "fair")]

    assert len({sum(need.cases for need in one.needs) for one in report.policies}) == 1
    means = [one.wall_mean for one in pooled]
    assert max(means) / min(means) < 1.1
    assert all(0.5 < one.busy <= 1 for one in pooled)


def test_the_figures_hang_together(report: Report) -> None:
    for one in report.policies:
        assert one.p50 <= one.p95 <= one.longest
        assert one.mean.mean <= one.wall_mean
        assert 0 <= one.starved <= 1 - one.kept
        assert 0 < one.jain <= 1
        assert one.mean.low is not None
        assert one.mean.low < one.mean.mean
        cases = sum(need.cases for need in one.needs)
        assert one.kept == pytest.approx(sum(n.kept * n.cases for n in one.needs) / cases)
    assert report.of("fair").overtook == 0
    assert report.of("fair").kept > report.of("fifo").kept
    assert report.cases_per_s > 0


def test_figures_counted_by_hand() -> None:
    """One person from nine to five: money at nine, an annoyance at nine, both take three hours."""
    arrivals = [came(0, "annoyance", work=180), came(0, "money", work=180, is_public=True)]

    found = simulate(Given(arrivals), Plan(agents="1", ranges=0))
    fifo = found.of("fifo")

    assert found.replications == 1
    assert (fifo.mean.mean, fifo.longest, fifo.wall_longest) == (270, 360, 360)
    assert fifo.kept == 0.5  # four hours for the annoyance, one for the money
    assert fifo.gap == Interval(mean=180)
    assert fifo.starved == 0.5
    assert fifo.longest_of_target == 6
    assert fifo.jain == pytest.approx((0.75 + 6) ** 2 / (2 * (0.75**2 + 36)))
    assert [n.severity for n in fifo.needs] == ["money", "annoyance"]


def test_told_ranges_are_learned_from_and_counted() -> None:
    plan = Plan(
        calendar=ALWAYS_OPEN,
        agents="3",
        replications=4,
        ranges=150,
        policies=read_policies("fifo"),
        mix=Mix(service_minutes=12),
    )

    found = simulate(Synthetic(7, 300), plan).of("fifo")

    assert 500 < found.ranges_told <= 650
    assert found.ranges_held is not None
    assert 0.65 < found.ranges_held < 0.9


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data/arrivals is not there")
def test_told_ranges_hold_eight_times_in_ten_on_recorded_arrivals() -> None:
    plan = Plan(
        calendar=ALWAYS_OPEN,
        load=0.95,
        replications=2,
        ranges=400,
        policies=read_policies("fair"),
    )
    with Recorded(
        REAL / "bank_calls_30min_days1-120.csv",
        zone=ZoneInfo("UTC"),
        end=datetime(2003, 3, 22, tzinfo=UTC),
        share=0.01,
    ) as source:
        found = simulate(source, plan).of("fair")

    assert found.ranges_told > 600
    assert found.ranges_held is not None
    assert 0.74 < found.ranges_held < 0.86


def test_a_planned_rota_is_as_busy_as_it_was_asked() -> None:
    arrivals = [came(n, work=10) for n in range(3000)]
    openings = Openings(ALWAYS_OPEN, MONDAY)

    rota = Planned(arrivals, openings, 0.8, 0.0)
    found = simulate(Given(arrivals), Plan(calendar=ALWAYS_OPEN, load=0.8, ranges=0))

    assert 10 <= rota.most <= 18
    assert found.of("fifo").busy == pytest.approx(0.75, abs=0.04)
    assert found.most_agents == rota.most


def test_shifts_add_up_within_the_hours() -> None:
    openings = Openings(Calendar(), MONDAY)
    changes = Shifts("1,2@08:00-12:00,4@11:00-20:00", "UTC").changes(openings)

    day = [((at - MONDAY) / 3600, people) for at, people in (next(changes) for _ in range(5))]

    assert day == [(0, 3), (2, 7), (3, 5), (8, 0), (24, 3)]


@pytest.mark.parametrize(
    "agents", ["0", "-1", "two", "", "2@9-17", "2@17:00-09:00", "99999", "1,,2", "1@"]
)
def test_people_that_cannot_be_are_refused(agents: str) -> None:
    with pytest.raises(Invalid):
        Shifts(agents, "UTC")


def test_shifts_outside_the_hours_are_refused_and_do_not_run_for_ever() -> None:
    with pytest.raises(Invalid, match="never meet"):
        simulate(Given([came()]), Plan(agents="2@18:00-20:00", ranges=0))


@pytest.mark.parametrize("load", [0, -1, 3.1, float("nan")])
def test_a_load_that_cannot_be_is_refused(load: float) -> None:
    with pytest.raises(Invalid, match="load"):
        simulate(Given([came()]), Plan(load=load))


def test_nothing_to_simulate_is_said() -> None:
    with pytest.raises(Invalid, match="Nothing arrives"):
        simulate(Given([]), Plan())
    with pytest.raises(Invalid, match="not an order"):
        read_policies("fair,quickest")


@settings(deadline=None, max_examples=60)
@given(instants(), gaps(), calendars())
def test_working_time_is_that_of_the_promises(
    start: object, gap: object, calendar: Calendar
) -> None:
    end = start + gap  # type: ignore[operator]
    openings = Openings(calendar, start.timestamp())  # type: ignore[attr-defined]

    worked = openings.worked(end.timestamp()) - openings.worked(start.timestamp())  # type: ignore[attr-defined]

    expected = working_time_between(start, end, calendar).total_seconds()  # type: ignore[arg-type]
    assert worked == pytest.approx(expected, abs=1e-3)


def test_percentiles_are_right_to_half_a_per_cent() -> None:
    chance = Random(4)
    values = sorted(chance.lognormvariate(7, 1.5) for _ in range(20_000))
    parts = [Waits(), Waits()]
    for index, value in enumerate(values):
        parts[index % 2].add(value)
    parts[0].add_all(parts[1])
    found = parts[0]

    for portion in (0.01, 0.5, 0.95, 0.999):
        assert found.quantile(portion) == pytest.approx(values[int(portion * 20_000)], rel=0.012)
    assert found.longest == values[-1]
    assert found.mean == pytest.approx(sum(values) / 20_000)
    assert Waits().quantile(0.5) == 0


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (4, 2.776), (9, 2.262), (99, 1.984)])
def test_students_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert t_quantile(freedom) == pytest.approx(t, abs=0.001)


def test_an_interval_holds_the_mean_95_times_in_100() -> None:
    held = 0
    chance = Random(11)
    for _ in range(800):
        found = interval([chance.gauss(3, 2) for _ in range(8)])
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 3 <= found.high

    assert 0.925 < held / 800 < 0.975
    assert interval([4.0]) == Interval(mean=4.0)


def test_the_page_says_in_words_what_its_charts_show(report: Report) -> None:
    html = page(report)

    assert html.count("<svg") == 4
    assert "<script" not in html
    assert "http" not in html
    assert html.count("The fair line: ") >= 4
    for sheet in sheets(report):
        assert f"<h2>{sheet.title}</h2>" in html
    assert "Work for a case: log-normal" in html


def test_a_channel_named_by_rubbish_stays_text() -> None:
    rubbish = "<script>alert(1)</script>|"
    found = simulate(Given([came(channel=rubbish), came(1)]), Plan(agents="1", ranges=0))

    assert rubbish not in page(found)
    assert "&lt;script&gt;" in page(found)
    assert "</script>\\|" in markdown(found)


def test_every_line_of_a_table_in_markdown_has_as_many_cells(report: Report) -> None:
    for block in markdown(report).split("\n\n"):
        if block.startswith("|"):
            assert len({line.count(" | ") for line in block.splitlines()}) == 1


def test_a_share_never_rounds_something_to_nothing() -> None:
    assert [share(one) for one in (0.0, 0.0004, 0.5, 0.9996, 1.0, None)] == [
        "0.0 %",
        "<0.1 %",
        "50.0 %",
        ">99.9 %",
        "100.0 %",
        "\N{EN DASH}",
    ]


def test_a_zone_moves_hours_and_file_alike() -> None:
    openings = Openings(Calendar(zone="Asia/Kolkata"), MONDAY)

    assert openings.span(0)[0] == MONDAY
    assert openings.span(0)[1] - MONDAY == 2.5 * 3600
