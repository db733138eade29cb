"""Measures how often the expected wait holds, and writes the table into the docs.

Run it after a change to promises/estimate.py: .venv/bin/python -m scripts.measure_wait
"""

import re
from pathlib import Path

from tests.promises.desks import at_random, coverage, in_bursts, steady

PAGE = Path(__file__).parents[1] / "docs/explanation/fair-line.md"
MARK = "<!-- coverage -->"
AHEAD = (0, 3, 10, 30)
DESKS = {
    "steady: all alike within a few minutes": steady,
    "random: a Poisson process": at_random,
    "bursts: three quick answers to a long break": in_bursts,
}


def main() -> None:
    lines = ["| Desk | " + " | ".join(f"{n} ahead" for n in AHEAD) + " |"]
    lines.append("| --- " * (len(AHEAD) + 1) + "|")
    for name, gap in DESKS.items():
        shares = (coverage(gap, ahead=ahead) for ahead in AHEAD)
        lines.append(f"| {name} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
    table = "\n".join(lines)
    page = PAGE.read_text(encoding="utf-8")
    written = re.sub(
        f"{MARK}.*?(?=\n\n[^|]|\\Z)", f"{MARK}\n\n{table}", page, count=1, flags=re.DOTALL
    )
    PAGE.write_text(written.rstrip() + "\n", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
