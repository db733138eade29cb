"""Measures what `policy/elsewhere.py` finds in real answers of companies, and writes the figures.

The answers are no part of this project: `elsewhere_labels.txt` holds which of them were judged by
hand, and how. They were drawn at random and kept apart while the rules were written.

    .venv/bin/python -m scripts.measure_elsewhere [folder of data] [--show]

`--show` prints where the rules and the judgement differ.
"""

import csv
import json
import sys
from pathlib import Path

from fairline.policy.elsewhere import sends_elsewhere
from scripts.measure_guard import DATA, ROOT, exact_interval, put

PAGE = ROOT / "docs/explanation/sent-elsewhere.md"
LABELS = Path(__file__).with_name("elsewhere_labels.txt")


def answers(data: Path) -> dict[tuple[str, str], str]:
    """What companies answered, by the set and the id in it."""
    found = {}
    with (data / "twitter-threads/tweets.csv").open() as file:
        for row in csv.DictReader(file):
            if row["inbound"] == "False":
                found["twitter-threads", row["tweet_id"]] = row["text"]
    for name in ("dev", "test"):
        for talk in json.loads((data / f"dialogues-support-tweets/{name}.json").read_text()):
            found["support-tweets", talk["id"]] = talk["answer"]["text"]
    return found


def rows(data: Path, *, show: bool = False) -> list[str]:
    """The lines of the page: a table, and of how many answers they speak."""
    texts = answers(data)
    lines = [
        "| set | judged | elsewhere only | flagged | right | precision | 95 % | recall | 95 % |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    judged = [line.split() for line in LABELS.read_text().splitlines()]
    for group in ("twitter-threads", "support-tweets", ""):
        of = [one for one in judged if group in ("", one[0])]
        said = {(one[0], one[1]) for one in of if one[2] == "elsewhere"}
        flagged = {(one[0], one[1]) for one in of if sends_elsewhere(texts[one[0], one[1]])}
        right = len(said & flagged)
        lines.append(
            f"| {group or 'both'} | {len(of)} | {len(said)} | {len(flagged)} | {right} | "
            f"{_share(right, len(flagged))} | {_share(right, len(said))} |"
        )
        for key in sorted(said ^ flagged) if show and not group else ():
            print("missed" if key in said else "wrong", *key, texts[key].replace("\n", " "))
    every = sum(sends_elsewhere(text) is not None for text in texts.values())
    return [*lines, "", f"Of all {len(texts):,} answers of the two sets {every:,} are flagged."]


def _share(hits: int, of: int) -> str:
    low, high = exact_interval(hits, of)
    return f"{hits / max(of, 1):.1%} | {low:.1%} to {high:.1%}"


def main() -> None:
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    data = Path(named[0]) if named else DATA
    if not data.is_dir():
        sys.exit(f"There is no data in {data}: nothing is measured.")
    found = rows(data, show="--show" in sys.argv)
    PAGE.write_text(put(PAGE.read_text(), "figures", found))
    print("\n".join(found))


if __name__ == "__main__":
    main()
