"""Intake, line page, case page and search on a filled install, on SQLite and PostgreSQL.

    .venv/bin/python -m benchmarks.pages [--cases 100000] [--engine sqlite|postgres|both]

Prints a Markdown table of medians. Pages are whole HTTP requests against the app in one process
(template and compression included), so the figure is what a server spends. PostgreSQL gets what
was filled into SQLite, as by `fairline move`.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient

from benchmarks.company import fill, found, staffed, talk
from benchmarks.signing_in import sign_in
from fairline.app import build_app
from fairline.cases.actions import reply
from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.commands.move import STAYS
from fairline.core.ids import new_id
from fairline.core.memory import settle_memory
from fairline.core.settings import Settings
from fairline.db.engine import open_database
from fairline.db.moving import move
from fairline.line.claim import next_case
from fairline.people import store as people
from fairline.people.tables import Agent
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.cluster import Cluster

Row = tuple[str, float, float]


def timed(what: Callable[[], object], *, turns: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one turn in ten to warm up."""
    for _ in range(max(1, turns // 10)):
        what()
    took = []
    for _ in range(turns):
        start = time.perf_counter()
        what()
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.95)]


def measure(office: Office, crew: list[Agent], inbox: InboxRef, turns: int) -> list[Row]:
    """Every figure of the table."""
    words = talk(2)
    run_id = new_id()
    numbers = iter(range(10**9))
    rows: list[Row] = []

    def take_in() -> None:
        number = next(numbers)
        with office.database.write() as unit:
            receive(
                unit,
                inbox,
                Inbound(
                    native_id=f"{run_id}.{number}@bench.test",
                    author=Author(channel="email", address=f"{run_id}.{number}@people.test"),
                    subject="A new question",
                    text=next(words),
                ),
            )

    def claim_and_answer() -> None:
        with office.database.write() as unit:
            case = next_case(unit, crew[0])
        assert case
        with office.database.write() as unit:
            reply(unit, case.id, crew[0], next(words))

    rows.append(("new case (own commit)", *timed(take_in, turns=turns)))
    rows.append(("next case + reply (two commits)", *timed(claim_and_answer, turns=turns)))
    with office.database.write() as unit:
        token = create_token(unit, crew[0], "bench")
    app = build_app(office, works=False)
    settle_memory()  # as a server does
    with TestClient(app) as client:
        rows += list(_pages(client, token, turns))
    return rows


def _pages(client: TestClient[Litestar], token: str, turns: int) -> Iterator[Row]:
    bearer = {"authorization": f"Bearer {token}"}
    line = client.get("/api/v1/cases?waiting=true", headers=bearer).json()["cases"]
    reference = line[len(line) // 2]["reference"]
    sign_in(client)

    def get(path: str, headers: dict[str, str] | None = None) -> Callable[[], object]:
        def call() -> None:
            answer = client.get(path, headers=headers or {}, follow_redirects=False)
            assert answer.status_code == 200, (path, answer.status_code)

        return call

    pages = {
        "an empty page (what the harness costs)": ("/healthz", None),
        "line page": ("/desk", None),
        "all cases page": ("/desk?list=all", None),
        "case page": (f"/desk/cases/{reference}", None),
        "search page, rare words": ("/desk/search?q=order+1234", None),
        "search page, common word": ("/desk/search?q=please", None),
        "line, JSON": ("/api/v1/cases?waiting=true&limit=50", bearer),
        "case, JSON": (f"/api/v1/cases/{reference}", bearer),
        "search, JSON": ("/api/v1/search?q=order+refund", bearer),
    }
    for name, (path, headers) in pages.items():
        yield (name, *timed(get(path, headers), turns=turns))


@contextmanager
def folder_of(keep: str) -> Iterator[Path]:
    """A scratch folder, or the one to keep: a filled SQLite file there is used again."""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def office_on(folder: Path, url: str) -> Office:
    return Office(Settings(data_dir=str(folder), database_url=url, base_url="http://bench.test"))


def fill_once(folder: Path, count: int) -> str:
    """The URL of the SQLite file in the folder, filled through the door unless it is already."""
    url = f"sqlite:///{folder / 'bench.db'}"
    office = office_on(folder, url)
    with office.database.read() as unit:
        is_filled = people.any_agent(unit)
    if not is_filled:
        start = time.perf_counter()
        fill(office, *found(office), count, say=lambda n: _say(f"{n:,} cases"))
        rate = count / (time.perf_counter() - start)
        print(f"\nfilled {count:,} cases at {rate:,.0f} a second, many in one commit")
    office.close()
    return url


def run(engine: str, folder: Path, filled: str, turns: int) -> list[Row]:
    """All figures on one engine; PostgreSQL is a cluster of our own, and everything moves there."""
    if engine == "sqlite":
        return _run(office_on(folder, filled), turns)
    with Cluster.start() as cluster:
        url = cluster.create("bench")
        here, there = open_database(filled), open_database(url)
        start = time.perf_counter()
        rows = sum(move(here, there, leave=STAYS).values())
        print(f"moved {rows:,} rows to PostgreSQL in {time.perf_counter() - start:,.0f} s")
        here.close()
        there.close()
        return _run(office_on(folder, url), turns)


def _run(office: Office, turns: int) -> list[Row]:
    rows = measure(office, *staffed(office), turns)
    office.close()
    return rows


def _say(text: str) -> None:
    sys.stderr.write(f"\r{text}")
    sys.stderr.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--keep", default="", help="a folder whose filled SQLite file is reused")
    wanted = parser.parse_args()
    engines = ["sqlite", "postgres"] if wanted.engine == "both" else [wanted.engine]
    with folder_of(wanted.keep) as folder:
        filled = fill_once(folder, wanted.cases)
        tables = {engine: run(engine, folder, filled, wanted.turns) for engine in engines}
    print(f"\n{wanted.cases:,} cases; milliseconds, median (95th percentile)\n")
    print("| what | " + " | ".join(engines) + " |")
    print("|---" * (len(engines) + 1) + "|")
    for number, (name, _, _) in enumerate(tables[engines[0]]):
        cells = [f"{tables[e][number][1]:.1f} ({tables[e][number][2]:.1f})" for e in engines]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
