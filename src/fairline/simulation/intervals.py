"""Confidence intervals of a mean over replications, by Student's t, without SciPy."""

from collections.abc import Sequence
from functools import cache
from math import sqrt
from statistics import fmean, stdev

from fairline.promises.beta import beta_quantile
from fairline.simulation.report import Interval

CONFIDENCE = 0.95


@cache
def t_quantile(freedom: int) -> float:
    """The two-sided 95 % point of Student's t. By its relation to the beta distribution."""
    x = beta_quantile(1 - CONFIDENCE, freedom / 2, 0.5)
    return sqrt(freedom * (1 - x) / x)


def interval(values: Sequence[float]) -> Interval:
    """The mean of `values`, with its interval when there are at least two."""
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean=mean)
    half = t_quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Interval(mean=mean, low=mean - half, high=mean + half)
