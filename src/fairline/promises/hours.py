"""Business hours: when we work, and arithmetic in working time.

Pure: no clock, no database. `due.py` and `estimate.py` count with it. `wallclock.py`
says how a time on the wall becomes an instant when the clocks change.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.wallclock import instant, read_spans, read_zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE_HOURS = ("09:00-17:00",)
# Longer sums are a mistake in a unit, not a promise; the limit also bounds the work of one call.
LONGEST = timedelta(days=3660)


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """A day with hours of its own: closed when `hours` is empty, else open just then."""

    day: date
    hours: tuple[str, ...] = ()
    name: str = ""
    every_year: bool = False


class Calendar(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """When a team works. Hours are `HH:MM-HH:MM` on the wall clock of `zone`, several a day.

    Checked when made: raises Invalid for an unknown zone, a malformed or overlapping span, two
    holidays on one day, or a week without any hours.
    """

    zone: str = "UTC"
    monday: tuple[str, ...] = OFFICE_HOURS
    tuesday: tuple[str, ...] = OFFICE_HOURS
    wednesday: tuple[str, ...] = OFFICE_HOURS
    thursday: tuple[str, ...] = OFFICE_HOURS
    friday: tuple[str, ...] = OFFICE_HOURS
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    def __post_init__(self) -> None:
        read_zone(self.zone)
        for name in WEEKDAYS:
            read_spans(getattr(self, name), field=name)
        if not any(getattr(self, name) for name in WEEKDAYS):
            raise Invalid(
                "The week has no working hours. Give at least one day hours such as 09:00-17:00.",
                code="no_hours",
            )
        seen: set[tuple[date | tuple[int, int], bool]] = set()
        for holiday in self.holidays:
            read_spans(holiday.hours, field="holidays")
            key = _holiday_key(holiday)
            if (key, holiday.every_year) in seen:
                raise Invalid(
                    f"{holiday.day} is listed twice among the holidays. Keep one of the two.",
                    code="bad_hours",
                    field="holidays",
                )
            seen.add((key, holiday.every_year))


def open_daily(*hours: str, zone: str = "UTC") -> Calendar:
    """A calendar with the same hours on all seven days. Raises Invalid."""
    return Calendar(
        zone=zone,
        monday=hours,
        tuesday=hours,
        wednesday=hours,
        thursday=hours,
        friday=hours,
        saturday=hours,
        sunday=hours,
    )


ALWAYS_OPEN = open_daily("00:00-24:00")


def add_working_time(start: datetime, minutes: float, calendar: Calendar) -> datetime:
    """The earliest instant by which `minutes` of working time have passed since `start`. UTC.

    Ends at closing time rather than at the next opening when they come to the same. Raises Invalid
    when `minutes` is negative or the sum is more than ten years away.
    """
    left = timedelta(minutes=minutes)
    if left < timedelta(0):
        raise Invalid("Working time cannot be negative.", code="bad_hours")
    if left == timedelta(0):
        return _aware(start).astimezone(UTC)
    for opens, closes in _spans_from(start, calendar):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise Invalid("That much working time is more than ten years away.", code="bad_hours")


def working_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The working time from `start` to `end`; zero when `end` is not after `start`."""
    total = timedelta(0)
    _aware(end)
    for opens, closes in _spans_from(start, calendar, until=end):
        total += min(closes, end) - opens
    return total


def working_minutes_between(start: datetime, end: datetime, calendar: Calendar) -> float:
    """`working_time_between` in minutes."""
    return working_time_between(start, end, calendar) / timedelta(minutes=1)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether `at` is in working hours. The opening instant is, the closing instant is not."""
    return next_opening(at, calendar) == at


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself when we are open, else the next instant at which we open. UTC."""
    for opens, _ in _spans_from(at, calendar):
        return opens
    raise Invalid("The calendar has no working hours in ten years.", code="no_hours")


def open_spans(
    start: datetime, until: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """The working spans that begin before `until`, earliest first, in UTC; none before `start`."""
    return _spans_from(start, calendar, until=until)


def _spans_from(
    start: datetime, calendar: Calendar, *, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Non-empty working spans in UTC after `start`, the first cut to begin no earlier than it."""
    start = _aware(start).astimezone(UTC)
    end = until or start + LONGEST
    day = start.astimezone(read_zone(calendar.zone)).date()
    while True:
        for opens, closes in _spans_on(calendar, day):
            if opens >= end:
                return
            if closes > start:
                yield max(opens, start), closes
        day += timedelta(days=1)
        # Two days of slack cover every zone's distance from UTC and a skipped day (Samoa 2011).
        if day > end.date() + timedelta(days=2):
            return


@lru_cache(maxsize=8192)
def _spans_on(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The working spans of one local day as instants."""
    zone = read_zone(calendar.zone)
    holiday = _holidays(calendar).get(day) or _holidays(calendar).get((day.month, day.day))
    hours = holiday.hours if holiday else getattr(calendar, WEEKDAYS[day.weekday()])
    spans = ((instant(day, a, zone), instant(day, b, zone)) for a, b in read_spans(hours))
    return tuple((opens, closes) for opens, closes in spans if opens < closes)


@lru_cache(maxsize=256)
def _holidays(calendar: Calendar) -> dict[date | tuple[int, int], Holiday]:
    return {_holiday_key(holiday): holiday for holiday in calendar.holidays}


def _holiday_key(holiday: Holiday) -> date | tuple[int, int]:
    return (holiday.day.month, holiday.day.day) if holiday.every_year else holiday.day


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a naive datetime: times are aware and in UTC here")
    return at
