"""Measures how often told ranges hold, and writes the table into docs/explanation/fair-line.md.

Run it after a change to promises/estimate.py or calibration.py, it takes five minutes:

    .venv/bin/python -m scripts.calibrate_wait
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from fairline.promises.hours import ALWAYS_OPEN
from tests.promises.rooms import ARRIVALS, ROOMS, Pairs, Seen, bank, recorded, replay

PAGE = Path(__file__).parents[1] / "docs/explanation/fair-line.md"
MARK = "<!-- calibration -->"
# Brands with fewer requests than this in the record teach nobody anything.
FEWEST = 250
# Ranges told at one desk share their luck, above all where it is overrun: so many desks for a row.
DESKS = 10


Row = tuple[Seen, Seen]


def at_a_desk(name: str, seed: int) -> Row:
    """The model alone, and with what it learned."""
    pairs, calendar = {**ROOMS, "bank": bank}[name](seed)
    return replay(pairs, calendar, learns=False), replay(pairs, calendar)


def of_a_brand(pairs: Pairs) -> Row:
    return replay(pairs, ALWAYS_OPEN, learns=False), replay(pairs, ALWAYS_OPEN)


def rows(pool: Executor) -> Iterator[tuple[str, Row]]:
    rooms = {name: f"simulated: {name}" for name in ROOMS}
    if ARRIVALS.exists():
        rooms["bank"] = "a bank's recorded calls, at a simulated desk"
    for name, title in rooms.items():
        yield title, summed(pool.map(at_a_desk, [name] * DESKS, range(1, DESKS + 1)))
    if not ARRIVALS.exists():
        print("The recorded arrivals are not there: their rows are left out.")
        return
    brands = [pairs for _, pairs in recorded() if len(pairs) >= FEWEST]
    yield (
        f"{len(brands)} brands on a social network, as recorded",
        summed(pool.map(of_a_brand, brands)),
    )


def summed(found: Iterable[Row]) -> Row:
    alone, learned = Seen(), Seen()
    for first, second in found:
        alone.add(first)
        learned.add(second)
    return alone, learned


def main() -> None:
    lines = [
        (
            "| Desk | told | nothing told | held: model alone | held: learning | sooner | later"
            " | width: model alone | width: learning |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    with ProcessPoolExecutor() as pool:
        for name, (alone, learned) in rows(pool):
            early, late = learned.early / learned.told, learned.late / learned.told
            lines.append(
                f"| {name} | {learned.told:,} | {learned.silent:,} | {alone.share:.0%} "
                f"| {learned.share:.0%} | {early:.0%} | {late:.0%} "
                f"| {alone.width:.0f} min | {learned.width:.0f} min |"
            )
            print(lines[-1], flush=True)
    table = "\n".join(lines)
    page = PAGE.read_text(encoding="utf-8")
    written = re.sub(
        f"{MARK}.*?(?=\n\n[^|]|\\Z)", f"{MARK}\n\n{table}", page, count=1, flags=re.DOTALL
    )
    PAGE.write_text(written.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
