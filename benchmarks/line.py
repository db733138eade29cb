"""What a place costs at the end of a long line: from the counters, and by walking the line.

nice .venv/bin/python -m benchmarks.line --cases 50000
nice .venv/bin/python -m benchmarks.line --cases 1000000 --postgres
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from benchmarks.company import found
from benchmarks.crowd import fill
from fairline.core.settings import Settings
from fairline.db.unit import Unit
from fairline.line import counted, store
from fairline.line.tables import line_places
from fairline.promises.order import Standing
from fairline.wiring import Office
from tests.cluster import Cluster

ASKED = 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--cases", type=int, default=50_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{Path(folder) / 'line.db'}"
        if options.postgres:
            url = stack.enter_context(Cluster.start()).create("line")
        office = Office(Settings(data_dir=folder, database_url=url, sender_checks=False))
        stack.callback(office.close)
        _, inbox = found(office)
        order = fill(office.database, inbox, options.cases)
        chance = random.Random(3)
        asked = [chance.randrange(len(order)) for _ in range(ASKED)]
        with office.database.read() as unit:
            places = [(number, store.standing(unit, order[number])) for number in asked]
            counters = timed(unit, inbox.brand_id, places, counted.ahead_of)
            walk = timed(unit, inbox.brand_id, places, by_walking)
        print(
            f"{len(order):,} wait: a place from the counters {counters:.2f} ms, by walking", end=""
        )
        print(f" {walk:.2f} ms ({walk / counters:.0f} times)")


def by_walking(unit: Unit, brand_id: str, standing: Standing) -> int:
    ahead = sa.select(sa.func.count()).select_from(line_places)
    ahead = ahead.where(store.places.brand_id == brand_id, store.before(standing))
    return int(unit.execute(ahead).scalar_one())


def timed(
    unit: Unit,
    brand_id: str,
    places: list[tuple[int, Standing | None]],
    count: Callable[[Unit, str, Standing], int],
) -> float:
    """Median milliseconds; every answer is checked."""
    spent = []
    for number, standing in places:
        assert standing is not None
        start = time.perf_counter()
        ahead = count(unit, brand_id, standing)
        spent.append((time.perf_counter() - start) * 1000)
        assert ahead == number, f"{ahead} is told where {number} stand before"
    return statistics.median(spent)


if __name__ == "__main__":
    main()
