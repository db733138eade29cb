"""When the moments of a story happen. Pure; the caller brings the time it is now.

Stories of past weeks keep their weekday and local time of day, whatever today is; stories that are
still running are told in minutes before now, so that the line is fresh at any hour.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """When a story begins: `minutes_ago`, or `weeks` ago at minute `clock` of `day` (0: Monday)."""

    weeks: int = 0
    day: int = 0
    clock: int = 0
    minutes_ago: int = 0


def parse_start(text: str) -> Start:
    """`3 tue 09:14` (Tuesday, three weeks ago) or `95 min ago`. Raises ValueError."""
    if found := re.fullmatch(r"(\d+) min ago", text):
        return Start(minutes_ago=int(found[1]))
    if found := re.fullmatch(r"([1-6]) (\w{3} \d\d:\d\d)", text):
        day, clock = _day_and_clock(found[2])
        return Start(weeks=int(found[1]), day=day, clock=clock)
    raise ValueError(f"{text!r} is neither '3 tue 09:14' nor '95 min ago'")


def after_previous(at: int | str, previous: int, start: Start) -> int:
    """Minutes since `start` of a step said to be `at`: minutes already, or the next `wed 10:15`
    after `previous`. Raises ValueError.
    """
    if isinstance(at, int):
        return at
    wanted_day, wanted_clock = _day_and_clock(at)
    began = start.day * DAY_MIN + start.clock
    distance = (wanted_day * DAY_MIN + wanted_clock - began - previous) % WEEK_MIN
    return previous + (distance or WEEK_MIN)


def moments_of(
    start: Start, offsets: Iterable[int], now: datetime, time_zone: str
) -> tuple[datetime, ...]:
    """The UTC times of a story's steps. Weeks are counted from the Monday of this week in the
    brand's `time_zone`, on the wall clock: half past nine stays so across a change of the hour.
    """
    if start.minutes_ago:
        began = now - timedelta(minutes=start.minutes_ago)
        return tuple(began + timedelta(minutes=offset) for offset in offsets)
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday() + 7 * start.weeks)
    wall = datetime.combine(monday, time()) + timedelta(days=start.day, minutes=start.clock)
    return tuple(
        (wall + timedelta(minutes=offset)).replace(tzinfo=zone).astimezone(UTC)
        for offset in offsets
    )


def _day_and_clock(text: str) -> tuple[int, int]:
    day, _, clock = text.partition(" ")
    if day not in DAYS:
        raise ValueError(f"{text!r} does not begin with one of {', '.join(DAYS)}")
    return DAYS.index(day), _clock(clock)


def _clock(text: str) -> int:
    found = re.fullmatch(r"(\d\d):(\d\d)", text)
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        raise ValueError(f"{text!r} is not a time such as 09:14")
    return int(found[1]) * 60 + int(found[2])
