"""The clock on the wall: time zones, spans of hours as people write them, and their instants.

Called by `hours.py`. A wall-clock time means *the first instant at which the wall clock there reads
that time or later*: so a time that a change to summer time skips is the instant of the change, a
time that occurs twice is the first one, and neighbouring spans neither overlap nor leave a hole on
any day.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fairline.core.errors import Invalid

_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


@lru_cache(maxsize=128)
def read_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            f"{name!r} is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
            code="unknown_zone",
            field="zone",
        ) from error


def read_spans(hours: tuple[str, ...], *, field: str = "") -> tuple[tuple[int, int], ...]:
    """The spans as minutes of the day, earliest first. Raises Invalid, naming `field`."""
    spans = sorted(_read_span(text, field) for text in hours)
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise Invalid(
                f"{field.capitalize()}: two spans of hours overlap ({', '.join(hours)}).",
                code="bad_hours",
                field=field,
            )
    return tuple(spans)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock in `zone` reads `minute` of `day` or later. UTC."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    before, after = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    low, high = after.astimezone(UTC), before.astimezone(UTC)
    if low >= high:  # the time exists; when it exists twice, `before` is the first of the two
        return high
    # Skipped by a change of the clock (PEP 495): the change lies in (low, high], on a whole second.
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def _read_span(text: str, field: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text)
    if not match:
        raise Invalid(
            f"{field.capitalize()}: {text!r} is not a span of hours. Write it as 09:00-17:00.",
            code="bad_hours",
            field=field,
        )
    a, b, c, d = (int(part) for part in match.groups())
    opens, closes = a * 60 + b, c * 60 + d
    if opens >= closes or closes > 24 * 60:
        raise Invalid(
            f"{field.capitalize()}: {text} does not end after it begins on the same day. Hours "
            "over midnight are two spans: 22:00-24:00, and 00:00-06:00 on the day after.",
            code="bad_hours",
            field=field,
        )
    return opens, closes
