"""When a promise is at risk: a quarter of the target, at most half an hour, in working time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.promises.hours import (
    ALWAYS_OPEN,
    Calendar,
    Holiday,
    add_working_time,
    is_open,
    working_minutes_between,
)
from fairline.promises.risk import Thresholds, risk_from

START = datetime(2026, 1, 1, tzinfo=UTC)
OFFICE = Calendar(zone="Europe/Berlin")
CHRISTMAS = Calendar(holidays=tuple(Holiday(day=date(2026, 12, day)) for day in range(21, 32)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "target", "calendar", "risk"),
    [
        # A quarter of a short target, half an hour of a long one.
        ("2026-03-04T12:00", 60, ALWAYS_OPEN, "2026-03-04T11:45"),
        ("2026-03-04T12:00", 960, ALWAYS_OPEN, "2026-03-04T11:30"),
        ("2026-03-04T12:00", 1, ALWAYS_OPEN, "2026-03-04T11:59:45"),
        # Half an hour of work before 9:10 is 16:40 of the day before.
        ("2026-03-04T09:10", 960, Calendar(), "2026-03-03T16:40"),
        # Just half an hour after opening: not at closing time, when nobody is there to be called.
        ("2026-03-04T09:30", 960, Calendar(), "2026-03-04T09:00"),
        # Monday morning, and the morning after the holidays.
        ("2026-03-09T09:20", 960, Calendar(), "2026-03-06T16:50"),
        ("2027-01-04T09:10", 960, CHRISTMAS, "2027-01-01T16:40"),
        # Summer time began in the night between.
        ("2026-03-30T07:10", 960, OFFICE, "2026-03-27T15:40"),
    ],
)
def test_by_hand(due: str, target: int, calendar: Calendar, risk: str) -> None:
    assert risk_from(at(due), target, calendar, Thresholds()) == at(risk)


@given(
    asked=st.integers(0, 525_600).map(lambda minute: START + timedelta(minutes=minute)),
    target=st.integers(1, 5000),
    percent=st.integers(1, 99),
    minutes=st.integers(1, 2000),
    calendar=st.sampled_from([OFFICE, CHRISTMAS, ALWAYS_OPEN]),
)
def test_never_too_early_never_after(
    asked: datetime, target: int, percent: int, minutes: int, calendar: Calendar
) -> None:
    due = add_working_time(asked, target, calendar)
    thresholds = Thresholds(risk_percent=percent, risk_minutes=minutes)
    risk = risk_from(due, target, calendar, thresholds)
    left = min(target * percent / 100, minutes)
    assert risk <= due
    assert risk == due or is_open(risk, calendar)
    assert working_minutes_between(risk, due, calendar) == pytest.approx(left, abs=1e-3)
    later = Thresholds(risk_percent=percent, risk_minutes=1)
    assert risk_from(due, target, calendar, later) >= risk


@pytest.mark.parametrize("field", Thresholds.__struct_fields__)
@pytest.mark.parametrize("value", [0, -1, 10**9])
def test_what_would_ring_always_or_never_is_refused(field: str, value: int) -> None:
    with pytest.raises(Invalid) as refused:
        Thresholds(**{field: value})
    assert refused.value.field == field
