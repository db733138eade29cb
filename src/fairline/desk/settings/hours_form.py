"""Hours, holidays and promises as people write them in a form, and back again.

Pure. Raises Invalid whose `field` is the name of the input on the page.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.hours import WEEKDAYS, Calendar, Holiday
from fairline.promises.targets import Severity, Target, Targets
from fairline.promises.wallclock import read_spans

TARGET_NAMES = ("first_minutes", "next_minutes", "resolution_minutes")
MOST_HOLIDAYS = 400
USUAL = Calendar()
# 2000 is a leap year: 29 February may be a yearly holiday.
ANY_YEAR = 2000
_SPAN = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|\u2013|to)\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
_DURATION = re.compile(
    r"(\d{1,6})\s*(m|min|mins|minutes?|h|hrs?|hours?)?", re.ASCII | re.IGNORECASE
)
_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:\s+(.*))?", re.ASCII)


def read_calendar(values: Mapping[str, str]) -> Calendar:
    """The calendar of the inputs `zone`, `monday` … and `holidays`. Raises Invalid."""
    hours = {day: read_hours(values.get(day, ""), field=day) for day in WEEKDAYS}
    try:
        return Calendar(
            zone=values.get("zone", ""), holidays=read_holidays(values.get("holidays", "")), **hours
        )
    except Invalid as error:
        error.field = error.field or "monday"
        raise


def read_hours(text: str, *, field: str) -> tuple[str, ...]:
    """`9-12, 13:00-17:30` as spans, earliest first; empty or `closed` is none. Raises Invalid."""
    text = text.strip()
    if text.lower() in {"", "closed", "-"}:
        return ()
    spans = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _SPAN.fullmatch(part)
        if not match:
            raise Invalid(
                f"{part[:40]!r} is not a span of hours. Write it as 09:00-17:00.",
                code="bad_hours",
                field=field,
            )
        opens, opens_at, closes, closes_at = match.groups(default="00")
        spans.append(f"{int(opens):02}:{opens_at}-{int(closes):02}:{closes_at}")
    read_spans(tuple(spans), field=field)
    return tuple(sorted(spans))


def read_holidays(text: str) -> tuple[Holiday, ...]:
    """One a line: `2026-12-25 Christmas`, `12-25 Christmas` every year, or with hours between."""
    found = [_holiday(line.strip()) for line in text.splitlines() if line.strip()]
    if len(found) > MOST_HOLIDAYS:
        raise Invalid(f"At most {MOST_HOLIDAYS} holidays.", code="bad_hours", field="holidays")
    return tuple(sorted(found, key=lambda day: (day.every_year, day.day)))


def read_targets(values: Mapping[str, str]) -> Targets:
    """The promises of the inputs `safety.first_minutes` and so on. Raises Invalid."""
    made = {}
    for severity in Severity:
        times = {}
        for name in TARGET_NAMES:
            field = f"{severity}.{name}"
            times[name] = read_duration(values.get(field, ""), field=field)
        try:
            made[severity.value] = Target(**times)
        except Invalid as error:
            error.field = f"{severity}.{error.field}"
            raise
    return Targets(**made)


def read_duration(text: str, *, field: str = "") -> int:
    """`90`, `90 min`, `4 h` as minutes. Raises Invalid."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise Invalid(
            "Write a time such as 30 min or 4 h, in working hours.", code="bad_targets", field=field
        )
    number, unit = int(match[1]), (match[2] or "m").lower()
    return number * 60 if unit.startswith("h") else number


def shown_hours(calendar: Calendar) -> dict[str, str]:
    """The inputs of the page for a calendar."""
    values = {"zone": calendar.zone}
    values |= {day: ", ".join(getattr(calendar, day)) for day in WEEKDAYS}
    values["holidays"] = "\n".join(holiday_line(holiday) for holiday in calendar.holidays)
    return values


def shown_targets(targets: Targets) -> dict[str, str]:
    """The inputs of the page for promises."""
    return {
        f"{severity}.{name}": show_duration(getattr(targets.of(severity), name))
        for severity in Severity
        for name in TARGET_NAMES
    }


def week_words(calendar: Calendar) -> str:
    """A week in a line: `Mon-Thu 09:00-17:00, Fri 09:00-14:00`; neighbours alike go together."""
    runs: list[tuple[list[str], tuple[str, ...]]] = []
    for day in WEEKDAYS:
        hours = tuple(getattr(calendar, day))
        if runs and runs[-1][1] == hours:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    words = []
    for days, hours in runs:
        if hours:
            first, last = days[0][:3].capitalize(), days[-1][:3].capitalize()
            when = first if len(days) == 1 else f"{first}-{last}"
            words.append(f"{when} {' and '.join(hours)}")
    return ", ".join(words)


def show_duration(minutes: int) -> str:
    """Minutes in the largest unit that is exact."""
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """What the input for a time zone offers."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def targets_of(stored: object) -> Targets:
    """A brand's promises from their JSON."""
    return msgspec.convert(stored, Targets)


def _holiday(line: str) -> Holiday:
    match = _DAY.fullmatch(line)
    year, month, day, rest = match.groups() if match else (None, "0", "0", None)
    try:
        on = date(int(year or ANY_YEAR), int(month), int(day))
    except ValueError:
        raise Invalid(
            f"{line[:60]!r} does not begin with a day. Write 2026-12-25 Christmas, or 12-25 "
            "Christmas for every year.",
            code="bad_hours",
            field="holidays",
        ) from None
    words = (rest or "").split()
    spans = []
    while words and _SPAN.fullmatch(words[0].rstrip(",")):
        spans.append(words.pop(0).rstrip(","))
    return Holiday(
        day=on,
        hours=read_hours(", ".join(spans), field="holidays"),
        name=" ".join(words)[:80],
        every_year=year is None,
    )


def holiday_line(holiday: Holiday) -> str:
    day = f"{holiday.day:%m-%d}" if holiday.every_year else holiday.day.isoformat()
    return " ".join(filter(None, (day, " ".join(holiday.hours), holiday.name)))
