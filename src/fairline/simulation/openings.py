"""The working hours as plain numbers: how much of a wait was working time, and which opening it is.

The spans come from `promises/hours.py`; here they are only summed up beforehand, since a simulation
asks a million times what a desk asks once. A test compares the sums with `working_time_between`.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from math import floor

from fairline.promises.hours import Calendar, next_opening, open_spans

_AT_ONCE = timedelta(days=90)


class Openings:
    """The openings from `start` on (seconds since 1970), worked out as they are asked for."""

    def __init__(self, calendar: Calendar, start: float) -> None:
        self.calendar = calendar
        # Rounding to microseconds must not put the first arrival before the first opening.
        self._known = datetime.fromtimestamp(floor(start), UTC)
        next_opening(self._known, calendar)  # raises Invalid when we never open again
        self.opens: list[float] = []
        self.closes: list[float] = []
        self._before: list[float] = []

    def span(self, index: int) -> tuple[float, float]:
        """The opening with that number: (opens, closes)."""
        while len(self.opens) <= index:
            self._extend()
        return self.opens[index], self.closes[index]

    def number_at(self, at: float) -> int:
        """The opening that `at` falls into, or the next one."""
        self._reach(at)
        index = bisect_right(self.opens, at) - 1
        return index if index >= 0 and at < self.closes[index] else index + 1

    def worked(self, at: float) -> float:
        """Seconds of working time since the start."""
        self._reach(at)
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0.0
        return self._before[index] + min(at, self.closes[index]) - self.opens[index]

    def _reach(self, at: float) -> None:
        while not self.opens or self.opens[-1] <= at:
            self._extend()

    def _extend(self) -> None:
        until = self._known + _AT_ONCE
        for opens, closes in open_spans(self._known, until, self.calendar):
            done = self._before[-1] + self.closes[-1] - self.opens[-1] if self.opens else 0.0
            self.opens.append(opens.timestamp())
            self.closes.append(closes.timestamp())
            self._before.append(done)
            self._known = closes
        self._known = max(self._known, until)
