"""Many waits in little memory: sum, longest, and a histogram of logarithms for the percentiles.

A percentile is right to half of one per cent of itself, the rest is exact. After DDSketch: Masson,
Rim and Lee, VLDB 2019.
"""

from math import exp, log

import msgspec

_STEP = log(1.01)
# Waits are in seconds; those below one are one class.
_LEAST = 1.0


class Waits(msgspec.Struct):
    """Seconds, added one by one or from another."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    longest: float = 0.0
    buckets: dict[int, int] = msgspec.field(default_factory=dict)

    def add(self, wait_s: float) -> None:
        self.count += 1
        self.total += wait_s
        self.squares += wait_s * wait_s
        self.longest = max(self.longest, wait_s)
        bucket = int(log(wait_s) / _STEP) if wait_s > _LEAST else -1
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def add_all(self, other: "Waits") -> None:
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        self.longest = max(self.longest, other.longest)
        for bucket, times in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + times

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """The wait that `share` of all do not exceed; 0 when there are none."""
        left = share * self.count
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 1e-9:
                return 0.0 if bucket < 0 else min(exp((bucket + 0.5) * _STEP), self.longest)
        return 0.0

    @property
    def jain(self) -> float:
        """Jain's index of these values: 1 when all are equal, 1/n when one has everything."""
        return self.total**2 / (self.count * self.squares) if self.squares else 1.0
