"""When to call: windows inside hours, over holidays and changes of the clock, worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fairline.handoff.calls.windows import (
    Window,
    again,
    call_now,
    chosen,
    read_key,
    window_words,
    windows,
    zone_words,
)
from fairline.people.calling import NEXT_DAY
from fairline.promises.hours import Calendar, Holiday, is_open, open_daily

BERLIN = Calendar(zone="Europe/Berlin")


def at(text: str) -> datetime:
    """A moment in UTC, as `2026-11-23 09:30`."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def spans(found: list[Window]) -> list[tuple[str, str]]:
    return [(f"{w.from_at:%d %H:%M}", f"{w.until_at:%d %H:%M}") for w in found]


def test_a_day_is_cut_into_windows_of_its_opening_hours() -> None:
    # Monday 23 November 2026, 07:00 in Berlin: 9 to 17 there is 8 to 16 UTC.
    found = windows(BERLIN, at("2026-11-23 06:00"), minutes=120, days=1)
    assert spans(found) == [
        ("23 08:00", "23 10:00"),
        ("23 10:00", "23 12:00"),
        ("23 12:00", "23 14:00"),
        ("23 14:00", "23 16:00"),
    ]


def test_a_window_that_has_begun_is_offered_from_now_and_one_nearly_over_is_not() -> None:
    found = windows(BERLIN, at("2026-11-23 08:40"), minutes=120, days=1)
    assert spans(found)[0] == ("23 08:40", "23 10:00")
    found = windows(BERLIN, at("2026-11-23 09:45"), minutes=120, days=1)
    assert spans(found)[0] == ("23 10:00", "23 12:00")


def test_a_short_rest_of_the_day_belongs_to_the_last_window() -> None:
    short = open_daily("09:00-11:20", zone="Europe/Berlin")
    found = windows(short, at("2026-11-23 06:00"), minutes=120, days=1)
    assert spans(found) == [("23 08:00", "23 10:20")]


def test_no_window_lies_on_a_holiday_or_at_the_weekend() -> None:
    closed = Holiday(day=date(2026, 12, 24), name="Christmas Eve", hours=("09:00-11:00",))
    free = Holiday(day=date(2026, 12, 25), name="Christmas")
    calendar = Calendar(zone="Europe/Berlin", holidays=(closed, free))
    # Wednesday 23 December, after work; the 26th and 27th are a weekend.
    found = windows(calendar, at("2026-12-23 17:00"), minutes=120, days=6)
    days = [window.from_at.date().isoformat() for window in found]
    assert sorted(set(days)) == ["2026-12-24", "2026-12-28", "2026-12-29"]
    assert days.count("2026-12-24") == 1
    assert all(is_open(window.from_at, calendar) for window in found)


def test_a_window_stays_at_its_hour_when_the_clock_goes_forward() -> None:
    # Germany's clocks go forward on Sunday 29 March 2026: 9:00 is 8:00 UTC before, 7:00 after.
    daily = open_daily("09:00-11:00", zone="Europe/Berlin")
    found = windows(daily, at("2026-03-28 06:00"), minutes=120, days=3)
    assert spans(found) == [
        ("28 08:00", "28 10:00"),
        ("29 07:00", "29 09:00"),
        ("30 07:00", "30 09:00"),
    ]


def test_a_night_window_over_the_repeated_hour_is_three_hours_long() -> None:
    # On 25 October 2026 the hour from 2 to 3 comes twice: 1:00 to 3:00 on the wall is three hours.
    night = open_daily("01:00-03:00", zone="Europe/Berlin")
    found = windows(night, at("2026-10-24 20:00"), minutes=120, days=1)
    assert [w.until_at - w.from_at for w in found] == [timedelta(hours=2), timedelta(hours=1)]
    assert found[0].until_at == found[1].from_at


def test_now_begins_when_we_open_and_lasts_so_much_working_time() -> None:
    window = call_now(BERLIN, at("2026-11-20 15:50"), minutes=30)  # Friday, ten minutes before five
    assert window.from_at == at("2026-11-20 15:50")
    assert window.until_at == at("2026-11-23 08:20")
    window = call_now(BERLIN, at("2026-11-20 20:00"), minutes=30)
    assert (window.from_at, window.until_at) == (at("2026-11-23 08:00"), at("2026-11-23 08:30"))


def test_a_try_again_soon_stays_inside_hours() -> None:
    asked = call_now(BERLIN, at("2026-11-23 10:00"), minutes=30)
    soon = again(BERLIN, at("2026-11-23 10:10"), 30, asked, "Europe/Berlin", is_chosen=False)
    assert soon.from_at == at("2026-11-23 10:40")
    late = again(BERLIN, at("2026-11-23 15:40"), 30, asked, "Europe/Berlin", is_chosen=False)
    assert late.from_at == at("2026-11-24 08:00")


def test_a_chosen_window_is_kept_to_also_when_trying_again() -> None:
    chosen_one = Window(from_at=at("2026-11-23 08:00"), until_at=at("2026-11-23 10:00"))
    within = again(BERLIN, at("2026-11-23 08:10"), 30, chosen_one, "Europe/Berlin", is_chosen=True)
    assert (within.from_at, within.until_at) == (at("2026-11-23 08:40"), at("2026-11-23 10:00"))
    beyond = again(BERLIN, at("2026-11-23 08:40"), 120, chosen_one, "Europe/Berlin", is_chosen=True)
    assert (beyond.from_at, beyond.until_at) == (at("2026-11-24 08:00"), at("2026-11-24 10:00"))


def test_the_next_day_is_the_next_working_day_at_the_same_hour() -> None:
    friday = Window(from_at=at("2026-11-20 13:00"), until_at=at("2026-11-20 15:00"))
    monday = again(
        BERLIN, at("2026-11-20 13:30"), NEXT_DAY, friday, "Europe/Berlin", is_chosen=True
    )
    assert monday.from_at == at("2026-11-23 13:00")


def test_the_next_day_over_a_change_of_the_clock_keeps_the_hour_on_the_wall() -> None:
    daily = open_daily("09:00-17:00", zone="Europe/Berlin")
    saturday = Window(from_at=at("2026-03-28 09:00"), until_at=at("2026-03-28 11:00"))  # 10 there
    sunday = again(
        daily, at("2026-03-28 09:30"), NEXT_DAY, saturday, "Europe/Berlin", is_chosen=True
    )
    assert sunday.from_at == at("2026-03-29 08:00")  # 10 there


def test_a_customer_in_another_zone_keeps_their_own_hour() -> None:
    daily = open_daily("00:00-24:00", zone="Europe/Berlin")
    # 16:00 in New York on the Friday before its clocks go back (1 November 2026).
    friday = Window(from_at=at("2026-10-31 20:00"), until_at=at("2026-10-31 22:00"))
    following = again(
        daily, at("2026-10-31 20:30"), NEXT_DAY, friday, "America/New_York", is_chosen=True
    )
    assert following.from_at == at("2026-11-01 21:00")


def test_a_window_is_found_by_its_key_and_one_that_has_begun_by_its_moment() -> None:
    offered = windows(BERLIN, at("2026-11-23 06:00"), minutes=120, days=1)
    key = offered[0].key
    assert chosen(offered, key, read_key(key)) == offered[0]
    later = windows(BERLIN, at("2026-11-23 08:05"), minutes=120, days=1)
    assert chosen(later, later[0].key, None) == later[0]
    assert chosen(offered, "20261123T0300Z", read_key("20261123T0300Z")) is None
    assert chosen(offered, "nonsense", read_key("nonsense")) is None


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "tomorrow 09:00 to 11:00"),
        ("America/New_York", "tomorrow 03:00 to 05:00"),
        ("Pacific/Auckland", "tomorrow 21:00 to 23:00"),
    ],
)
def test_a_window_is_said_on_the_reader_s_clock(zone: str, words: str) -> None:
    window = Window(from_at=at("2026-11-24 08:00"), until_at=at("2026-11-24 10:00"))
    assert window_words(window, zone, at("2026-11-23 10:00")) == words


def test_a_zone_is_named_by_its_town() -> None:
    assert zone_words("America/New_York") == "New York time"
    assert zone_words("UTC") == "UTC"
