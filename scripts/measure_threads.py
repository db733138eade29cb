"""Measures how well public threads are rebuilt from posts that come shuffled, late and twice.

Run it after a change to cases/threads.py, cases/matching.py or cases/echoes.py:
.venv/bin/python -m scripts.measure_threads. Writes the table into the docs.
"""

import re
import tempfile
import time
from datetime import datetime
from pathlib import Path

from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest
from fairline.channels.registry import Channels
from fairline.channels.x import XChannel
from fairline.core.settings import Settings
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.channels.rebuilding import (
    DATA,
    Score,
    feed,
    items,
    rows,
    score,
    shuffled_late_and_twice,
    threads,
)

PAGE = Path(__file__).parents[1] / "docs/explanation/threads.md"
MARK, END = "<!-- threads -->", "<!-- end of threads -->"
SEEDS = (1, 2, 3)


def main() -> None:
    if not DATA.exists():
        print("The posts are not here: ../shared/data is missing. Nothing was measured.")
        return
    lines = [
        (
            "| Order | Precision | Recall, one case | with linked cases "
            "| of what belongs on one case | Words on another's case | Not placed |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines.append(_line("as they were said", measured(None)))
    lines += [_line(f"shuffled, late and twice ({seed})", measured(seed)) for seed in SEEDS]
    table = "\n".join(lines)
    print(table)
    if PAGE.exists() and MARK in (page := PAGE.read_text(encoding="utf-8")):
        block = f"{MARK}\n\n{table}\n\n{END}"
        page = re.sub(f"{MARK}.*?{END}", lambda _: block, page, count=1, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")


def measured(seed: int | None) -> Score:
    """One install that hears all posts in one order (None: by their time)."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Settings(data_dir=folder, sender_checks=False))
        channels = Channels(
            [XChannel()], office.keyring, public_url="http://x.test", install_id="measured"
        )
        with office.database.write() as unit:
            brand = create_brand(unit, name="Acme", slug="acme")
            inbox = create_inbox(
                unit,
                channels,
                brand_id=brand.id,
                kind="x",
                name="X",
                address="@acme",
                options={},
                by=SYSTEM,
            )
        said = rows()
        posts = sorted(items(), key=lambda one: _said_at(said[one.native_id]))
        order = posts if seed is None else shuffled_late_and_twice(posts, seed)
        began = time.monotonic()
        feed(office.database, Ingest(office.database, channels), inbox, order)
        found = score(office.database, inbox, threads())
        office.close()
    print(f"{seed}: {time.monotonic() - began:.1f} s, {found}")
    return found


def _said_at(row: dict[str, str]) -> datetime:
    return datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")


def _line(name: str, found: Score) -> str:
    return (
        f"| {name} | {found.precision:.2%} ({found.right:,} of {found.together:,}) "
        f"| {found.recall:.2%} | {found.recall_linked:.2%} | {found.recall_of_one:.2%} "
        f"| {found.strangers} | {found.missing} |"
    )


if __name__ == "__main__":
    main()
