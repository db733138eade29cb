"""A report in words and tables, alike for the terminal, Markdown and the page.

Pure. A time below two hours is told in minutes, another in hours: of working time, where the report
counts working time.
"""

from collections.abc import Sequence

import msgspec

from fairline.simulation.report import Figures, Interval, Need, Report
from fairline.simulation.tally import STARVED

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its heading and what it means."""

    title: str
    words: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(report: Report) -> tuple[Sheet, ...]:
    """All tables of a report, the one that matters most first."""
    return (
        _waits(report),
        _fairness(report),
        _publicness(report),
        _needs(report),
        _longest(report),
        _ranges(report),
        _channels(report),
    )


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """How the figures came about."""
    times = "once" if report.replications == 1 else f"{report.replications} times"
    found = [
        ("Arrivals", f"{report.cases:,} from {report.first} to {report.last}: {report.source}"),
        ("Hours", report.hours),
        ("People", f"{report.staffing}; at most {report.most_agents} at once"),
        ("Run", f"{times}, seed {report.seed}; same arrivals, work and people for each order"),
    ]
    found += [("Drawn by lot", text) for text in report.drawn]
    if report.recorded:
        found.append(("On record", report.recorded))
    return tuple(found)


def times(value: float) -> str:
    """So many times the promised time."""
    return f"{value:.1f} \N{MULTIPLICATION SIGN}"


def time(minutes: float | None) -> str:
    """A length of time; a dash for none."""
    if minutes is None:
        return NONE
    if abs(minutes) < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h"


def share(value: float | None) -> str:
    """A percentage that never rounds something to nothing, nor nearly all to all."""
    if value is None:
        return NONE
    if 0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1:
        return ">99.9 %"
    return f"{value:.1%}".replace("%", " %")


def signed(minutes: float, *, like: float | None = None) -> str:
    """A difference; in the unit that `like` would have, so that those of one row compare."""
    if abs(minutes if like is None else like) >= 120:
        return f"{minutes / 60:+.1f} h".replace("-", MINUS)
    return f"{minutes:+.1f} min".replace("-", MINUS)


def between(found: Interval | None) -> str:
    """The interval that holds 95 times in 100."""
    if found is None or found.low is None or found.high is None:
        return NONE
    return f"{signed(found.low, like=found.mean)} to {signed(found.high, like=found.mean)}"


def gap_in_words(one: Figures) -> str:
    """Whether publicness made a difference, claiming no more than the figures show."""
    found = one.gap
    if found is None:
        return "There were not both public and private cases."
    if found.low is None or found.high is None:
        return "One replication cannot tell a difference from chance."
    if found.low <= 0 <= found.high:
        return "No difference between public and private was found."
    faster = "sooner" if found.mean < 0 else "later"
    return f"Public cases were answered {time(abs(found.mean))} {faster}."


def _waits(report: Report) -> Sheet:
    return Sheet(
        title="How long people wait",
        words=(
            "From arrival to answer, in working time; the last two columns in wall time. Half wait "
            "no longer than the median."
        ),
        head=("Order", "Mean", "Median", "95 %", "Longest", "Wall mean", "Wall 95 %"),
        rows=tuple(
            (
                one.title,
                time(one.mean.mean),
                time(one.p50),
                time(one.p95),
                time(one.longest),
                time(one.wall_mean),
                time(one.wall_p95),
            )
            for one in report.policies
        ),
    )


def _fairness(report: Report) -> Sheet:
    return Sheet(
        title="Who pays for it",
        words=(
            f"Starved: waited over {STARVED:g} times the promised time; beside it the worst case. "
            "Overtook: served before somebody who was overdue when they came. Jain: 1 when all use "
            "the same share of their promised time."
        ),
        head=("Order", "Promises kept", "Starved", "Worst", "Overtook", "Jain"),
        rows=tuple(
            (
                one.title,
                share(one.kept),
                share(one.starved),
                times(one.longest_of_target),
                share(one.overtook),
                f"{one.jain:.2f}",
            )
            for one in report.policies
        ),
    )


def _publicness(report: Report) -> Sheet:
    return Sheet(
        title="Public against private",
        words=(
            "Mean waits, by how much the public ones are longer, and the 95 % interval of that "
            "over the replications."
        ),
        head=("Order", "Public", "Private", "Gap", "95 % interval"),
        rows=tuple(
            (
                one.title,
                time(one.public_mean),
                time(one.private_mean),
                signed(one.gap.mean) if one.gap else NONE,
                between(one.gap),
            )
            for one in report.policies
        ),
    )


def _ranges(report: Report) -> Sheet:
    return Sheet(
        title="The told ranges",
        words="How many of the ranges told on arrival, which should hold 80 times in 100, held.",
        head=("Order", "Told", "Held"),
        rows=tuple(
            (one.title, f"{one.ranges_told:,}", share(one.ranges_held)) for one in report.policies
        ),
    )


def _needs(report: Report) -> Sheet:
    return Sheet(
        title="Promises kept by declared need",
        words="The share answered within the time promised for the need, which stands beside it.",
        head=_need_names(report),
        rows=tuple(
            (one.title, *(share(need.kept) for need in one.needs)) for one in report.policies
        ),
    )


def _longest(report: Report) -> Sheet:
    return Sheet(
        title="Longest wait by declared need",
        words="In working time, over all replications.",
        head=_need_names(report),
        rows=tuple(
            (one.title, *(time(need.longest) for need in one.needs)) for one in report.policies
        ),
    )


def _need_names(report: Report) -> tuple[str, ...]:
    needs = report.policies[0].needs
    return "Order", *(f"{need.severity} ({_target(need)})" for need in needs)


def _target(need: Need) -> str:
    return time(need.target_minutes).replace(".0 h", " h")


def _channels(report: Report) -> Sheet:
    names = sorted({name for one in report.policies for name in one.channels})
    return Sheet(
        title="Mean wait by channel",
        words="In working time.",
        head=("Order", *names),
        rows=tuple(
            (one.title, *(time(one.channels.get(name)) for name in names))
            for one in report.policies
        ),
    )


def markdown(report: Report) -> str:
    """The tables for a page of documentation."""
    blocks: list[str] = ["\n".join(f"- {name}: {text}" for name, text in facts(report))]
    for sheet in sheets(report):
        blocks += [f"**{sheet.title}.** {sheet.words}", markdown_table(sheet)]
    return "\n\n".join(blocks) + "\n"


def markdown_table(sheet: Sheet) -> str:
    """One table in Markdown."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = ["---", *("--:" for _ in sheet.head[1:])]
    return "\n".join([line(sheet.head), line(rule), *(line(row) for row in sheet.rows)])
