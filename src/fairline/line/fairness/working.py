"""Working minutes between many pairs of moments, each sum in the time of one day's. Pure."""

from datetime import UTC, datetime, time, timedelta

from fairline.promises.hours import Calendar, working_minutes_between

DAY = timedelta(days=1)


class WorkClock:
    """How many working minutes a calendar has had since the day of `since`."""

    def __init__(self, calendar: Calendar, since: datetime) -> None:
        self._calendar = calendar
        self._began = datetime.combine(since.astimezone(UTC).date(), time(), UTC)
        self._until = [0.0]

    def between(self, start: datetime, end: datetime) -> float:
        """Never below zero; both not before `since`."""
        return max(0.0, self._at(end) - self._at(start))

    def _at(self, moment: datetime) -> float:
        days = max(0, (moment - self._began) // DAY)
        while len(self._until) <= days:
            day = self._began + (len(self._until) - 1) * DAY
            whole = working_minutes_between(day, day + DAY, self._calendar)
            self._until.append(self._until[-1] + whole)
        midnight = self._began + days * DAY
        return self._until[days] + working_minutes_between(midnight, moment, self._calendar)
