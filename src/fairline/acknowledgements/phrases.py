"""What an acknowledgement says of hours, promise, expected time and place, in one language. Pure.

Each is a whole sentence, or '' when there is nothing true to say: then its line is left out.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fairline.acknowledgements.languages import LANGUAGES, Language
from fairline.line.place import Place
from fairline.promises.hours import Calendar, next_opening, open_spans
from fairline.promises.wallclock import read_zone

# Open this long without a break counts as always open: nothing is said of closing.
ALWAYS = timedelta(days=2)


def phrases(code: str, place: Place | None, calendar: Calendar, now: datetime) -> dict[str, str]:
    """`hours`, `promise`, `expected` and `place` as sentences."""
    language, zone = LANGUAGES[code], read_zone(calendar.zone)
    said = {"hours": _hours(language, calendar, now), "promise": "", "expected": "", "place": ""}
    if place is None:
        return said
    due = said_time(language, place.due_at, zone, now)
    is_in_danger = place.low is not None and place.low > place.due_at
    said["promise"] = (language.promise_in_danger if is_in_danger else language.promise).format(
        due=due
    )
    if place.low is not None and place.high is not None:
        said["expected"] = language.expected.format(
            low=said_time(language, place.low, zone, now),
            high=said_time(language, place.high, zone, now),
        )
    said["place"] = _place(language, place.ahead)
    return said


def _place(language: Language, ahead: int) -> str:
    if ahead == 0:
        return language.next_in_line
    if ahead == 1:
        return language.one_before
    return language.some_before.format(ahead=f"{ahead:,}".replace(",", language.thousands))


def _hours(language: Language, calendar: Calendar, now: datetime) -> str:
    zone = read_zone(calendar.zone)
    opens = next_opening(now, calendar)
    if opens > now:
        return language.closed_now.format(opens=said_time(language, opens, zone, now))
    closes = now
    for start, end in open_spans(now, now + ALWAYS, calendar):
        if start > closes:
            break
        closes = end
    if closes - now >= ALWAYS:
        return ""
    return language.open_now.format(until=said_time(language, closes, zone, now))


def said_time(language: Language, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A time as one says it: today, tomorrow, or with its day."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    time = f"{there:%H:%M}"
    days = (there.date() - today).days
    if days == 0:
        return language.today.format(time=time)
    if days == 1:
        return language.tomorrow.format(time=time)
    date = language.date.format(
        weekday=language.weekdays[there.weekday()],
        day=there.day,
        month=language.months[there.month - 1],
    )
    return language.on_day.format(date=date, time=time)
