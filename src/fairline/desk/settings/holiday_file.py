"""Holidays from an iCalendar file, as offices and sites publish them. Pure.

Whole-day events count; one that returns every year is a yearly holiday; days that follow one
another are one holiday each. What has a time of day is an appointment and is left out.
Source: RFC 5545, 3.1 (folding), 3.3.4 (dates), 3.3.10 (recurrence), 3.6.1 (events).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from fairline.core.errors import Invalid
from fairline.promises.hours import Holiday

MAX_BYTES = 2_000_000
# A file may list a century; a company plans a few years.
MOST = 400
LONGEST_DAYS = 31
# The last Monday of May is another day each year.
_MOVES = re.compile(r"BY(DAY|WEEKNO|YEARDAY|SETPOS)|INTERVAL=(?!1(;|$))|COUNT=|UNTIL=")


def read_holidays(data: bytes) -> tuple[Holiday, ...]:
    """The whole days of the file, in order. Raises Invalid when it is none, or has none."""
    if len(data) > MAX_BYTES:
        raise _refused("That file is too large for a list of holidays.")
    text = data.decode("utf-8-sig", "replace")
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise _refused("That is not a calendar file. It should end in .ics.")
    found = {day.day: day for event in _events(text) for day in _days(event)}
    if not found:
        raise _refused("There are no whole days in that file.")
    if len(found) > MOST:
        raise _refused(f"That file has over {MOST} days. Take a shorter one.")
    return tuple(found[day] for day in sorted(found))


def merged(known: Iterable[Holiday], more: Iterable[Holiday]) -> list[Holiday]:
    """`known` stay as they are; of `more`, those on other days are added."""
    every = list(known)
    days = {day.day for day in every if not day.every_year}
    yearly = {(day.day.month, day.day.day) for day in every if day.every_year}
    every += [
        day for day in more if day.day not in days and (day.day.month, day.day.day) not in yearly
    ]
    return sorted(every, key=lambda day: (day.every_year, day.day))


def _events(text: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Each event: name -> (parameters, value), both as they stand."""
    event: dict[str, tuple[str, str]] | None = None
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, _, value = line.partition(":")
        name, _, parameters = head.upper().partition(";")
        if (name, value.strip().upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value.strip().upper()) == ("END", "VEVENT"):
            if event:
                yield event
            event = None
        elif event is not None:
            event.setdefault(name, (parameters, value.strip()))


def _days(event: dict[str, tuple[str, str]]) -> Iterator[Holiday]:
    begins = _day(event.get("DTSTART", ("", ""))[1])
    if begins is None or event.get("STATUS", ("", ""))[1].upper() == "CANCELLED":
        return
    ends = _day(event.get("DTEND", ("", ""))[1]) or begins + timedelta(days=1)
    name = re.sub(r"\\([,;\\])", r"\1", event.get("SUMMARY", ("", ""))[1].replace("\\n", " "))
    rule = event.get("RRULE", ("", ""))[1].upper()
    yearly = "FREQ=YEARLY" in rule.split(";") and not _MOVES.search(rule)
    for offset in range(min(max((ends - begins).days, 1), LONGEST_DAYS)):
        yield Holiday(
            day=begins + timedelta(days=offset),
            name=" ".join(name.split())[:80],
            every_year=yearly,
        )


def _day(value: str) -> date | None:
    """A date without a time; None for anything else."""
    if not re.fullmatch(r"\d{8}", value, re.ASCII):
        return None
    try:
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


def _refused(text: str) -> Invalid:
    return Invalid(text, code="bad_file", field="holidays_file")
