"""What commands print: JSON for programs, aligned columns for people, progress on long work.

Answers go to standard output, everything else to standard error. Text that came from outside is
stripped of control characters, which could otherwise take over a terminal.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click
import msgspec

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
WIDEST = 60


def say_json(answer: Any) -> None:
    """One JSON document on one line: a whole answer, or one of many lines."""
    click.echo(msgspec.json.encode(answer).decode())


def plain(value: Any) -> str:
    """A value as it stands in a column: one line, without control characters."""
    return _CONTROLS.sub(" ", "" if value is None else str(value)).strip()


def say_table(head: Sequence[str], rows: Sequence[Sequence[Any]], *, none: str = "None.") -> None:
    """Aligned columns, long cells cut but for the last; `none` is said when there are no rows."""
    if not rows:
        click.echo(none)
        return
    lines = [
        [*(_short(plain(value)) for value in row[:-1]), plain(row[-1])] for row in [head, *rows]
    ]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def remark(text: str) -> None:
    """A word beside the answer, on standard error."""
    click.echo(text, err=True)


class Ticks(Protocol):
    """Counts work that is done."""

    def tick(self, done: int = 1) -> None: ...


class _Silent:
    def tick(self, done: int = 1) -> None:  # noqa: ARG002  nobody looks
        return None


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Ticks]:
    """A bar on standard error while something long runs; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    if total is not None:
        columns.insert(2, MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)

        class Bar:
            def tick(self, done: int = 1) -> None:
                bar.advance(task, done)

        yield Bar()
