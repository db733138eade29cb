"""Runs the whole suite, and says at the end in one line how it went. Called by `make test`.

First everything on SQLite, then again on PostgreSQL what touches the database. System parts that
some tests need are looked for first: a missing one skips its tests and the line to install it is
printed; with FAIRLINE_TEST_REQUIRE_ALL=1 (as in continuous integration) it fails the run. Further
arguments go to pytest, and then only the SQLite run is made.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import NamedTuple

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
# On PostgreSQL only what reaches the database runs again; pages look the same on both, and the
# journeys that need PostgreSQL start it in either run.
ON_POSTGRES = [
    *("-p", "tests.only_database", "-m", "not browser"),
    *("--ignore=tests/journeys", "--ignore=tests/junk", "--ignore=tests/browser"),
]


def main() -> None:
    everything = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"
    missing = [part for part in PARTS if not find(part)]
    for part in missing:
        print(f"{part.name} is missing, so its tests are skipped. To run them:")
        print(f"    sudo apt-get install {part.package}", flush=True)
    if missing and everything:
        sys.exit("tests: every part is required here (FAIRLINE_TEST_REQUIRE_ALL=1)")
    if given := sys.argv[1:]:
        sys.exit(run("SQLite", given)[0])
    codes, total = zip(*runs(postgres=PARTS[2] not in missing), strict=True)
    summary: Counter[str] = sum(total, Counter())
    print(f"{summary['passed']} passed, {summary['failed']} failed, {summary['skipped']} skipped")
    sys.exit(next((code for code in codes if code), 0))


def runs(*, postgres: bool) -> list[tuple[int, Counter[str]]]:
    """Both runs. The second is made even when the first failed: its news is worth having."""
    done = [run("SQLite", [])]
    if postgres:
        done.append(run("PostgreSQL", ON_POSTGRES, "postgres"))
    return done


def run(title: str, arguments: list[str], database: str = "") -> tuple[int, Counter[str]]:
    """One run of pytest: its exit code (never 0 when no test ran) and the counts of outcomes."""
    print(f"\n== tests on {title}", flush=True)
    environment = os.environ | {"FAIRLINE_TEST_DATABASE": database}
    # Dozens of tests start the program: without compiled modules each start takes twice as long.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        counts = count(report) if report.exists() else Counter[str]()
    if not counts["passed"] and code == 0:
        print("tests: no test ran")
        return NO_TESTS, counts
    return code, counts


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
