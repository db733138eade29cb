"""What a simulation found: figures of each order and how they came about. Minutes throughout.

`--json` is this, encoded. Waits are working time from arrival to answer unless they say wall time.
"""

import msgspec


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A mean over replications with its 95 % interval, which one replication cannot give."""

    mean: float
    low: float | None = None
    high: float | None = None


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of one declared need."""

    severity: str
    target_minutes: int
    cases: int
    mean: float
    p95: float
    longest: float
    kept: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One order. Shares lie between 0 and 1."""

    name: str
    title: str
    words: str
    mean: Interval
    p50: float
    p95: float
    longest: float
    wall_mean: float
    wall_p50: float
    wall_p95: float
    wall_longest: float
    kept: float
    needs: tuple[Need, ...]
    public_mean: float | None
    private_mean: float | None
    gap: Interval | None
    channels: dict[str, float]
    starved: float
    longest_of_target: float
    overtook: float
    jain: float
    ranges_told: int
    ranges_held: float | None
    busy: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `cases_per_s` is for one order, without the time for telling ranges, and
    the only figure that varies by itself.

    `drawn` says in words what was not recorded and came by lot.
    """

    source: str
    cases: int
    first: str
    last: str
    replications: int
    seed: int
    hours: str
    staffing: str
    most_agents: int
    drawn: tuple[str, ...]
    recorded: str
    policies: tuple[Figures, ...]
    cases_per_s: int

    def of(self, name: str) -> Figures:
        """The figures of one order."""
        return next(one for one in self.policies if one.name == name)
