"""What is due when on a case: pure sums over what happened, called by cases and the line.

Two clocks run on a case, both in working time. The *answer* clock starts with the customer's
earliest unanswered message and stops with our answer. The *resolution* clock starts with the first
message and stops for good only when the case stays solved. Both pause while we wait for the
customer and while the case is solved; both go on from where they were. Nothing resets them: not a
hand-off, not a reopening, not a second message, not a new severity (which changes the target and
keeps the time already used). Being on hold for a third party does not pause: that wait is ours.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from fairline.promises.hours import Calendar, add_working_time, working_time_between
from fairline.promises.targets import Severity, Targets


class What(StrEnum):
    """The happenings that matter to the clocks. Other events of a case are left out."""

    CUSTOMER_SPOKE = "customer_spoke"
    ANSWERED = "answered"  # by a person; an acknowledgement is no answer
    WAITING = "waiting"  # for the customer
    RESUMED = "resumed"  # waiting ended, other than by the customer speaking
    SOLVED = "solved"
    REOPENED = "reopened"
    HANDED_OFF = "handed_off"


class Step(msgspec.Struct, frozen=True):
    """One happening and its time."""

    at: datetime
    what: What


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What we owe. A due time may lie in the past: the promise was then broken at that time.

    `answer_at` is None when no message is unanswered, and both are None while the clocks pause.
    `entered_at` is the earliest unanswered contact, None when there is none. `is_first` tells the
    first answer from a further one.
    """

    answer_at: datetime | None = None
    resolution_at: datetime | None = None
    entered_at: datetime | None = None
    is_first: bool = True
    is_paused: bool = False


def first_due(
    entered_at: datetime, severity: Severity | str, calendar: Calendar, targets: Targets
) -> datetime:
    """When the first answer is due to someone who came at `entered_at`. Raises Invalid."""
    return add_working_time(entered_at, targets.of(severity).first_minutes, calendar)


def next_due(
    asked_at: datetime, severity: Severity | str, calendar: Calendar, targets: Targets
) -> datetime:
    """When a further answer is due; `asked_at` is the earliest unanswered message."""
    return add_working_time(asked_at, targets.of(severity).next_minutes, calendar)


def resolution_due(
    entered_at: datetime, severity: Severity | str, calendar: Calendar, targets: Targets
) -> datetime:
    """When the solution is due if nothing pauses the case. Raises Invalid."""
    return add_working_time(entered_at, targets.of(severity).resolution_minutes, calendar)


def what_is_due(
    steps: Iterable[Step], severity: Severity | str, calendar: Calendar, targets: Targets
) -> Due:
    """Run both clocks over `steps` (in any order; ties keep theirs) at the present severity."""
    answer, resolution = _Clock(), _Clock()
    entered_at: datetime | None = None
    answered = paused = False
    for step in sorted(steps, key=lambda step: step.at):
        if step.what is What.CUSTOMER_SPOKE:
            entered_at = entered_at or step.at
            answer.run(step.at)
            resolution.run(step.at)
            paused = False
        elif step.what is What.ANSWERED and entered_at:
            answer, entered_at, answered = _Clock(), None, True
        elif step.what in {What.WAITING, What.SOLVED}:
            answer.pause(step.at)
            resolution.pause(step.at)
            paused = True
        elif step.what in {What.RESUMED, What.REOPENED} and paused:
            if entered_at:
                answer.run(step.at)
            resolution.run(step.at)
            paused = False
    target = targets.of(severity)
    answer_minutes = target.next_minutes if answered else target.first_minutes
    return Due(
        answer_at=answer.due(answer_minutes, calendar),
        resolution_at=resolution.due(target.resolution_minutes, calendar),
        entered_at=entered_at,
        is_first=not answered,
        is_paused=paused,
    )


class _Clock:
    """The stretches of time in which one promise was running."""

    def __init__(self) -> None:
        self._stretches: list[tuple[datetime, datetime]] = []
        self._running_since: datetime | None = None

    def run(self, at: datetime) -> None:
        self._running_since = self._running_since or at

    def pause(self, at: datetime) -> None:
        if self._running_since:
            self._stretches.append((self._running_since, at))
        self._running_since = None

    def due(self, minutes: int, calendar: Calendar) -> datetime | None:
        """When `minutes` of running working time are over; None while it does not run."""
        if self._running_since is None:
            return None
        left = timedelta(minutes=minutes)
        for start, end in self._stretches:
            used = working_time_between(start, end, calendar)
            if used >= left:
                return add_working_time(start, left / timedelta(minutes=1), calendar)
            left -= used
        return add_working_time(self._running_since, left / timedelta(minutes=1), calendar)
