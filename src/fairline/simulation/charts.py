"""The charts of a report as plain geometry, which the page's template draws. Pure.

Each has one mark for an order, the number beside it, and a zero line; what they show stands in the
tables too.
"""

import msgspec

from fairline.simulation.report import Figures, Report
from fairline.simulation.wording import NONE, share, signed, time, times

# In units of the drawing: where the marks begin and end, and how far apart the rows are.
LEFT, RIGHT, ROW, TOP = 2.0, 358.0, 42.0, 4.0


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a bar from `start` to `end`, a whisker around its tip where there is an interval."""

    name: str
    label: str
    is_ours: bool
    y: float
    start: float
    end: float
    low: float | None = None
    high: float | None = None


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart. `zero` is where nothing is."""

    title: str
    words: str
    marks: tuple[Mark, ...]
    zero: float
    height: float

    @property
    def spoken(self) -> str:
        """All it shows, for those who do not see it."""
        return "; ".join(f"{mark.name}: {mark.label}" for mark in self.marks)


def charts(report: Report) -> tuple[Chart, ...]:
    """The four charts, in the order of the page."""
    return (
        _chart(
            report,
            "Public cases wait longer by",
            "Difference of the means with its 95 % interval; left of the line they are served "
            "sooner. Nothing but the order makes the difference.",
            {one.name: _gap(one) for one in report.policies},
        ),
        _chart(
            report,
            "Promises kept",
            "Share of all cases answered within the time promised for their need.",
            {one.name: (one.kept, None, None, share(one.kept)) for one in report.policies},
            most=1.0,
        ),
        _chart(
            report,
            "Longest wait of its promise",
            "The worst case: how many times the promised time somebody waited.",
            {
                one.name: (
                    one.longest_of_target,
                    None,
                    None,
                    times(one.longest_of_target),
                )
                for one in report.policies
            },
        ),
        _chart(
            report,
            "95 of 100 wait no longer than",
            "From arrival to answer, in working time.",
            {one.name: (one.p95, None, None, time(one.p95)) for one in report.policies},
        ),
    )


Value = tuple[float, float | None, float | None, str]


def _gap(one: Figures) -> Value:
    if one.gap is None:
        return 0.0, None, None, NONE
    return one.gap.mean, one.gap.low, one.gap.high, signed(one.gap.mean)


def _chart(
    report: Report, title: str, words: str, values: dict[str, Value], most: float = 0.0
) -> Chart:
    ends = [end for value in values.values() for end in value[:3] if end is not None]
    low, high = min([0.0, *ends]), max([most, *ends])
    scale = (RIGHT - LEFT) / ((high - low) or 1.0)

    def place(value: float) -> float:
        return round(LEFT + (value - low) * scale, 1)

    marks = []
    for row, one in enumerate(report.policies):
        value, least, greatest, label = values[one.name]
        begin, end = sorted((place(0.0), place(value)))
        marks.append(
            Mark(
                name=one.title,
                label=label,
                is_ours=one.name == "fair",
                y=TOP + row * ROW,
                start=begin,
                end=max(end, begin + 1),
                low=None if least is None else place(least),
                high=None if greatest is None else place(greatest),
            )
        )
    return Chart(
        title=title,
        words=words,
        marks=tuple(marks),
        zero=place(0.0),
        height=TOP * 2 + len(marks) * ROW,
    )
