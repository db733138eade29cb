"""Measures how often told ranges hold, and writes the table into docs/explanation/fair-line.md.

Run it after a change to promises/estimate.py or calibration.py, it takes ten minutes:

    .venv/bin/python -m scripts.calibrate_wait
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fairline.promises.hours import ALWAYS_OPEN
from tests.promises.rooms import ARRIVALS, ROOMS, Seen, bank, recorded, replay

PAGE = Path(__file__).parents[1] / "docs/explanation/fair-line.md"
MARK = "<!-- calibration -->"
# Brands with fewer requests than this in the record teach nobody anything.
FEWEST = 250
# Ranges told at one desk share their luck, above all where it is overrun. So each row goes on with
# further desks, of the seeds 1, 2, 3 ..., until there are so many.
ENOUGH = 20_000


def rows() -> Iterator[tuple[str, Seen, Seen]]:
    """(name, the model alone, with what it learned)."""
    rooms = {f"simulated: {name}": room for name, room in ROOMS.items()}
    if ARRIVALS.exists():
        rooms["a bank's recorded calls, at a simulated desk"] = bank
    for name, room in rooms.items():
        alone, learned, seed = Seen(), Seen(), 0
        while learned.told < ENOUGH:
            seed += 1
            pairs, calendar = room(seed)
            alone.add(replay(pairs, calendar, learns=False))
            learned.add(replay(pairs, calendar))
        yield f"{name}, {seed} times", alone, learned
    if not ARRIVALS.exists():
        print("The recorded arrivals are not there: their rows are left out.")
        return
    alone, learned, brands = Seen(), Seen(), 0
    for _, pairs in recorded():
        if len(pairs) < FEWEST:
            break
        brands += 1
        alone.add(replay(pairs, ALWAYS_OPEN, learns=False))
        learned.add(replay(pairs, ALWAYS_OPEN))
    yield f"{brands} brands on a social network, as recorded", alone, learned


def main() -> None:
    lines = [
        (
            "| Desk | told | nothing told | held: model alone | held: learning | sooner | later"
            " | width: model alone | width: learning |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, alone, learned in rows():
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
