"""A share of promises kept, with how sure one may be of it. Pure.

Below `FEWEST` nothing is said: nine of ten sounds like ninety per cent and may be seventy.
Source: Clopper and Pearson (1934), the exact interval of a binomial share.
"""

import msgspec

from fairline.promises.beta import beta_quantile

FEWEST = 20
SURE = 0.95


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """`kept` of `answers`."""

    answers: int
    kept: int

    def __add__(self, other: "Share") -> "Share":
        return Share(answers=self.answers + other.answers, kept=self.kept + other.kept)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough answers to say a share at all."""
        return self.answers >= FEWEST

    @property
    def percent(self) -> int:
        """Rounded down: not everything is kept while one promise was broken."""
        return 100 * self.kept // self.answers if self.answers else 0

    @property
    def bounds(self) -> tuple[int, int]:
        """Between which per cent the true share lies, 95 times in 100."""
        tail = (1 - SURE) / 2
        kept, broken = self.kept, self.answers - self.kept
        low = beta_quantile(tail, kept, broken + 1) if kept else 0.0
        high = beta_quantile(1 - tail, kept + 1, broken) if broken else 1.0
        return int(100 * low), min(100, -int(-100 * high // 1))


NONE = Share(answers=0, kept=0)
