"""How often a silent channel is noticed in error, and how soon one is noticed that is silent.

Run: `python -m scripts.measure_silence`. Made-up arrivals (a daily curve, steady and in bursts) and
the recorded ones in ../shared/data/arrivals are walked through hour by hour as the watch does: the
past eight weeks make the profile, and every gap between arrivals is asked whether it would have
rung. Then arrivals are taken away from some moment on, and the time until it rings is measured.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

from fairline.health.silence import HOUR, WEEKS, Profile, profile_of

DATA = Path(__file__).parents[2] / "shared/data/arrivals"
CURVE = (1, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 20, 15, 17, 19, 17, 14, 11, 9, 9, 9, 7, 4, 2)
START = datetime(2026, 1, 5, tzinfo=UTC)
# As the watch looks.
EVERY = timedelta(minutes=5)
OUTAGES = 60


def made(per_week: float, weeks: int, *, burst: float, seed: int) -> list[datetime]:
    """Arrivals by a daily curve, quieter at weekends; `burst` is how many come at a time."""
    random = Random(seed)  # noqa: S311
    total = 5 * sum(CURVE) + 2 * 0.4 * sum(CURVE)
    found = []
    for hour in range(weeks * 168):
        at = START + hour * HOUR
        rate = per_week * CURVE[at.hour] * (0.4 if at.weekday() > 4 else 1) / total
        for _ in range(_poisson(random, rate / burst)):
            many = 1 + _poisson(random, burst - 1)
            first = at + random.random() * HOUR
            found += [first + timedelta(seconds=20 * n) for n in range(many)]
    return sorted(found)


def _poisson(random: Random, mean: float) -> int:
    count, left = 0, random.expovariate(1)
    while left < mean:
        count += 1
        left += random.expovariate(1)
    return count


def recorded() -> Iterator[tuple[str, list[datetime]]]:
    """The real ones, by name: each long enough for a profile and some weeks to judge."""
    with (DATA / "bank_calls_30min_days1-120.csv").open() as file:
        random = Random(1)  # noqa: S311
        calls = [
            datetime.fromisoformat(row["start"]).replace(tzinfo=UTC)
            + timedelta(minutes=30) * random.random()
            for row in csv.DictReader(file)
            for _ in range(int(row["calls"]) // 100)
        ]
    yield "bank calls, one in a hundred", sorted(calls)
    for name, column, form in (
        ("nyc_311_2020_17k", "created", "%m/%d/%Y %I:%M:%S %p"),
        ("baltimore_311_sample_10k", "CreatedDate", "%m/%d/%Y %I:%M:%S %p"),
    ):
        with (DATA / f"{name}.csv").open() as file:
            times = [
                datetime.strptime(row[column], form).replace(tzinfo=UTC)
                for row in csv.DictReader(file)
                if row[column]
            ]
        yield name, sorted(times)
    with (DATA / "tweet_response_pairs.csv").open() as file:
        tweets = [
            datetime.fromisoformat(row["created_at_customer"]).astimezone(UTC)
            for row in csv.DictReader(file)
        ]
    yield (
        "tweets to 105 brands",
        sorted(at for at in tweets if at >= datetime(2017, 10, 1, tzinfo=UTC)),
    )


class Walk:
    """Profiles as they were on each day."""

    def __init__(self, arrivals: list[datetime]) -> None:
        self.arrivals = arrivals
        self.counts = Counter(at.replace(minute=0, second=0, microsecond=0) for at in arrivals)
        self.first = arrivals[0].replace(minute=0, second=0, microsecond=0)
        self._known: dict[datetime, Profile | None] = {}

    def profile(self, at: datetime) -> Profile | None:
        """What was known on the morning of that day."""
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if day not in self._known:
            begin = max(self.first, day - timedelta(weeks=WEEKS))
            hours = [begin + n * HOUR for n in range(int((day - begin) / HOUR))]
            self._known[day] = profile_of([(hour, self.counts[hour]) for hour in hours])
        return self._known[day]

    def false_alarms(self) -> tuple[int, int, float]:
        """Alarms in gaps after which the next did come, gaps judged, weeks judged."""
        wrong = judged = 0
        since = None
        for before, after in pairwise(self.arrivals):
            profile = self.profile(before)
            if profile is None:
                continue
            since = since or before
            judged += 1
            wrong += profile.is_silent(before, after)
        weeks = (self.arrivals[-1] - since) / timedelta(weeks=1) if since else 0.0
        return wrong, judged, weeks

    def delays(self, random: Random) -> list[tuple[float, float]]:
        """(hours, expected arrivals) from the last arrival until it rings, at random moments."""
        found = []
        places = [n for n, at in enumerate(self.arrivals) if self.profile(at)]
        for place in random.sample(places, min(OUTAGES, len(places))):
            last = self.arrivals[place]
            profile = self.profile(last)
            at = last
            while profile and at < last + timedelta(weeks=2):
                at += EVERY
                if profile.is_silent(last, at):
                    found.append(((at - last) / HOUR, profile.expected(last, at)))
                    break
        return found


def main() -> int:
    print(
        f"{'arrivals':34} {'a week':>7} {'weeks':>6} {'gaps':>7} {'false':>6} "
        f"{'a year':>7} {'noticed after (median, worst)':>32}"
    )
    sources = [
        *(
            (
                f"made, {rate} a week, {'in bursts of 3' if burst > 1 else 'steady'}",
                made(rate, 60 if rate < 5000 else 24, burst=burst, seed=seed),
            )
            for seed, (rate, burst) in enumerate(
                [(50, 1), (500, 1), (5000, 1), (500, 3), (5000, 3)]
            )
        ),
        *(recorded() if DATA.exists() else ()),
    ]
    for name, arrivals in sources:
        walk = Walk(arrivals)
        wrong, judged, weeks = walk.false_alarms()
        span = (arrivals[-1] - arrivals[0]) / timedelta(weeks=1)
        a_week = len(arrivals) / span
        a_year = f"{wrong * 52 / weeks:.2f}" if weeks else "-"
        late = sorted(hours for hours, _ in walk.delays(Random(7)))  # noqa: S311
        told = f"{median(late):.1f} h, {late[-1]:.1f} h" if late else "never"
        print(f"{name:34} {a_week:7.0f} {weeks:6.1f} {judged:7} {wrong:6} {a_year:>7} {told:>32}")
    if not DATA.exists():
        print(f"{DATA} is not there: only made-up arrivals were judged.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
