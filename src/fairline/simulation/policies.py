"""The five orders that are compared. Each is a sort key over those who wait, least first.

The fair line's key is `promises/order.py:order_key`, the same function the product is tested by.
Ties of every key end with the number of the case, so each order is without chance.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.due import first_due
from fairline.promises.hours import Calendar
from fairline.promises.order import Standing, order_key
from fairline.promises.targets import Severity, Targets
from fairline.simulation.arrivals import Arrival

RANKS = {severity.value: rank for rank, severity in enumerate(Severity)}


class Case(msgspec.Struct, frozen=True, gc=False):
    """An arrival with the promise made to it. `worked_s` is the working time until it came."""

    number: int
    at: float
    worked_s: float
    due: float
    target_s: float
    standing: Standing
    came: Arrival


def case_of(
    number: int, came: Arrival, calendar: Calendar, targets: Targets, worked_s: float
) -> Case:
    """The case, with its due time by `promises/due.py`."""
    entered_at = datetime.fromtimestamp(came.at, UTC)
    due_at = first_due(entered_at, came.severity, calendar, targets)
    return Case(
        number=number,
        at=came.at,
        worked_s=worked_s,
        due=due_at.timestamp(),
        target_s=targets.of(came.severity).first_minutes * 60.0,
        # Ids sort by arrival, as those of the product do.
        standing=Standing(due_at=due_at, entered_at=entered_at, case_id=f"{number:012d}"),
        came=came,
    )


def fair(case: Case) -> tuple[Any, ...]:
    return order_key(case.standing)


def first_come(case: Case) -> tuple[Any, ...]:
    return case.at, case.number


def gravest(case: Case) -> tuple[Any, ...]:
    return RANKS[case.came.severity], case.at, case.number


def loudest(case: Case) -> tuple[Any, ...]:
    """Public posts before private words, the larger audience first by its number of digits."""
    came = case.came
    return not came.is_public, -len(str(came.audience)), case.at, case.number


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """An order, and whether each channel has people of its own."""

    name: str
    title: str
    words: str
    key: Callable[[Case], tuple[Any, ...]]
    by_channel: bool = False


POLICIES = (
    Policy(
        name="loudest",
        title="Loudest first",
        words="Public posts before private words, those with the larger audience first.",
        key=loudest,
    ),
    Policy(
        name="channels",
        title="A queue per channel",
        words="Each channel has people of its own; within it, first come, first served.",
        key=first_come,
        by_channel=True,
    ),
    Policy(
        name="priority",
        title="Priority only",
        words="The graver need always first, however long a milder one has waited.",
        key=gravest,
    ),
    Policy(
        name="fifo",
        title="First come, first served",
        words="By arrival alone.",
        key=first_come,
    ),
    Policy(
        name="fair",
        title="The fair line",
        words="By the promised time, which depends on arrival and declared need.",
        key=fair,
    ),
)


def read_policies(names: str) -> tuple[Policy, ...]:
    """The policies named, separated by commas; all of them for ''. Raises Invalid."""
    known = {policy.name: policy for policy in POLICIES}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise Invalid(
                f"{name!r} is not an order. Use some of: {', '.join(known)}.",
                code="bad_simulation",
                field="policies",
            )
    return tuple(policy for policy in POLICIES if not wanted or policy.name in wanted)
