"""Where arrivals come from: a recorded file, or days made up by a daily curve.

A source can be read again and again; what it lacks is drawn by the generator it is handed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from random import Random
from typing import Protocol, Self
from zoneinfo import ZoneInfo

import msgspec

from fairline.core.errors import Invalid
from fairline.simulation.arrivals import Arrival, Heard, Mix, completed
from fairline.simulation.reading import Reading
from fairline.simulation.spool import Spool
from fairline.simulation.waits import Waits

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
MOST_DAYS = 3660
# Shares of a day by hour: two humps of an office day and a smaller one in the evening.
DAY_CURVE = (1, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 20, 15, 17, 19, 17, 14, 11, 9, 9, 9, 7, 4, 2)
WEEKEND = 0.4
QUANTITIES = ("severity", "channel", "is_public", "audience", "service_s")


class Source(Protocol):
    """What `simulate` needs to know of arrivals."""

    words: str
    recorded: str
    draws_service: bool

    @property
    def is_drawn(self) -> bool: ...

    def arrivals(self, mix: Mix, chance: Random) -> Iterator[Arrival]: ...

    def drawn(self, mix: Mix) -> list[str]: ...


class Recorded:
    """Arrivals from a CSV file. Use as a context: what does not fit in memory lies in a file."""

    def __init__(
        self,
        path: Path,
        *,
        zone: ZoneInfo,
        start: datetime | None = None,
        end: datetime | None = None,
        share: float = 1.0,
        seed: int = 1,
    ) -> None:
        if not 0 < share <= 1:
            raise Invalid("The share lies above 0 and at most at 1.", code="bad_simulation")
        self._lacking: Counter[str] = Counter()
        self._waits = Waits()
        self._count = 0
        reading = Reading(path, zone)
        self._sample = Random(seed)  # noqa: S311  a lot, not a secret
        kept = self._kept(reading, start, end, share)
        self._spool = Spool(kept)
        self.words = f"{path.name} ({reading.words})"
        if share < 1:
            self.words += f", {share:.3%} of it by lot".replace(".000", "")
        if reading.unread:
            self.words += f"; not read: {', '.join(reading.unread)}"
        self.recorded = _recorded(self._waits)
        self.draws_service = bool(self._lacking["service_s"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    @property
    def is_drawn(self) -> bool:
        return bool(sum(self._lacking.values()))

    def arrivals(self, mix: Mix, chance: Random) -> Iterator[Arrival]:
        return completed(self._spool, mix, chance)

    def drawn(self, mix: Mix) -> list[str]:
        return _drawn(mix, self._lacking, self._count)

    def _kept(
        self, reading: Reading, start: datetime | None, end: datetime | None, share: float
    ) -> Iterator[Heard]:
        first = start.timestamp() if start else float("-inf")
        last = end.timestamp() if end else float("inf")
        for one, answered in reading:
            if not first <= one.at < last:
                continue
            kept = self._thinned(one, share)
            if kept is None:
                continue
            self._count += kept.count
            for name in QUANTITIES:
                if getattr(kept, name) is None and not _is_silent(kept, name):
                    self._lacking[name] += kept.count
            if kept.lasts_s:
                self._lacking["at"] += kept.count
            if answered is not None and answered >= kept.at:
                self._waits.add(answered - kept.at)
            yield kept

    def _thinned(self, one: Heard, share: float) -> Heard | None:
        if share == 1:
            return one if one.count else None
        count = sum(self._sample.random() < share for _ in range(one.count))
        if not count:
            return None
        return msgspec.structs.replace(one, count=count)


class Synthetic:
    """Days with a daily curve and quieter weekends, a Poisson process within each hour."""

    recorded = ""
    is_drawn = True
    draws_service = True

    def __init__(self, days: int, per_day: float) -> None:
        if not 1 <= days <= MOST_DAYS or not 0 < per_day <= 1_000_000:
            raise Invalid(
                f"Give 1 to {MOST_DAYS} days, and at most a million arrivals a day.",
                code="bad_simulation",
            )
        self._days, self._per_day = days, per_day
        self.words = f"{days} made-up days, {per_day:g} arrivals on a working day"

    def arrivals(self, mix: Mix, chance: Random) -> Iterator[Arrival]:
        return completed(self._heard(chance), mix, chance)

    def drawn(self, mix: Mix) -> list[str]:
        curve = f"Arrivals: by a daily curve; at weekends {WEEKEND:.0%} of a working day."
        return [curve, *_drawn(mix, dict.fromkeys(QUANTITIES, 1), 1)]

    def _heard(self, chance: Random) -> Iterator[Heard]:
        for day in range(self._days):
            date = FIRST_DAY + timedelta(days=day)
            busy = self._per_day * (WEEKEND if date.weekday() > 4 else 1)
            for hour, weight in enumerate(DAY_CURVE):
                at = (date + timedelta(hours=hour)).timestamp()
                count = poisson(chance, busy * weight / sum(DAY_CURVE))
                yield Heard(at=at, count=count, lasts_s=3600.0)


def poisson(chance: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average. Knuth's way, in steps."""
    count = 0
    while mean > 0:
        step = min(mean, 500.0)
        mean -= step
        limit, product = exp(-step), chance.random()
        while product > limit:
            count += 1
            product *= chance.random()
    return count


def _is_silent(one: Heard, name: str) -> bool:
    """A private word has no audience, so nothing is drawn for it."""
    return name == "audience" and one.is_public is False


def _drawn(mix: Mix, lacking: Mapping[str, int], total: int) -> list[str]:
    """What was drawn from what, in words; each with the share of arrivals it concerns."""

    def table(shares: Mapping[str, float]) -> str:
        return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())

    words = {
        "at": "The moment within its stretch: evenly.",
        "severity": f"Need: {table(mix.severities)}.",
        "is_public": f"Public: {mix.public_share:.0%}, whatever the need.",
        "channel": f"Channel: of public posts {table(mix.public_channels)}; "
        f"of private words {table(mix.private_channels)}.",
        "audience": f"Audience of a public post: log-normal, median {mix.audience_median:g}, "
        f"spread of the logarithm {mix.audience_spread:g}.",
        "service_s": f"Work for a case: log-normal, mean {mix.service_minutes:g} minutes, "
        f"spread of the logarithm {mix.service_spread:g}.",
    }
    return [
        text if lacking[name] >= total else f"{text} (For {lacking[name] / total:.0%} of arrivals.)"
        for name, text in words.items()
        if lacking.get(name)
    ]


def _recorded(waits: Waits) -> str:
    if not waits.count:
        return ""
    return (
        f"{waits.count:,} answers came after {_hours(waits.quantile(0.5))} in the "
        f"middle and {_hours(waits.quantile(0.95))} at the 95 % point, in wall time, in whatever "
        "order that was."
    )


def _hours(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
