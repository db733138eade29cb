"""What comes in: as it was recorded, and complete, with what the record lacks drawn by lot.

Need, publicness, audience and work are drawn independently of each other, so any gap between them
in the figures was made by the order in which people were served.
"""

from collections.abc import Iterable, Iterator
from math import exp, log
from random import Random

import msgspec

from fairline.core.errors import Invalid
from fairline.promises.targets import Severity

# Most that one case may take: a service time beyond a day is a mistake in a unit.
MOST_SERVICE_MINUTES = 24 * 60


class Heard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One arrival as recorded, None for what the record does not say; `at` in seconds since 1970.

    `count` arrivals within the `lasts_s` seconds from `at` when only counts were recorded. `mark`
    is the record's own id: equal neighbours are one arrival.
    """

    at: float
    mark: str = ""
    count: int = 1
    lasts_s: float = 0.0
    channel: str | None = None
    is_public: bool | None = None
    audience: int | None = None
    severity: str | None = None
    needs: tuple[str, ...] = ()
    service_s: float | None = None


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One arrival with all that any of the orders looks at, and the work it will take."""

    at: float
    channel: str
    is_public: bool
    audience: int
    severity: str
    needs: tuple[str, ...]
    service_s: float


PUBLIC_CHANNELS = {"x": 0.6, "board": 0.3, "fediverse": 0.1}
PRIVATE_CHANNELS = {"email": 0.55, "web": 0.25, "phone": 0.2}
SEVERITIES = {
    Severity.SAFETY.value: 0.01,
    Severity.MONEY.value: 0.09,
    Severity.BLOCKED.value: 0.2,
    Severity.ANNOYANCE.value: 0.55,
    Severity.IDEA.value: 0.15,
}


class Mix(msgspec.Struct, frozen=True, kw_only=True):
    """The distributions from which what a record lacks is drawn. Shares of a table add up to one.

    Audience and minutes of work are log-normal; the spreads are those of the logarithm.
    """

    public_share: float = 0.3
    public_channels: dict[str, float] = msgspec.field(default_factory=PUBLIC_CHANNELS.copy)
    private_channels: dict[str, float] = msgspec.field(default_factory=PRIVATE_CHANNELS.copy)
    severities: dict[str, float] = msgspec.field(default_factory=SEVERITIES.copy)
    audience_median: float = 200.0
    audience_spread: float = 2.0
    service_minutes: float = 8.0
    service_spread: float = 0.8

    def __post_init__(self) -> None:
        if not 0 <= self.public_share <= 1:
            raise Invalid("The share of public posts lies between 0 and 1.", code="bad_simulation")
        if not 0 < self.service_minutes <= MOST_SERVICE_MINUTES:
            raise Invalid(
                f"The minutes of work for a case lie between 0 and {MOST_SERVICE_MINUTES}.",
                code="bad_simulation",
            )


def completed(heard: Iterable[Heard], mix: Mix, chance: Random) -> Iterator[Arrival]:
    """Each arrival, complete. `heard` and the answer are in the order of their times."""
    severities, weights = list(mix.severities), list(mix.severities.values())
    for one in spread(heard, chance):
        is_public = one.is_public
        if is_public is None:
            is_public = chance.random() < mix.public_share
        channel = one.channel
        if channel is None:
            table = mix.public_channels if is_public else mix.private_channels
            channel = chance.choices(list(table), list(table.values()))[0]
        audience = one.audience
        if audience is None:
            audience = round(_log_normal(chance, log(mix.audience_median), mix.audience_spread))
        service_s = one.service_s
        if service_s is None:
            middle = log(mix.service_minutes) - mix.service_spread**2 / 2
            service_s = 60 * min(
                _log_normal(chance, middle, mix.service_spread), MOST_SERVICE_MINUTES
            )
        yield Arrival(
            at=one.at,
            channel=channel,
            is_public=is_public,
            audience=audience if is_public else 0,
            severity=one.severity or chance.choices(severities, weights)[0],
            needs=one.needs,
            service_s=service_s,
        )


def spread(heard: Iterable[Heard], chance: Random) -> Iterator[Heard]:
    """Counted arrivals at times of their own, evenly by lot over their stretch."""
    for one in heard:
        if one.lasts_s <= 0:
            yield from (one for _ in range(one.count))
            continue
        for offset in sorted(chance.random() * one.lasts_s for _ in range(one.count)):
            yield msgspec.structs.replace(one, at=one.at + offset, count=1, lasts_s=0.0)


def _log_normal(chance: Random, middle: float, wide: float) -> float:
    return exp(chance.gauss(middle, wide))
