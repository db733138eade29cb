"""One line of a file of arrivals: its cells read, or refused by line and column."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from fairline.core.errors import Invalid
from fairline.promises.targets import Severity
from fairline.simulation.arrivals import MOST_SERVICE_MINUTES

MOST_COUNT = 10_000_000
MOST_AUDIENCE = 10_000_000_000
FIRST_YEAR, LAST_YEAR = 1970, 2200
_DIGITS = re.compile(r"\d{1,11}", re.ASCII)
_YES = {"yes", "true", "1", "public"}
_NO = {"no", "false", "0", "private"}

Value = TypeVar("Value")


def wrong(line: int, column: str, what: str) -> Invalid:
    """The one error of a bad file."""
    where = f"line {line}, column {column}" if column else f"line {line}"
    return Invalid(f"Cannot read {where}: {what}", code="bad_arrivals", field=column)


class Row:
    """One line; a cell that cannot be read is Invalid, with line and column."""

    def __init__(
        self, line: int, head: Sequence[str], cells: Sequence[str], zone: ZoneInfo
    ) -> None:
        self.line = line
        self._cells = dict(zip(head, cells, strict=True))
        self._zone = zone

    def text(self, name: str) -> str:
        return self._cells.get(name, "").strip()

    def must(self, name: str, read: Callable[[str], Value]) -> Value:
        """The cell's value; Invalid when it is empty."""
        found = self.maybe(name, read)
        if found is None:
            raise wrong(self.line, name, "the cell is empty.")
        return found

    def maybe(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """The cell's value, None when it is empty or there is no such column."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            raise wrong(self.line, name, f"{text[:60]!r} is not {error}.") from error

    def time(self, text: str) -> float:
        """ISO 8601 to seconds since 1970."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError("a time in ISO 8601 such as 2026-11-02T09:30:00+01:00") from error
        return self._seconds(found)

    def any_time(self, text: str) -> float:
        """ISO 8601, or the way American cities write it: 07/20/2020 10:51:12 AM."""
        if "/" not in text:
            return self.time(text)
        try:
            found = datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=self._zone)
        except ValueError as error:
            raise ValueError("a time such as 07/20/2020 10:51:12 AM, or in ISO 8601") from error
        return self._seconds(found)

    def _seconds(self, found: datetime) -> float:
        if not FIRST_YEAR < found.year < LAST_YEAR:
            raise ValueError(f"a time between {FIRST_YEAR} and {LAST_YEAR}")
        zoned = found if found.tzinfo else found.replace(tzinfo=self._zone)
        return zoned.astimezone(UTC).timestamp()


def read_yes_or_no(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValueError("yes or no")


def read_audience(text: str) -> int:
    if _DIGITS.fullmatch(text) and int(text) <= MOST_AUDIENCE:
        return int(text)
    raise ValueError(f"a number of people up to {MOST_AUDIENCE:,}")


def read_count(text: str) -> int:
    if _DIGITS.fullmatch(text) and int(text) <= MOST_COUNT:
        return int(text)
    raise ValueError(f"a count up to {MOST_COUNT:,}")


def read_severity(text: str) -> str:
    if text.lower() in set(Severity):
        return text.lower()
    raise ValueError(f"a need: use one of {', '.join(Severity)}")


def read_service_s(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= MOST_SERVICE_MINUTES:
        raise ValueError(f"minutes of work, above 0 and at most {MOST_SERVICE_MINUTES}")
    return minutes * 60


def read_needs(row: Row) -> tuple[str, ...]:
    """The skills that are asked for; a language is one."""
    skill, language = row.text("skill").lower(), row.text("language").lower()
    return tuple(name for name in (skill, language and f"language {language}") if name)
