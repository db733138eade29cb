"""When a promise is at risk, and from what on somebody is called. Pure.

A promise is at risk when less than a quarter of its target is left, but never more than half an
hour of working time before it is due: of a target of two days a quarter would be half a day of
alarm. A brand stores one `Thresholds` as JSON.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.hours import (
    Calendar,
    add_working_time,
    next_opening,
    working_time_between,
)

LONGEST_MINUTES = 366 * 24 * 60
MOST_BOUNCES = 100
WITH_MINUTES = (
    "risk_minutes",
    "public_minutes",
    "place_minutes",
    "window_minutes",
    "inbox_minutes",
)


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """From what on there is an alarm. Minutes are of working time, but those of networks and
    inboxes (`window_minutes`, `inbox_minutes`): they wait for nobody. Raises Invalid, by field.
    """

    risk_percent: int = 25
    risk_minutes: int = 30
    public_minutes: int = 60
    bounces: int = 2
    place_minutes: int = 15
    # Before a network takes no answer any more.
    window_minutes: int = 120
    # That an inbox does not work, before the board says so and answers take another way.
    inbox_minutes: int = 30

    def __post_init__(self) -> None:
        _between("risk_percent", self.risk_percent, 99, "percent")
        for name in WITH_MINUTES:
            _between(name, getattr(self, name), LONGEST_MINUTES, "minutes")
        _between("bounces", self.bounces, MOST_BOUNCES, "answers")


def _between(field: str, value: int, most: int, unit: str) -> None:
    if not 1 <= value <= most:
        raise Invalid(
            f"{value} {unit} would call somebody always or never. Give 1 to {most}.",
            code="bad_alarms",
            field=field,
        )


def risk_from(
    due_at: datetime, target_minutes: int, calendar: Calendar, thresholds: Thresholds
) -> datetime:
    """The moment from which a promise due at `due_at` is at risk; not after it. Raises Invalid."""
    share = target_minutes * thresholds.risk_percent / 100
    left = timedelta(minutes=min(share, thresholds.risk_minutes))
    back = timedelta(days=1)
    while (open_for := working_time_between(due_at - back, due_at, calendar)) < left:
        back *= 2  # a long weekend, or the holidays; the sums of hours.py end after ten years
        if back > timedelta(days=3650):
            return due_at
    gone = (open_for - left) / timedelta(minutes=1)
    # At closing time nobody is there to be called: the morning after is early enough.
    return min(next_opening(add_working_time(due_at - back, gone, calendar), calendar), due_at)
