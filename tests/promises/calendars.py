"""Strategies: calendars, instants and severities of every kind, for the property tests."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from fairline.promises.hours import WEEKDAYS, Calendar, Holiday
from fairline.promises.targets import Severity, Target, Targets

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
    "Antarctica/Troll",
)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def hours(draw: st.DrawFn) -> tuple[str, ...]:
    """Up to three spans of one day."""
    count = draw(st.integers(0, 3))
    edges = sorted(
        draw(st.lists(st.integers(0, 1440), min_size=2 * count, max_size=2 * count, unique=True))
    )
    return tuple(f"{_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = {day: draw(hours()) for day in WEEKDAYS}
    # Some hour each week, or a sum of days would reach over the ten years that are the limit.
    opens = draw(st.integers(0, 1380))
    week["wednesday"] = (f"{_clock(opens)}-{_clock(draw(st.integers(opens + 60, 1440)))}",)
    days = draw(st.sets(st.dates(date(2009, 1, 1), date(2029, 12, 31)), max_size=6))
    holidays = tuple(Holiday(day=day, hours=draw(hours())) for day in sorted(days))
    return Calendar(zone=draw(st.sampled_from(ZONES)), holidays=holidays, **week)


def instants() -> st.SearchStrategy[datetime]:
    """Any microsecond of two decades that hold changes of the clock of every kind."""
    return st.datetimes(
        datetime(2009, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
        datetime(2029, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


def minutes(most: int = 60 * 24 * 30) -> st.SearchStrategy[int]:
    return st.integers(1, most)


def gaps() -> st.SearchStrategy[timedelta]:
    return st.timedeltas(timedelta(0), timedelta(days=40))


def severities() -> st.SearchStrategy[Severity]:
    return st.sampled_from(Severity)


@st.composite
def targets(draw: st.DrawFn) -> Targets:
    """Targets that obey the ladder: each column ascends from the gravest to the mildest."""
    first, following, solved = (
        sorted(draw(st.lists(st.integers(1, 20_000), min_size=5, max_size=5))) for _ in range(3)
    )
    return Targets(
        **{
            severity: Target(first_minutes=a, next_minutes=b, resolution_minutes=a + c)
            for severity, a, b, c in zip(Severity, first, following, solved, strict=True)
        }
    )
