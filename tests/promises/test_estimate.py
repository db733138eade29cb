"""The expected wait: a range that holds, and silence when there is nothing to go by."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.promises.beta import beta_cdf, beta_quantile
from fairline.promises.estimate import FEWEST_COMPLETIONS, expected_wait
from fairline.promises.hours import ALWAYS_OPEN, Calendar, is_open
from tests.promises.calendars import calendars, instants
from tests.promises.desks import at_random, coverage, in_bursts, steady

NOW = datetime(2026, 11, 4, 14, 0, tzinfo=UTC)  # a Wednesday


def every(minutes: float, count: int, *, before: datetime = NOW) -> list[datetime]:
    return [before - timedelta(minutes=minutes * n) for n in range(count)]


@pytest.mark.parametrize("count", range(FEWEST_COMPLETIONS))
def test_too_little_data_gives_no_estimate(count: int) -> None:
    assert expected_wait(0, every(10, count), NOW, ALWAYS_OPEN) is None
    assert expected_wait(0, every(10, FEWEST_COMPLETIONS), NOW, ALWAYS_OPEN) is not None


@pytest.mark.parametrize(
    ("completions", "why"),
    [
        (every(10, 50, before=NOW - timedelta(days=40)), "all of it is old"),
        (every(1, 50, before=NOW + timedelta(hours=2)), "all of it is yet to come"),
        (every(1, 50, before=datetime(2026, 11, 1, 12, tzinfo=UTC)), "all of it is on a Sunday"),
    ],
)
def test_what_says_nothing_about_today_is_left_out(completions: list[datetime], why: str) -> None:
    assert expected_wait(0, completions, NOW, Calendar()) is None, why


def test_everything_at_one_instant_says_nothing_of_a_rate() -> None:
    assert expected_wait(3, [NOW] * 20, NOW, ALWAYS_OPEN) is None


def test_a_hopeless_backlog_gets_no_estimate() -> None:
    assert expected_wait(100_000, every(60, 50), NOW, ALWAYS_OPEN) is None


def test_a_steady_desk_is_estimated_about_right() -> None:
    """One every ten minutes and five ahead: the sixth from now, near an hour."""
    wait = expected_wait(5, every(10, 60), NOW, ALWAYS_OPEN)

    assert wait is not None
    low, high = ((end - NOW) / timedelta(minutes=1) for end in wait)
    assert 20 < low < 60 < high < 110


def test_at_night_the_wait_counts_from_the_morning() -> None:
    night = datetime(2026, 11, 4, 22, 0, tzinfo=UTC)

    wait = expected_wait(0, every(5, 40, before=NOW), night, Calendar())

    assert wait is not None
    assert all(datetime(2026, 11, 5, 9, tzinfo=UTC) < end for end in wait)


def test_a_stalled_desk_looks_slower_by_the_hour() -> None:
    done = every(10, 20)

    waits = [
        expected_wait(2, done, NOW + timedelta(hours=hours), ALWAYS_OPEN) for hours in range(4)
    ]

    lengths = [wait[1] - NOW - timedelta(hours=hours) for hours, wait in enumerate(waits) if wait]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == 4


@given(st.integers(0, 50), st.integers(0, 50), instants(), calendars(), st.randoms())
def test_more_ahead_is_never_a_shorter_wait(
    a: int, b: int, now: datetime, calendar: Calendar, chance: random.Random
) -> None:
    done = [now - timedelta(minutes=chance.uniform(0, 20_000)) for _ in range(80)]
    fewer, more = (expected_wait(n, done, now, calendar) for n in sorted((a, b)))

    if fewer and more:
        assert fewer[0] <= more[0]
        assert fewer[1] <= more[1]
        assert now <= fewer[0] <= fewer[1]
    assert fewer or not more


@given(instants(), calendars(), st.randoms())
def test_the_order_of_the_completions_is_nothing(
    now: datetime, calendar: Calendar, chance: random.Random
) -> None:
    done = [now - timedelta(minutes=chance.uniform(0, 20_000)) for _ in range(40)]
    shuffled = chance.sample(done, len(done))

    assert expected_wait(3, done, now, calendar) == expected_wait(3, shuffled, now, calendar)


def test_the_range_lies_in_working_hours() -> None:
    wait = expected_wait(30, every(25, 400), NOW, Calendar())

    assert wait is not None
    for end in wait:
        assert is_open(end - timedelta(seconds=1), Calendar())


@pytest.mark.parametrize("ahead", [0, 3, 20])
def test_eight_in_ten_hold_for_a_random_desk(ahead: int) -> None:
    """600 trials: three standard errors of 0.8 are 0.049."""
    assert abs(coverage(at_random, ahead=ahead) - 0.8) < 0.05


@pytest.mark.parametrize("ahead", [3, 20])
def test_eight_in_ten_about_hold_when_work_comes_in_bursts(ahead: int) -> None:
    assert 0.75 < coverage(in_bursts, ahead=ahead) < 0.92


@pytest.mark.parametrize("ahead", [0, 3, 20])
def test_a_regular_desk_is_inside_the_range_more_often(ahead: int) -> None:
    assert coverage(steady, ahead=ahead) > 0.8


def test_a_negative_place_is_refused() -> None:
    with pytest.raises(Invalid, match="negative"):
        expected_wait(-1, every(10, 20), NOW, ALWAYS_OPEN)


@given(st.floats(0.001, 0.999), st.integers(1, 40), st.integers(1, 40))
def test_the_beta_function_is_the_binomial_sum(x: float, a: int, b: int) -> None:
    """DLMF 8.17.5: for whole parameters it is the upper tail of a binomial distribution."""
    from math import comb

    n = a + b - 1
    tail = sum(comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))

    assert beta_cdf(x, a, b) == pytest.approx(tail, rel=1e-9, abs=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.5, 500), st.floats(0.5, 500))
def test_the_quantile_inverts_the_distribution(p: float, a: float, b: float) -> None:
    x = beta_quantile(p, a, b)

    assert beta_cdf(x, a, b) == pytest.approx(p, abs=1e-6)


def test_the_edges_of_the_beta_distribution() -> None:
    assert beta_cdf(-1, 2, 3) == 0
    assert beta_cdf(2, 2, 3) == 1
    assert beta_cdf(0.5, 7, 7) == pytest.approx(0.5, abs=1e-12)
    with pytest.raises(ValueError, match="positive"):
        beta_cdf(0.5, 0, 1)
