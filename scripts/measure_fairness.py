"""Measures how often the fairness report alarms for nothing, and how often it finds a planted bias;
writes the table into the docs.

Run it after a change to line/fairness/: .venv/bin/python -m scripts.measure_fairness [--runs 200]
"""

import argparse
import re
from pathlib import Path

from tests.line.fairness.desk import FAIR, Bias, run

PAGE = Path(__file__).parents[1] / "docs/explanation/fairness-report.md"
MARK = "<!-- measured -->"
SIZES = (500, 1000, 4000)
NO_HAND = Bias(by_hand=0)
DESKS = {
    "fair, nobody picks by hand": NO_HAND,
    "fair, 3 % picked by hand": FAIR,
    "2 % of public pushed ahead, nobody picks by hand": Bias(pushed=0.02, by_hand=0),
    "2 % of public pushed ahead, 3 % picked by hand": Bias(pushed=0.02),
    "5 % of public pushed ahead, 3 % picked by hand": Bias(pushed=0.05),
    "2 % of public given a graver need": Bias(raised=0.02),
    "3 % of private never answered": Bias(forgotten=0.03),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    most = parser.parse_args().runs
    lines = ["| Desk | " + " | ".join(f"{size:,} cases" for size in SIZES) + " |"]
    lines.append("| --- " * (len(SIZES) + 1) + "|")
    for name, bias in DESKS.items():
        shares = []
        # The rate of false alarms is small, so it takes the more runs to tell.
        runs = most if name.startswith("fair") else most // 2
        for size in SIZES:
            alarms = sum(bool(run(seed, size, bias).gaps) for seed in range(1000, 1000 + runs))
            shares.append(f"{alarms} of {runs}")
        lines.append(f"| {name} | " + " | ".join(shares) + " |")
        print(lines[-1], flush=True)
    table = "\n".join(lines)
    page = PAGE.read_text(encoding="utf-8")
    written = re.sub(
        f"{MARK}.*?(?=\n\n[^|]|\\Z)", f"{MARK}\n\n{table}", page, count=1, flags=re.DOTALL
    )
    PAGE.write_text(written.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
