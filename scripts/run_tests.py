"""Runs the whole suite, and says at the end in one line how it went. Called by `make test`.

Everything runs on SQLite, and what touches the database on PostgreSQL too. The two runs go side by
side, except for tests that drive a browser or whole servers: those have the machine to themselves.
System parts that some tests need are looked for first: a missing one skips its tests and the line
to install it is printed; with FAIRLINE_TEST_REQUIRE_ALL=1 (as in continuous integration) it fails
the run. Further arguments go to pytest, and then only one run on SQLite is made.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, TextIO

ROOT = Path(__file__).parents[1]
NO_TESTS = 5  # pytest's exit code when it collected nothing


class Part(NamedTuple):
    """A part of the system that tests need: any of the commands will do."""

    name: str
    commands: tuple[str, ...]
    package: str


PARTS = (
    Part("Chromium", ("chromium", "chromium-browser", "google-chrome"), "chromium"),
    Part("Dovecot", ("dovecot",), "dovecot-imapd dovecot-lmtpd"),
    Part("PostgreSQL", ("initdb",), "postgresql"),
)
# These wait for pages and processes, so what runs beside them could make them fail.
WHOLE = ("tests/journeys", "tests/junk", "tests/browser", "tests/commands/test_serve.py")
BESIDE = [f"--ignore={path}" for path in WHOLE]


class Run(NamedTuple):
    """One run of pytest: a title, its arguments, and the database that its fixtures use."""

    title: str
    arguments: list[str]
    database: str = ""


ON_SQLITE = Run("SQLite", BESIDE)
# Pages look the same on both, so only what reaches the database runs again.
ON_POSTGRES = Run(
    "PostgreSQL", ["-p", "tests.only_database", "-m", "not browser", *BESIDE], "postgres"
)
WHOLE_STORIES = Run("whole stories, in browsers and between processes", [*WHOLE])


def main() -> None:
    everything = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"
    missing = [part for part in PARTS if not find(part)]
    for part in missing:
        print(f"{part.name} is missing, so its tests are skipped. To run them:")
        print(f"    sudo apt-get install {part.package}", flush=True)
    if missing and everything:
        sys.exit("tests: every part is required here (FAIRLINE_TEST_REQUIRE_ALL=1)")
    if given := sys.argv[1:]:
        sys.exit(side_by_side([Run("SQLite", given)])[0][0])
    first = [ON_SQLITE] if PARTS[2] in missing else [ON_SQLITE, ON_POSTGRES]
    # The second part runs even when the first failed: its news is worth having.
    codes, counts = zip(*side_by_side(first), *side_by_side([WHOLE_STORIES]), strict=True)
    total: Counter[str] = sum(counts, Counter())
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    sys.exit(next((code for code in codes if code), 0))


def side_by_side(runs: list[Run]) -> list[tuple[int, Counter[str]]]:
    """Each run's exit code (never 0 when no test ran) and counts of outcomes.

    The first prints as it goes, the others when they are done.
    """
    with ExitStack() as stack:
        started = []
        for number, run in enumerate(runs):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            output = stack.enter_context((folder / "output").open("w+")) if number else None
            if not number:
                print(f"\n== tests on {run.title}", flush=True)
            started.append((run, start(run, folder / "report.xml", output), folder, output))
        results = []
        for run, process, folder, output in started:
            code = process.wait()
            if output:
                output.seek(0)
                print(f"\n== tests on {run.title}\n{output.read()}", flush=True)
            report = folder / "report.xml"
            found = count(report) if report.exists() else Counter[str]()
            if not found["passed"] and code == 0:
                print(f"tests on {run.title}: no test ran")
                code = NO_TESTS
            results.append((code, found))
        return results


def start(run: Run, report: Path, output: TextIO | None) -> subprocess.Popen[bytes]:
    """Start pytest."""
    environment = os.environ | {"FAIRLINE_TEST_DATABASE": run.database}
    # Dozens of tests start the program: without compiled modules each start takes twice as long.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *run.arguments]
    if output:  # two runs would overwrite each other's cache
        command += ["-p", "no:cacheprovider"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    )


def count(report: Path) -> Counter[str]:
    """The outcomes in a JUnit report that pytest has just written."""
    suite = next(ET.parse(report).getroot().iter("testsuite"))
    tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    return Counter(passed=tests - skipped - failed, failed=failed, skipped=skipped)


def find(part: Part) -> bool:
    """Whether it is there; Debian keeps servers off the PATH of ordinary users."""
    folders = [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    folders += [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    return any(shutil.which(command, path=os.pathsep.join(folders)) for command in part.commands)


if __name__ == "__main__":
    main()
