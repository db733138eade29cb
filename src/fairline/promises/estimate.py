"""The expected wait, as a range that holds eight times in ten; or None: it is never invented.

Pure. Method: the recent service completions, counted in working time, are taken as a Poisson
process of unknown rate. With Jeffreys' prior the rate after `k` completions in `e` minutes is
Gamma(k + 1/2, e), so the time until the `m`-th next completion is `e` times a beta prime variable
with parameters (m, k + 1/2); the range is its 10 % and 90 % points. Work that comes in bursts is
less regular than Poisson: `m` and `k` are then divided by the squared coefficient of variation of
the gaps, which widens the range. The estimate errs on the long side while the line is often empty,
because an idle desk looks like a slow one.

Source: Jeffreys (1946) for the prior; the beta prime as the mixture of Gamma(m, rate) over the
posterior rate, for instance Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, sqrt
from statistics import NormalDist, fmean, variance

from fairline.core.errors import Invalid
from fairline.promises.beta import beta_quantile
from fairline.promises.calibration import UNLEARNED, Outcome, Tails, factors
from fairline.promises.hours import (
    Calendar,
    add_working_time,
    is_open,
    working_minutes_between,
)
from fairline.promises.wallclock import read_zone

# Staffing and habits change: what was done a month ago says little about today.
RECENT = timedelta(days=28)
MOST_COMPLETIONS = 60
# Below this the range is so wide that it tells nobody anything.
FEWEST_COMPLETIONS = 5
# A wait beyond this is not an expectation but a backlog: better to state the promise alone.
LONGEST_WORKING_MINUTES = 3 * 8 * 60
MOST_DISPERSION = 10.0
FEW_AHEAD = 8
# A variance measured on sixty gaps is too sure of itself, and far back those are told a range whose
# pace looks quick. Over 30 desks overrun for weeks 1.0 held 78 times in 100, 1.2 holds 80.
UNSURE = 1.2
NORMAL = NormalDist()


def expected_wait(
    ahead: int,
    completions: Sequence[datetime],
    now: datetime,
    calendar: Calendar,
    tails: Tails = UNLEARNED,
    outcomes: Iterable[Outcome] = (),
) -> tuple[datetime, datetime] | None:
    """When the turn of a case with `ahead` cases before it will come: (earliest, latest).

    `completions` are the times of recent answers to waiting cases, in any order; those outside
    working hours, in the future or older than `RECENT` are left out. `tails` and `outcomes` are
    what was learned of earlier ranges (calibration.py). None when fewer than
    `FEWEST_COMPLETIONS` remain or they allow no useful range. Raises Invalid when `ahead` < 0.
    """
    pace = _pace(ahead, completions, now, calendar)
    if pace is None:
        return None
    gaps, observed = pace
    found = factors(ahead, hour_of(now, calendar), outcomes, tails)
    if found is None:
        low, high = _range(ahead + 1, len(gaps), observed, _dispersion(gaps), tails)
    else:
        point = (ahead + 1) * observed / len(gaps)
        least, most = _with_noise(found, ahead, gaps, tails)
        low, high = (max((point + 1) * exp(factor) - 1, 0) for factor in (least, most))
    if not 0 < high <= LONGEST_WORKING_MINUTES:
        return None
    return add_working_time(now, low, calendar), add_working_time(now, high, calendar)


def expected_minutes(
    ahead: int, completions: Sequence[datetime], now: datetime, calendar: Calendar
) -> float | None:
    """The model's plain expectation in working minutes, which experience is measured against."""
    pace = _pace(ahead, completions, now, calendar)
    return (ahead + 1) * pace[1] / len(pace[0]) if pace else None


def hour_of(at: datetime, calendar: Calendar) -> float:
    """The time of day where the desk is, as a number of hours."""
    there = at.astimezone(read_zone(calendar.zone))
    return there.hour + there.minute / 60


def _pace(
    ahead: int, completions: Sequence[datetime], now: datetime, calendar: Calendar
) -> tuple[list[float], float] | None:
    """The gaps between the answers that count, and the minutes since the first of these."""
    if ahead < 0:
        raise Invalid("The number of cases ahead cannot be negative.", code="bad_estimate")
    used = sorted(at for at in completions if now - RECENT <= at <= now and is_open(at, calendar))
    used = used[-MOST_COMPLETIONS:]
    if len(used) < FEWEST_COMPLETIONS:
        return None
    # The window opens with the oldest completion, which is therefore not itself counted in it.
    gaps = [working_minutes_between(a, b, calendar) for a, b in pairwise(used)]
    return gaps, sum(gaps) + working_minutes_between(used[-1], now, calendar)


def _with_noise(
    found: tuple[float, float], ahead: int, gaps: Sequence[float], tails: Tails
) -> tuple[float, float]:
    """Cases far behind in one line share the error of one measured pace, so that few of them look
    more alike than they are: there the range is never narrower than that error.
    """
    if ahead < FEW_AHEAD:
        return found
    spread = UNSURE * sqrt(_dispersion(gaps) * (1 / (ahead + 1) + 1 / len(gaps)))
    early, late = (NORMAL.inv_cdf(tail) * spread for tail in (tails.early, tails.late))
    return min(found[0], early), max(found[1], -late)


def _range(
    nth: int, count: int, observed: float, dispersion: float, tails: Tails
) -> tuple[float, float]:
    a, b = nth / dispersion, count / dispersion + 0.5
    low, high = (beta_quantile(p, a, b) for p in (tails.early, 1 - tails.late))
    return observed * low / (1 - low), observed * high / max(1 - high, 1e-12)


def _dispersion(gaps: Sequence[float]) -> float:
    """The squared coefficient of variation of the gaps, never below that of a Poisson process."""
    mean = fmean(gaps)
    if mean <= 0:
        return MOST_DISPERSION
    # A short sample of bursts rarely holds the longest break. The last factor makes up for it: in
    # simulation it lifts the share of bursty desks' waits within the range from 73 to 77 %.
    seen = len(gaps)
    squared = variance(gaps) / mean**2 * (1 + 4 / seen)
    return min(max(squared, 1.0), MOST_DISPERSION)
