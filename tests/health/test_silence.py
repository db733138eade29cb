"""Too quiet by its own past: cautious with little history, blind to nothing where much is known."""

from datetime import UTC, datetime, timedelta

import pytest

from fairline.health.silence import HOUR, Profile, profile_of, without_gaps

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def office_hours(weeks: int, each: int) -> list[tuple[datetime, int]]:
    """So many in each hour of an office day, nothing else."""
    hours = [MONDAY + n * HOUR for n in range(weeks * 168)]
    return [(at, each if at.weekday() < 5 and 8 <= at.hour < 18 else 0) for at in hours]


def known(weeks: int = 8, each: int = 2) -> Profile:
    found = profile_of(office_hours(weeks, each))
    assert found
    return found


def test_a_night_and_a_weekend_are_no_silence() -> None:
    friday_evening = MONDAY + timedelta(days=4, hours=18)
    assert not known().is_silent(friday_evening, friday_evening + timedelta(hours=62))
    assert known().expected(friday_evening, friday_evening + timedelta(hours=62)) == 0


def test_a_morning_without_any_is_one() -> None:
    monday = MONDAY + timedelta(weeks=8, hours=8)
    assert known().expected(monday, monday + timedelta(hours=1.5)) == pytest.approx(3)
    assert not known().is_silent(monday, monday + timedelta(hours=2))
    assert known().is_silent(monday, monday + timedelta(hours=9))


def test_little_history_is_cautious() -> None:
    monday = MONDAY + timedelta(weeks=8, hours=8)
    end = monday + timedelta(hours=7)
    assert known(2).chance_of_none(monday, end) > known(8).chance_of_none(monday, end)
    assert profile_of(office_hours(1, 50)) is None
    assert profile_of([(at, 0) for at, _ in office_hours(8, 1)]) is None
    assert profile_of([]) is None


def test_bursts_and_odd_days_count_as_less() -> None:
    steady = office_hours(8, 2)
    odd = [(at, count * 3 if n % (168 * 2) < 168 else 0) for n, (at, count) in enumerate(steady)]
    bursty = profile_of(odd)
    assert bursty
    assert bursty.unsteady > 3 * known().unsteady


def test_a_hole_in_what_was_counted_says_nothing() -> None:
    hours = office_hours(2, 1)
    holed = [*hours[:100], *hours[150:]]
    assert without_gaps(holed) == hours[150:]
    assert without_gaps([]) == []
