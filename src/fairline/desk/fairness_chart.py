"""Where the marks of an interval chart stand. Pure: numbers in, places in a drawing out.

Drawn 320 units wide, which a phone shows one to one; each group has its words above its line, so
that nothing is cut and nothing is turned.
"""

from collections.abc import Sequence

import msgspec

from fairline.line.fairness.report import Group

WIDTH = 320
LEFT, RIGHT = 6, 314
ROW, TOP, FOOT = 40, 6, 26
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960, 2400, 4800, 9600, 24_000)
TICKS = 4
# A range over fewer says nothing; the table has them all the same.
FEWEST = 5


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One group: a dot at its middle wait and a bar for the range it may lie in."""

    label: str
    text: str
    y: float
    low: float
    middle: float
    high: float


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the scale."""

    x: float
    label: str
    anchor: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A whole drawing."""

    height: int
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


def short(minutes: float) -> str:
    """A span of working time, as there is room for in a drawing."""
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def chart_of(groups: Sequence[Group]) -> Chart | None:
    """The waits of groups below one another on one scale; None while there is nothing to draw."""
    known = [(one, one.wait) for one in groups if one.wait and one.answered.hits >= FEWEST]
    if not known:
        return None
    highest = max(wait.high for _, wait in known)
    step = next((step for step in STEPS if step * TICKS >= highest), STEPS[-1])
    most = max(step * TICKS, highest)

    def across(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * value / most, 1)

    marks = [
        Mark(
            label=group.label,
            text=f"{short(wait.middle)} ({short(wait.low)} to {short(wait.high)})",
            y=TOP + ROW * index + 28,
            low=across(wait.low),
            middle=across(wait.middle),
            high=across(wait.high),
        )
        for index, (group, wait) in enumerate(known)
    ]
    ticks = [
        Tick(
            x=across(step * index),
            label=short(step * index) if index else "0",
            anchor="start" if not index else "end" if index == TICKS else "middle",
        )
        for index in range(0, TICKS + 1, 2)
    ]
    height = TOP + ROW * len(marks) + FOOT
    return Chart(height=height, marks=tuple(marks), ticks=tuple(ticks))
