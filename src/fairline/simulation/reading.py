"""Reads arrivals from CSV, line by line. What kind of file it is, its columns tell.

The general form is `arrived_at[,channel,public,audience,severity,skill,language,service_minutes,
answered_at]` in any order; an empty cell is not recorded. Further forms are those in which public
records come: pairs of request and reply, counts per stretch of time, city service requests.
A bad cell is Invalid (bad_arrivals), with its line and column: a record is not guessed at.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from fairline.simulation.arrivals import Heard
from fairline.simulation.cells import (
    Row,
    read_audience,
    read_count,
    read_needs,
    read_service_s,
    read_severity,
    read_yes_or_no,
    wrong,
)

# The stretch of a count is the distance to the next one; gaps over night are longer, and skipped.
LONGEST_STRETCH_S = 24 * 3600.0


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file: the columns it must have, and those it may have."""

    words: str
    at: str
    answered: str = ""
    mark: str = ""
    count: str = ""
    channel: str = ""
    more: tuple[str, ...] = ()

    @property
    def must(self) -> set[str]:
        return {name for name in (self.at, self.answered, self.mark, self.count) if name}

    @property
    def may(self) -> set[str]:
        return {*self.must, *self.more, self.channel} - {""}


GENERAL = Form(
    words="arrivals",
    at="arrived_at",
    channel="channel",
    more=(
        "public",
        "audience",
        "severity",
        "skill",
        "language",
        "service_minutes",
        "answered_at",
    ),
)
FORMS = (
    GENERAL,
    Form(
        words="requests and their replies",
        at="created_at_customer",
        answered="created_at_reply",
        mark="customer_tweet_id",
    ),
    Form(words="counts per stretch of time", at="start", count="calls"),
    Form(words="counts per stretch of time", at="start", count="count"),
    Form(
        words="city service requests",
        at="createddate",
        answered="closedate",
        mark="servicerequestnum",
        channel="methodreceived",
    ),
    Form(
        words="city service requests",
        at="created",
        answered="closed",
        mark="unique_key",
    ),
)


class Reading:
    """The arrivals of one file with the time of their answer, if recorded, in the file's order.

    Times without a zone are on the wall clock of `zone`. Raises Invalid.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._path, self._zone = path, zone
        with path.open(encoding="utf-8-sig", newline="") as file:
            self._head = self._head_of(file)
        names = set(self._head)
        for form in FORMS:
            if form.must <= names:
                self._form = form
                break
        else:
            raise wrong(
                1,
                "arrived_at",
                "there is no such column. Name the column with the time of arrival arrived_at; "
                f"found: {', '.join(self._head) or 'nothing'}.",
            )
        self.words = self._form.words
        self.unread = [name for name in self._head if name not in self._form.may]

    def __iter__(self) -> Iterator[tuple[Heard, float | None]]:
        arrivals = self._counts() if self._form.count else self._singles()
        yield from arrivals

    def _head_of(self, file: Iterator[str]) -> list[str]:
        try:
            head = next(csv.reader(file), [])
        except (csv.Error, UnicodeDecodeError) as error:
            raise wrong(1, "", f"this is not a CSV file in UTF-8 ({error}).") from error
        names = [name.strip().lower() for name in head]
        for name in names:
            if names.count(name) > 1:
                raise wrong(1, name, "the column is there twice.")
        return names

    def _rows(self) -> Iterator["Row"]:
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            try:
                next(reader)
                for cells in reader:
                    if not cells:
                        continue
                    if len(cells) != len(self._head):
                        raise wrong(
                            reader.line_num,
                            "",
                            f"{len(cells)} cells where the first line has {len(self._head)}.",
                        )
                    yield Row(reader.line_num, self._head, cells, self._zone)
            except (csv.Error, UnicodeDecodeError) as error:
                line = reader.line_num + 1
                raise wrong(line, "", f"this is not CSV in UTF-8 ({error}).") from error

    def _singles(self) -> Iterator[tuple[Heard, float | None]]:
        form = self._form
        answered = form.answered or "answered_at"
        for row in self._rows():
            at = row.must(form.at, row.time if form is GENERAL else row.any_time)
            heard = Heard(
                at=at,
                mark=row.text(form.mark),
                channel=row.text(form.channel).lower() or None,
                is_public=row.maybe("public", read_yes_or_no) if form is GENERAL else None,
                audience=row.maybe("audience", read_audience) if form is GENERAL else None,
                severity=row.maybe("severity", read_severity) if form is GENERAL else None,
                needs=read_needs(row) if form is GENERAL else (),
                service_s=row.maybe("service_minutes", read_service_s) if form is GENERAL else None,
            )
            yield heard, row.maybe(answered, row.time if form is GENERAL else row.any_time)

    def _counts(self) -> Iterator[tuple[Heard, float | None]]:
        """A count lasts until the next one. Raises Invalid when they are not in order."""
        before: tuple[float, int] | None = None
        stretch = 0.0
        for row in self._rows():
            at = row.must(self._form.at, row.time)
            count = row.must(self._form.count, read_count)
            if before:
                if at <= before[0]:
                    raise wrong(row.line, self._form.at, "counts stand in the order of time.")
                distance = at - before[0]
                stretch = min(stretch or distance, distance)
                if stretch > LONGEST_STRETCH_S:
                    raise wrong(row.line, self._form.at, "a count covers a day at most.")
                yield Heard(at=before[0], count=before[1], lasts_s=stretch), None
            before = at, count
        if before:
            yield Heard(at=before[0], count=before[1], lasts_s=stretch or 1800.0), None
