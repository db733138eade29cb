"""When to call: the windows we offer, what *now* means, and when to try again. Pure.

All inside business hours, holidays and changes of the clock included: `promises/hours.py` says
what is open. Words are in the zone of whoever reads them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec

from fairline.people.calling import NEXT_DAY
from fairline.promises.hours import Calendar, add_working_time, next_opening, open_spans
from fairline.promises.wallclock import instant, read_zone

# A rest of a day shorter than this is no window of its own.
SHORTEST = timedelta(minutes=30)
MOST_OFFERED = 60


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a call is wished for. UTC; `until_at` is not in it."""

    from_at: datetime
    until_at: datetime

    @property
    def key(self) -> str:
        """What a form sends back."""
        return f"{self.from_at:%Y%m%dT%H%MZ}"


def windows(calendar: Calendar, now: datetime, *, minutes: int, days: int) -> list[Window]:
    """The windows that can be chosen at `now`, earliest first, none that is nearly over.

    A working span is cut into windows from its beginning; a short rest belongs to the last one.
    """
    return list(islice(_windows(calendar, now, minutes=minutes, days=days), MOST_OFFERED))


def _windows(calendar: Calendar, now: datetime, *, minutes: int, days: int) -> Iterator[Window]:
    length = timedelta(minutes=minutes)
    zone = read_zone(calendar.zone)
    midnight = instant(now.astimezone(zone).date(), 0, zone)
    for opens, closes in open_spans(midnight, now + timedelta(days=days), calendar):
        start = opens
        while start < closes:
            end = start + length
            if closes - end < SHORTEST:
                end = closes
            if end - now >= SHORTEST and start < now + timedelta(days=days):
                yield Window(from_at=max(start, _whole_minute(now)), until_at=end)
            start = end


def chosen(offered: list[Window], key: str, begins: datetime | None = None) -> Window | None:
    """The offered window with this key. One that has begun meanwhile is found by its `begins`."""
    for window in offered:
        if window.key == key or (begins and window.from_at <= begins < window.until_at):
            return window
    return None


def read_key(key: str) -> datetime | None:
    """The moment in a key; None for what is no key."""
    try:
        return datetime.strptime(key, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def call_now(calendar: Calendar, now: datetime, *, minutes: int) -> Window:
    """What *now* means: within so many minutes of working time, from the next opening on."""
    start = next_opening(now, calendar)
    return Window(from_at=start, until_at=add_working_time(start, minutes, calendar))


def again(
    calendar: Calendar, now: datetime, wait: int, present: Window, zone: str, *, is_chosen: bool
) -> Window:
    """When to try again after nobody was reached, and until when that is in time.

    `wait` is in minutes, or NEXT_DAY. A window that the customer chose is kept to: what falls
    outside it is tried in the same hours of the next working day.
    """
    length = max(SHORTEST, present.until_at - present.from_at)
    if wait != NEXT_DAY:
        at = next_opening(now + timedelta(minutes=wait), calendar)
        if not is_chosen:
            return Window(from_at=at, until_at=add_working_time(at, 30, calendar))
        if at < present.until_at:
            return Window(from_at=at, until_at=max(present.until_at, at + SHORTEST))
    local = read_zone(zone if is_chosen else calendar.zone)
    wall = (present.from_at if is_chosen else now).astimezone(local)
    today = now.astimezone(local).date()
    same = today + timedelta(days=1)
    target = instant(same, wall.hour * 60 + wall.minute, local)
    at = next_opening(target, calendar)
    if at.astimezone(local).date() != same:
        # That day is free. On the day on which we work again the same hours are kept to if we can.
        wished = instant(at.astimezone(local).date(), wall.hour * 60 + wall.minute, local)
        at = next_opening(max(at, wished), calendar)
    return Window(from_at=at, until_at=at + length)


def window_words(window: Window, zone: str, now: datetime) -> str:
    """`today 10:00 to 12:00`, `tomorrow …`, `Tuesday, 24 November, …`, on the clock of `zone`."""
    local = read_zone(zone)
    start, end = window.from_at.astimezone(local), window.until_at.astimezone(local)
    close = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end, now)} {end:%H:%M}"
    return f"{_day(start, now)} {start:%H:%M} to {close}"


def moment_words(at: datetime, zone: str, now: datetime) -> str:
    """`today 14:10` or `tomorrow 09:00`, on the clock of `zone`."""
    local = at.astimezone(read_zone(zone))
    return f"{_day(local, now)} {local:%H:%M}"


def day_words(at: datetime, zone: str, now: datetime) -> str:
    """The day alone, for a heading above its windows."""
    return _day(at.astimezone(read_zone(zone)), now)


def _day(local: datetime, now: datetime) -> str:
    days = (local.date() - now.astimezone(local.tzinfo).date()).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days == -1:
        return "yesterday"
    return f"{local:%A}, {local.day} {local:%B}"


def zone_words(zone: str) -> str:
    """`Berlin time` for `Europe/Berlin`."""
    return (
        "UTC" if zone in {"UTC", "Etc/UTC"} else f"{zone.rpartition('/')[2].replace('_', ' ')} time"
    )


def _whole_minute(now: datetime) -> datetime:
    cut = now.replace(second=0, microsecond=0)
    return cut if cut == now else cut + timedelta(minutes=1)
