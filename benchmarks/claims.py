"""The next case under contention: so many agents, a long line, each case once and in order.

    nice .venv/bin/python -m benchmarks.claims                     # SQLite, 50,000 cases
    nice .venv/bin/python -m benchmarks.claims --postgres          # a cluster of its own
    nice .venv/bin/python -m benchmarks.claims --cases 2000 --claims 2000

Each claimer takes a case and puts it to "waiting", as an answer does, so that its next one is
another. Claims a second count both; the time of a claim is its own.
"""

import argparse
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.company import found
from benchmarks.crowd import fill, passed_over
from fairline.cases.changes import set_status
from fairline.cases.rows import SYSTEM
from fairline.core.settings import Settings
from fairline.db import engine
from fairline.db.engine import Database
from fairline.line import counted
from fairline.line.claim import next_case
from fairline.people.tables import Agent
from fairline.wiring import Office
from tests.cluster import Cluster


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--claimers", type=int, default=64)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--claims", type=int, default=0, help="stop after so many; all when 0")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{Path(folder) / 'claims.db'}"
        if options.postgres:
            url = stack.enter_context(Cluster.start()).create("claims")
        # Each has a connection, as if they sat at several nodes.
        engine.POOL_SIZE = max(engine.POOL_SIZE, options.claimers)
        office = Office(Settings(data_dir=folder, database_url=url, sender_checks=False))
        stack.callback(office.close)
        crew, inbox = found(office)
        began = time.perf_counter()
        order = fill(office.database, inbox, options.cases)
        print(f"{options.cases:,} wait, filled in {time.perf_counter() - began:.0f} s", flush=True)
        race(office.database, crew, order, options.claimers, options.claims or options.cases)


def race(
    database: Database, crew: list[Agent], order: list[str], claimers: int, claims: int
) -> None:
    """Let them claim, then judge: each once, in order."""
    place_in = {case_id: number for number, case_id in enumerate(order)}
    taken: list[list[tuple[str, float, float, float]]] = [[] for _ in range(claimers)]
    committed: list[str] = []
    ready = threading.Barrier(claimers + 1)

    def work(number: int) -> None:
        agent = crew[number % len(crew)]
        ready.wait()
        while len(committed) < claims:
            asked = time.perf_counter()
            with database.write() as unit:
                start = time.perf_counter()
                case = next_case(unit, agent)
                given = time.perf_counter()
                if case is None:
                    return
                set_status(unit, case, "waiting", by=SYSTEM)
                unit.after_commit(lambda case_id=case.id: committed.append(case_id))
            taken[number].append((case.id, asked, given, given - start))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(claimers)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    every = [claim[0] for mine in taken for claim in mine]
    times = sorted(claim[3] for mine in taken for claim in mine)
    ascending = all(
        places == sorted(places)
        for places in ([place_in[claim[0]] for claim in mine] for mine in taken)
    )
    skipped = passed_over(
        [(asked, given, place_in[case_id]) for mine in taken for case_id, asked, given, _ in mine]
    )
    with database.read() as unit:
        wrong = counted.differences(unit)
    print(f"{len(every):,} claims by {claimers} at once: {len(every) / spent:,.0f} a second")
    print(f"a claim: p50 {at(times, 50) * 1000:.1f} ms, p95 {at(times, 95) * 1000:.1f} ms")
    print(f"each once: {len(set(every)) == len(every)}; each claimer in order: {ascending}")
    print(f"passed over while free: {skipped}; wrong counters: {wrong}")
    if len(set(every)) != len(every) or not ascending or skipped or wrong:
        sys.exit("NOT AS PROMISED")


def at(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)]


if __name__ == "__main__":
    main()
