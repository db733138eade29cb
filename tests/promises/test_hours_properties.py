"""Working time, by law: what must hold for every calendar at every instant."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairline.promises.hours import (
    ALWAYS_OPEN,
    WEEKDAYS,
    Calendar,
    add_working_time,
    is_open,
    next_opening,
    open_daily,
    working_minutes_between,
    working_time_between,
)
from fairline.promises.wallclock import read_spans
from tests.promises.calendars import calendars, gaps, instants, minutes

MINUTE = timedelta(minutes=1)


@given(instants(), minutes(60 * 24 * 5), calendars())
def test_adding_and_measuring_are_inverse(start: datetime, add: int, calendar: Calendar) -> None:
    assert working_time_between(start, add_working_time(start, add, calendar), calendar) == (
        add * MINUTE
    )


@given(instants(), minutes(60 * 24 * 5), calendars())
def test_no_earlier_instant_would_do(start: datetime, add: int, calendar: Calendar) -> None:
    end = add_working_time(start, add, calendar)

    assert working_time_between(start, end - timedelta(microseconds=1), calendar) < add * MINUTE


@given(instants(), minutes(2000), minutes(2000), calendars())
def test_two_steps_are_one(start: datetime, a: int, b: int, calendar: Calendar) -> None:
    halfway = add_working_time(start, a, calendar)

    assert add_working_time(halfway, b, calendar) == add_working_time(start, a + b, calendar)


@given(instants(), gaps(), minutes(2000), calendars())
def test_who_comes_later_is_never_due_earlier(
    start: datetime, gap: timedelta, add: int, calendar: Calendar
) -> None:
    assert add_working_time(start, add, calendar) <= add_working_time(start + gap, add, calendar)


@given(instants(), gaps(), gaps(), calendars())
def test_time_adds_up(start: datetime, a: timedelta, b: timedelta, calendar: Calendar) -> None:
    middle, end = start + a, start + a + b

    assert working_time_between(start, end, calendar) == working_time_between(
        start, middle, calendar
    ) + working_time_between(middle, end, calendar)


@given(instants(), gaps(), calendars())
def test_never_more_than_the_clock_says(
    start: datetime, gap: timedelta, calendar: Calendar
) -> None:
    assert timedelta(0) <= working_time_between(start, start + gap, calendar) <= gap


@given(instants(), gaps(), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Beirut", "Pacific/Apia"]))
def test_day_and_night_is_the_plain_clock(start: datetime, gap: timedelta, zone: str) -> None:
    calendar = open_daily("00:00-24:00", zone=zone)

    assert working_time_between(start, start + gap, calendar) == gap
    assert working_time_between(start, start + gap, ALWAYS_OPEN) == gap


@given(instants(), calendars())
def test_it_opens_when_it_says(at: datetime, calendar: Calendar) -> None:
    opening = next_opening(at, calendar)

    assert is_open(opening, calendar)
    assert working_time_between(at, opening, calendar) == timedelta(0)
    assert is_open(at, calendar) is (opening == at)


@settings(max_examples=40)
@given(instants(), st.integers(1, 3 * 24 * 60), calendars())
def test_a_minute_by_minute_count_agrees(start: datetime, length: int, calendar: Calendar) -> None:
    """The oracle looks at the wall clock once a minute. It knows nothing of the definition for an
    hour that occurs twice, so such nights are left out."""
    start = start.replace(second=0, microsecond=0)
    zone = ZoneInfo(calendar.zone)
    walls = [(start + n * MINUTE).astimezone(zone) for n in range(length)]
    assume(all(wall.fold == 0 and wall.second == 0 for wall in walls))

    counted = sum(_works_at(wall, calendar) for wall in walls)

    assert working_minutes_between(start, start + length * MINUTE, calendar) == counted


def _works_at(wall: datetime, calendar: Calendar) -> bool:
    special = {holiday.day: holiday.hours for holiday in calendar.holidays}
    hours = special.get(wall.date(), getattr(calendar, WEEKDAYS[wall.weekday()]))
    minute = wall.hour * 60 + wall.minute
    # An hour that the clock skips is no working time, and the oracle never sees it.
    return any(opens <= minute < closes for opens, closes in read_spans(hours))


def test_the_oracle_meets_a_skipped_hour() -> None:
    """The property above would prove little if its nights never held a change of the clock."""
    start = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
    calendar = Calendar(zone="Europe/Berlin", sunday=("01:30-03:30",))
    walls = [(start + n * MINUTE).astimezone(ZoneInfo("Europe/Berlin")) for n in range(180)]

    assert sum(_works_at(wall, calendar) for wall in walls) == 60
    assert working_minutes_between(start, start + 180 * MINUTE, calendar) == 60
