"""Working time, by hand: clock changes, holidays, midnight, leap days, several zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from fairline.core.errors import Invalid
from fairline.promises.hours import (
    ALWAYS_OPEN,
    WEEKDAYS,
    Calendar,
    Holiday,
    add_working_time,
    is_open,
    next_opening,
    open_daily,
    working_minutes_between,
    working_time_between,
)

OFFICE = Calendar(zone="Europe/Berlin")
LUNCH = msgspec.structs.replace(
    open_daily("08:30-12:00", "13:00-17:30", zone="Europe/Berlin"), saturday=(), sunday=()
)
NIGHTS = open_daily("00:00-06:00", "22:00-24:00", zone="Europe/Berlin")
DAY_AND_NIGHT = open_daily("00:00-24:00", zone="Europe/Berlin")
NEW_YORK = Calendar(zone="America/New_York")
NEW_YORK_ALL = open_daily("00:00-24:00", zone="America/New_York")
SMALL_HOURS = open_daily("01:00-04:00", zone="Europe/Berlin")
IN_THE_GAP = open_daily("02:15-02:45", "12:00-13:00", zone="Europe/Berlin")
KATHMANDU = Calendar(zone="Asia/Kathmandu")
LORD_HOWE = open_daily("00:00-06:00", zone="Australia/Lord_Howe")
SAO_PAULO = open_daily("00:00-02:00", zone="America/Sao_Paulo")
APIA = Calendar(zone="Pacific/Apia")
APIA_ALL = open_daily("00:00-24:00", zone="Pacific/Apia")
KOLKATA = open_daily("09:30-18:30", zone="Asia/Kolkata")
ST_JOHNS_ALL = open_daily("00:00-24:00", zone="America/St_Johns")
CHATHAM = Calendar(zone="Pacific/Chatham")
CHATHAM_ALL = open_daily("00:00-24:00", zone="Pacific/Chatham")
CASABLANCA_ALL = open_daily("00:00-24:00", zone="Africa/Casablanca")
LONDON_ALL = open_daily("00:00-24:00", zone="Europe/London")
TROLL_ALL = open_daily("00:00-24:00", zone="Antarctica/Troll")
BEIRUT_ALL = open_daily("00:00-24:00", zone="Asia/Beirut")
HAVANA = open_daily("00:00-02:00", zone="America/Havana")
XMAS = Calendar(
    zone="Europe/Berlin",
    holidays=(
        Holiday(day=date(2026, 12, 25), name="Christmas Day", every_year=True),
        Holiday(day=date(2026, 12, 24), hours=("09:00-12:00",), name="Christmas Eve"),
        Holiday(day=date(2026, 12, 28)),
        Holiday(day=date(2026, 12, 27), hours=("10:00-11:00",), name="Sunday stock-taking"),
    ),
)
LEAP = Calendar(holidays=(Holiday(day=date(2028, 2, 29), every_year=True),))


def local(text: str, calendar: Calendar, *, fold: int = 0) -> datetime:
    """A wall-clock time of the calendar's zone, as UTC."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.zone), fold=fold)
    return wall.astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "end"),
    [
        # An ordinary week. 2026-11-02 is a Monday.
        (OFFICE, "2026-11-02 09:00", 60, "2026-11-02 10:00"),
        (OFFICE, "2026-11-02 08:00", 60, "2026-11-02 10:00"),
        (OFFICE, "2026-11-02 16:30", 60, "2026-11-03 09:30"),
        (OFFICE, "2026-11-02 17:00", 60, "2026-11-03 10:00"),
        (OFFICE, "2026-11-02 09:00", 480, "2026-11-02 17:00"),  # ends at closing, not next morning
        (OFFICE, "2026-11-02 09:00", 481, "2026-11-03 09:01"),
        (OFFICE, "2026-11-06 16:00", 120, "2026-11-09 10:00"),  # over a weekend
        (OFFICE, "2026-11-07 12:00", 30, "2026-11-09 09:30"),  # from a Saturday
        (OFFICE, "2026-11-02 09:00", 2400, "2026-11-06 17:00"),  # a whole week
        (OFFICE, "2026-11-02 09:00", 0.5, "2026-11-02 09:00:30"),
        (OFFICE, "2026-11-07 12:00", 0, "2026-11-07 12:00"),  # nothing to wait for
        # Two spans a day.
        (LUNCH, "2026-11-02 11:30", 60, "2026-11-02 13:30"),
        (LUNCH, "2026-11-02 12:30", 15, "2026-11-02 13:15"),
        (LUNCH, "2026-11-02 08:30", 210, "2026-11-02 12:00"),
        (LUNCH, "2026-11-02 17:00", 60, "2026-11-03 09:00"),
        # Midnight.
        (NIGHTS, "2026-11-02 23:30", 60, "2026-11-03 00:30"),
        (NIGHTS, "2026-11-02 05:30", 60, "2026-11-02 22:30"),
        (NIGHTS, "2026-11-02 22:00", 480, "2026-11-03 06:00"),
        (NIGHTS, "2026-12-31 23:59", 2, "2027-01-01 00:01"),
        (ALWAYS_OPEN, "2026-12-31 23:59", 1, "2027-01-01 00:00"),
        # Summer time begins in Berlin on 2027-03-28, 02:00 becomes 03:00.
        (DAY_AND_NIGHT, "2027-03-28 01:30", 60, "2027-03-28 03:30"),
        (DAY_AND_NIGHT, "2027-03-28 00:00", 23 * 60, "2027-03-29 00:00"),
        (NIGHTS, "2027-03-27 22:00", 420, "2027-03-28 06:00"),  # an hour shorter
        (SMALL_HOURS, "2027-03-28 00:00", 120, "2027-03-28 04:00"),
        (IN_THE_GAP, "2027-03-28 00:00", 10, "2027-03-28 12:10"),  # that span does not exist then
        (IN_THE_GAP, "2027-03-27 00:00", 10, "2027-03-27 02:25"),
        (OFFICE, "2027-03-26 16:30", 60, "2027-03-29 09:30"),  # Friday to Monday, 09:00 by the wall
        # It ends on 2026-10-25, 03:00 becomes 02:00.
        (DAY_AND_NIGHT, "2026-10-25 00:00", 25 * 60, "2026-10-26 00:00"),
        (NIGHTS, "2026-10-24 22:00", 540, "2026-10-25 06:00"),  # an hour longer
        (SMALL_HOURS, "2026-10-25 00:00", 240, "2026-10-25 04:00"),
        (OFFICE, "2026-10-23 16:30", 60, "2026-10-26 09:30"),
        # New York changes on other days: 2027-03-14 and 2026-11-01.
        (NEW_YORK_ALL, "2027-03-14 01:59", 1, "2027-03-14 03:00"),
        (NEW_YORK_ALL, "2026-11-01 00:00", 25 * 60, "2026-11-02 00:00"),
        (NEW_YORK, "2027-03-12 16:59", 2, "2027-03-15 09:01"),
        # Odd zones: 5:45, half an hour of summer time, changes at midnight, a day that never was.
        (KATHMANDU, "2026-11-02 09:00", 45, "2026-11-02 09:45"),
        (LORD_HOWE, "2026-10-04 00:00", 330, "2026-10-04 06:00"),
        (LORD_HOWE, "2026-04-05 00:00", 390, "2026-04-05 06:00"),
        (SAO_PAULO, "2018-11-03 01:00", 120, "2018-11-04 02:00"),  # 00:00 to 01:00 were skipped
        (SAO_PAULO, "2018-02-17 00:00", 180, "2018-02-18 01:00"),
        (HAVANA, "2026-11-01 00:00", 120, "2026-11-01 01:00"),  # 00:00 to 01:00 twice
        (APIA, "2011-12-29 16:30", 60, "2012-01-02 09:30"),  # Friday 30 December did not happen
        (APIA_ALL, "2011-12-29 12:00", 24 * 60, "2011-12-31 12:00"),
        (KOLKATA, "2026-11-02 18:15", 30, "2026-11-03 09:45"),
        (KOLKATA, "2026-11-02 02:00", 540, "2026-11-02 18:30"),
        (ST_JOHNS_ALL, "2027-03-14 01:30", 60, "2027-03-14 03:30"),
        (ST_JOHNS_ALL, "2010-11-06 23:00", 150, "2010-11-07 00:30"),  # 00:01 became 23:01 before
        (CHATHAM, "2026-09-25 16:30", 60, "2026-09-28 09:30"),
        (CHATHAM_ALL, "2026-09-27 02:30", 30, "2026-09-27 04:00"),  # 02:45 becomes 03:45
        (CHATHAM_ALL, "2027-04-04 00:00", 25 * 60, "2027-04-05 00:00"),
        (CASABLANCA_ALL, "2026-02-15 00:00", 25 * 60, "2026-02-16 00:00"),  # Ramadan begins
        (CASABLANCA_ALL, "2026-03-22 00:00", 23 * 60, "2026-03-23 00:00"),  # and is over
        (LONDON_ALL, "2027-03-28 00:30", 60, "2027-03-28 02:30"),
        (TROLL_ALL, "2027-03-28 00:30", 60, "2027-03-28 03:30"),  # two hours at once
        (BEIRUT_ALL, "2027-03-27 23:30", 60, "2027-03-28 01:30"),  # midnight does not occur
        # Holidays: half a day, a closed one, every year, and opening on a Sunday.
        (XMAS, "2026-12-24 11:30", 60, "2026-12-27 10:30"),
        (XMAS, "2026-12-24 11:30", 120, "2026-12-29 09:30"),
        (XMAS, "2027-12-24 16:30", 60, "2027-12-27 09:30"),  # the 25th is a Saturday anyway
        (XMAS, "2028-12-22 16:30", 60, "2028-12-26 09:30"),  # a Monday: closed every year
        (XMAS, "2026-12-25 00:00", 30, "2026-12-27 10:30"),
        # Leap days.
        (OFFICE, "2028-02-28 16:30", 60, "2028-02-29 09:30"),
        (OFFICE, "2027-02-26 16:30", 60, "2027-03-01 09:30"),
        (ALWAYS_OPEN, "2028-02-28 12:00", 24 * 60, "2028-02-29 12:00"),
        (LEAP, "2028-02-28 16:30", 60, "2028-03-01 09:30"),
        (LEAP, "2027-02-26 16:30", 60, "2027-03-01 09:30"),
    ],
)
def test_working_time_by_hand(calendar: Calendar, start: str, minutes: float, end: str) -> None:
    began, ended = local(start, calendar), local(end, calendar)

    assert add_working_time(began, minutes, calendar) == ended
    assert working_minutes_between(began, ended, calendar) == minutes


def test_a_start_in_the_second_of_two_equal_hours() -> None:
    """02:30 occurs twice on 2026-10-25; from the second, summer time is over already."""
    second = local("2026-10-25 02:30", DAY_AND_NIGHT, fold=1)

    assert add_working_time(second, 60, DAY_AND_NIGHT) == local("2026-10-25 03:30", DAY_AND_NIGHT)
    assert add_working_time(second - timedelta(hours=1), 60, DAY_AND_NIGHT) == second


def test_the_result_is_utc_whatever_the_zone_of_the_start() -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert add_working_time(start, 0, OFFICE).tzinfo is UTC
    assert add_working_time(start, 60, OFFICE) == local("2026-11-02 10:00", OFFICE)


def test_nothing_is_worked_backwards() -> None:
    monday, tuesday = local("2026-11-02 10:00", OFFICE), local("2026-11-03 10:00", OFFICE)

    assert working_time_between(tuesday, monday, OFFICE) == timedelta(0)
    assert working_time_between(monday, monday, OFFICE) == timedelta(0)


def test_a_span_of_years_is_summed_in_whole() -> None:
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)

    assert working_time_between(start, end, ALWAYS_OPEN) == end - start


@pytest.mark.parametrize(
    ("calendar", "at", "opens"),
    [
        (OFFICE, "2026-11-02 09:00", "2026-11-02 09:00"),
        (OFFICE, "2026-11-02 16:59", "2026-11-02 16:59"),
        (OFFICE, "2026-11-02 17:00", "2026-11-03 09:00"),
        (OFFICE, "2026-11-06 18:00", "2026-11-09 09:00"),
        (NIGHTS, "2026-11-02 00:00", "2026-11-02 00:00"),
        (XMAS, "2026-12-25 10:00", "2026-12-27 10:00"),
        (IN_THE_GAP, "2027-03-28 01:59", "2027-03-28 12:00"),
    ],
)
def test_when_we_open(calendar: Calendar, at: str, opens: str) -> None:
    assert next_opening(local(at, calendar), calendar) == local(opens, calendar)
    assert is_open(local(at, calendar), calendar) is (at == opens)


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"zone": "Europe/Atlantis"}, "unknown_zone", "Europe/Berlin"),
        ({"zone": ""}, "unknown_zone", "not a time zone"),
        ({"zone": "../etc/passwd"}, "unknown_zone", "not a time zone"),
        ({"zone": "Europe"}, "unknown_zone", "not a time zone"),
        (dict.fromkeys(WEEKDAYS, ()), "no_hours", "at least one day"),
        ({"monday": ("9-17",)}, "bad_hours", "Monday"),
        ({"monday": ("17:00-09:00",)}, "bad_hours", "two spans"),
        ({"monday": ("09:00-09:00",)}, "bad_hours", "does not end after"),
        ({"monday": ("20:00-24:30",)}, "bad_hours", "does not end after"),
        ({"monday": ("09:60-17:00",)}, "bad_hours", "not a span"),
        ({"monday": ("25:00-26:00",)}, "bad_hours", "not a span"),
        ({"monday": ("\u0660\u0669:00-17:00",)}, "bad_hours", "not a span"),
        ({"sunday": ("09:00-12:00", "11:59-15:00")}, "bad_hours", "overlap"),
        ({"holidays": (Holiday(day=date(2026, 1, 1), hours=("x",)),)}, "bad_hours", "not a span"),
        ({"holidays": (Holiday(day=date(2026, 1, 1)),) * 2}, "bad_hours", "twice"),
        (
            {
                "holidays": tuple(
                    Holiday(day=date(year, 1, 1), every_year=True) for year in (2026, 2027)
                )
            },
            "bad_hours",
            "twice",
        ),
    ],
)
def test_a_bad_calendar_is_refused(changes: dict[str, object], code: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        msgspec.structs.replace(Calendar(), **changes)

    assert caught.value.code == code


def test_a_bad_calendar_is_refused_from_storage_too() -> None:
    with pytest.raises(Invalid, match="not a time zone"):
        msgspec.json.decode(b'{"zone": "Mars/Olympus"}', type=Calendar)


def test_spans_may_touch_and_come_in_any_order() -> None:
    split = Calendar(monday=("12:00-17:00", "09:00-12:00"))

    at = local("2026-11-02 11:30", split)
    assert add_working_time(at, 60, split) == at + timedelta(hours=1)


def test_a_calendar_survives_storage() -> None:
    assert msgspec.json.decode(msgspec.json.encode(XMAS), type=Calendar) == XMAS


def test_an_exact_day_goes_before_a_yearly_one() -> None:
    calendar = Calendar(
        holidays=(
            Holiday(day=date(2026, 5, 1), every_year=True),
            Holiday(day=date(2028, 5, 1), hours=("09:00-10:00",)),
        )
    )

    assert next_opening(local("2026-05-01 00:00", calendar), calendar).date() == date(2026, 5, 4)
    assert next_opening(local("2028-05-01 00:00", calendar), calendar).date() == date(2028, 5, 1)


def test_working_time_refuses_what_makes_no_sense() -> None:
    start = local("2026-11-02 09:00", OFFICE)

    with pytest.raises(Invalid, match="negative"):
        add_working_time(start, -1, OFFICE)
    with pytest.raises(Invalid, match="ten years"):
        add_working_time(start, 60 * 24 * 366 * 10, OFFICE)
    with pytest.raises(ValueError, match="naive"):
        add_working_time(start.replace(tzinfo=None), 1, OFFICE)
    with pytest.raises(ValueError, match="naive"):
        working_time_between(start, start.replace(tzinfo=None), OFFICE)
