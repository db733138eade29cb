"""The place in line in plain words, in the brand's own time zone. Pure.

Says what is known and nothing else: no range without data, no promise without one.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from fairline.line.place import LineFacts, Place


class PlaceWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a place card says. `number` is its large figure; `steps` are dots to draw before me."""

    number: str
    headline: str
    expected: str
    promise: str
    is_late: bool
    steps: int
    low: datetime | None
    high: datetime | None
    due_at: datetime


def place_words(place: Place, zone: str, now: datetime) -> PlaceWords:
    """The card of a waiting case."""
    local = zone_of(zone)
    is_late = place.due_at < now
    if place.ahead == 0:
        number, headline = "1st", "You are next"
    else:
        number = ordinal(place.position)
        headline = f"{place.ahead:,} {'waits' if place.ahead == 1 else 'wait'} before you"
    due = clock_time(place.due_at, local, now)
    return PlaceWords(
        number=number,
        headline=headline,
        expected=span(place.low, place.high, local, now),
        promise=_promise(place, due, now),
        is_late=is_late,
        steps=min(place.ahead, 6),
        low=place.low,
        high=place.high,
        due_at=place.due_at,
    )


def _promise(place: Place, due: str, now: datetime) -> str:
    """Kept, in danger or broken: never a promise that our own figures speak against."""
    if place.due_at < now:
        return f"We promised an answer by {due} and are late. We are sorry; you keep your place."
    if place.low is not None and place.low > place.due_at:
        return f"We promise answers by {due}, but more people write than usual: it may be later."
    return f"We answer by {due}: that is our promise."


def expected_words(facts: LineFacts, now: datetime) -> str:
    """`6 to 14 min`: how long somebody who asks now may wait; '' without data."""
    if facts.low is None or facts.high is None:
        return ""
    low, high = (max(1, round((at - now).total_seconds() / 60)) for at in (facts.low, facts.high))
    if high < 100:
        return f"{low} to {high} min" if low != high else f"{high} min"
    if high < 48 * 60:
        first, last = max(1, round(low / 60)), round(high / 60)
        return f"{first} to {last} h" if first != last else f"{last} h"
    first, last = max(1, round(low / 1440)), round(high / 1440)
    return f"{first} to {last} days" if first != last else f"{last} days"


def span(low: datetime | None, high: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """`between 14:10 and 14:25`, with the day where it is not today; '' when unknown."""
    if low is None or high is None:
        return ""
    start, end = clock_time(low, zone, now), clock_time(high, zone, now)
    if start == end:
        return f"about {end}"
    if low.astimezone(zone).date() == high.astimezone(zone).date():
        end = high.astimezone(zone).strftime("%H:%M")
    return f"between {start} and {end}"


def clock_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`14:10`, `tomorrow 9:00`, `Tuesday 9:00` or `24 November 9:00`."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    time = there.strftime("%H:%M")
    days = (there.date() - today).days
    if days == 0:
        return time
    if days == 1:
        return f"tomorrow {time}"
    if days == -1:
        return f"yesterday {time}"
    if 1 < days < 7:
        return f"{there:%A} {time}"
    year = f" {there.year}" if abs(at - now) > timedelta(days=300) else ""
    return f"{there.day} {there:%B}{year} {time}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def zone_of(name: str) -> ZoneInfo:
    """The brand's time zone; UTC when its name means nothing on this machine."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
