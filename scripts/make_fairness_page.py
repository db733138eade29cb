"""Writes the tables of docs/explanation/fairness.md: runs `fairline simulate` on real arrivals.

The arrivals are public records that are not part of this project; without them nothing is written.
Run it after a change to the order, the due times or the simulation: some minutes on one core.

    .venv/bin/python -m scripts.make_fairness_page [folder of arrivals]
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from fairline.simulation.report import Report
from fairline.simulation.wording import gap_in_words, markdown_table, sheets

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/explanation/fairness.md"
ARRIVALS = ROOT.parent / "shared/data/arrivals"
SHOWN = (
    "How long people wait",
    "Who pays for it",
    "Public against private",
    "Promises kept by declared need",
    "The told ranges",
)


class Run(NamedTuple):
    """One comparison: the mark it stands under in the page, the file, the options."""

    mark: str
    file: str
    options: str


RUNS = (
    Run(
        "bank",
        "bank_calls_30min_days1-120.csv",
        "--share 0.05 --until 2003-04-01 --calendar 07:00-21:00 --load 0.95 --replications 5 "
        "--ranges 400",
    ),
    Run(
        "tweets",
        "tweet_response_pairs.csv",
        "--from 2017-10-01 --calendar always --load 0.95 --replications 10 --ranges 200",
    ),
    Run(
        "city",
        "nyc_311_2020_17k.csv",
        "--until 2020-02-01 --zone America/New_York --load 0.95 --replications 10 --ranges 200",
    ),
    Run(
        "overload",
        "bank_calls_30min_days1-120.csv",
        "--share 0.05 --until 2003-04-01 --calendar 07:00-21:00 --load 1.3 --replications 5 "
        "--ranges 0",
    ),
)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ARRIVALS
    missing = sorted({run.file for run in RUNS if not (folder / run.file).exists()})
    if missing:
        print(f"Nothing written: {folder} has no {', '.join(missing)}.")
        return
    for run in RUNS:
        print(f"{run.mark}: {run.file} {run.options}", flush=True)
        report = simulated(folder / run.file, run.options)
        page = filled(PAGE.read_text(encoding="utf-8"), run.mark, section(run, report))
        PAGE.write_text(page, encoding="utf-8")
    print(PAGE.relative_to(ROOT))


def simulated(file: Path, options: str) -> Report:
    """What the command answers."""
    command = [sys.executable, "-m", "fairline", "simulate", "--arrivals", str(file), "--json"]
    done = subprocess.run([*command, *options.split()], stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Report)


def section(run: Run, report: Report) -> str:
    """All of a comparison that is written by the program."""
    blocks = [
        f"    fairline simulate --arrivals {run.file} {run.options}",
        f"{report.cases:,} arrivals from {report.first} to {report.last}. Hours: {report.hours}. "
        f"People: {report.staffing}, at most {report.most_agents} at once. "
        f"{report.replications} replications from seed {report.seed}."
        + (f" On record, {report.recorded}" if report.recorded else ""),
    ]
    for sheet in sheets(report):
        if sheet.title in SHOWN and not (sheet.title == "The told ranges" and not told(report)):
            blocks += [f"*{sheet.title}*", markdown_table(sheet)]
    verdicts = [f"{one.title}: {gap_in_words(one)}" for one in report.policies]
    blocks.append("In words. " + " ".join(verdicts))
    return "\n\n".join(blocks)


def told(report: Report) -> int:
    return sum(one.ranges_told for one in report.policies)


def filled(page: str, mark: str, text: str) -> str:
    """The page with what stands between two marks replaced."""
    begin, end = f"<!-- simulated: {mark} -->", "<!-- end -->"
    pattern = f"{re.escape(begin)}.*?{re.escape(end)}"
    found, times = re.subn(
        pattern, lambda _: f"{begin}\n\n{text}\n\n{end}", page, count=1, flags=re.DOTALL
    )
    assert times == 1, f"{PAGE.name} has no place for {mark}"
    return found


if __name__ == "__main__":
    main()
