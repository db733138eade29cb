"""Measures how well repeats are told from two matters, and writes the tables into the docs.

Run it after a change to cases/likeness.py or cases/pleas.py: .venv/bin/python -m
scripts.measure_repeats. The threshold is chosen on pairs of one seed and measured on another's.
"""

import math
import re
from collections import Counter
from pathlib import Path

from fairline.cases.likeness import THRESHOLD, likeness
from tests.cases.repeat_pairs import DATA, Pair, pairs, reworded

PAGE = Path(__file__).parents[1] / "docs/explanation/fair-line.md"
MARK, END = "<!-- repeats -->", "<!-- end of repeats -->"
EACH = 1000
THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)


def main() -> None:
    if not DATA.exists():
        print("The texts are not here: ../shared/data is missing. Nothing was measured.")
        return
    chosen = _scored(pairs(1, EACH // 2))
    measured = _scored(pairs(7, EACH))
    tables = "\n\n".join((_curve(chosen, measured), _kinds(measured)))
    print(tables)
    page = PAGE.read_text(encoding="utf-8")
    if MARK in page:
        block = f"{MARK}\n\n{tables}\n\n{END}"
        page = re.sub(f"{MARK}.*?{END}", lambda _: block, page, count=1, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")


Scored = list[tuple[Pair, float]]


def _scored(found: list[Pair]) -> Scored:
    return [(pair, likeness(pair.one, pair.other)) for pair in found]


def _curve(chosen: Scored, measured: Scored) -> str:
    lines = [
        "| Joined from | Precision | Recall | When choosing: precision | recall |",
        "| --- | --- | --- | --- | --- |",
    ]
    for threshold in THRESHOLDS:
        mark = "**" if threshold == THRESHOLD else ""
        shares = (*_shares(measured, threshold), *_shares(chosen, threshold))
        lines.append(
            f"| {mark}{threshold:.2f}{mark} | {interval(*shares[0])} | {interval(*shares[1])} "
            f"| {shares[2][0] / max(1, shares[2][1]):.1%} | {shares[3][0] / shares[3][1]:.1%} |"
        )
    return "\n".join(lines)


def _shares(scored: Scored, threshold: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """(right joins, joins) and (joined repeats, repeats). As many of either label are weighed."""
    same = [score for pair, score in scored if pair.is_same]
    other = [score for pair, score in scored if not pair.is_same]
    right = sum(score >= threshold for score in same)
    wrong = sum(score >= threshold for score in other) * len(same) / len(other)
    return (right, round(right + wrong)), (right, len(same))


def _kinds(measured: Scored) -> str:
    joined: Counter[str] = Counter()
    many: Counter[str] = Counter()
    labels = {pair.kind: pair.is_same for pair, _ in measured}
    for pair, score in [*measured, *_scored(list(reworded(7, EACH)))]:
        many[pair.kind] += 1
        joined[pair.kind] += score >= THRESHOLD
        labels.setdefault(pair.kind, pair.is_same)
    lines = ["| The second text | The same matter? | Joined |", "| --- | --- | --- |"]
    for kind, is_same in labels.items():
        share = interval(joined[kind], many[kind])
        lines.append(f"| {kind} | {'yes' if is_same else 'no'} | {share} |")
    return "\n".join(lines)


def interval(hits: int, many: int) -> str:
    """A share with its 95 % interval after Wilson."""
    if not many:
        return "none"
    z = 1.959964
    share = hits / many
    centre = (share + z * z / (2 * many)) / (1 + z * z / many)
    half = (
        z * math.sqrt(share * (1 - share) / many + z * z / (4 * many * many)) / (1 + z * z / many)
    )
    return f"{share:.1%} ({max(0.0, centre - half):.1%} to {min(1.0, centre + half):.1%})"


if __name__ == "__main__":
    main()
