"""Until when a case is put aside: presets and a typed time, in the brand's time zone. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fairline.core.errors import Invalid

PRESETS = {
    "hour": "In an hour",
    "afternoon": "In three hours",
    "tomorrow": "Tomorrow at nine",
    "monday": "Monday at nine",
    "month": "In four weeks",
}
_MORNING = time(9)


def until_of(preset: str, typed: str, now: datetime, zone: str) -> datetime:
    """The moment, in UTC. `typed` is what a datetime-local field sends. Raises Invalid."""
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    if preset == "hour":
        return now + timedelta(hours=1)
    if preset == "afternoon":
        return now + timedelta(hours=3)
    if preset == "tomorrow":
        return _morning(local, 1, place)
    if preset == "monday":
        return _morning(local, 7 - local.weekday(), place)
    if preset == "month":
        return _morning(local, 28, place)
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Invalid("Choose a day and a time.", field="until") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=place)).astimezone(UTC)


def _morning(local: datetime, days: int, place: ZoneInfo) -> datetime:
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, _MORNING, tzinfo=place).astimezone(UTC)
