"""Simulated desks: how often the true wait falls into the range that was told.

Used by the tests, and by scripts/measure_wait.py for the table in the docs.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fairline.promises.estimate import expected_wait
from fairline.promises.hours import ALWAYS_OPEN

Gap = Callable[[random.Random], float]
START = datetime(2026, 10, 15, 14, 0, tzinfo=UTC)


def steady(chance: random.Random) -> float:
    """Minutes between two answers, all alike within a few."""
    return chance.uniform(8, 16)


def at_random(chance: random.Random) -> float:
    """A Poisson process: what the estimate takes for granted."""
    return chance.expovariate(1 / 12)


def in_bursts(chance: random.Random) -> float:
    """Three quick answers to a long break: the squared coefficient of variation is near 3."""
    return chance.expovariate(1 / 3 if chance.random() < 0.75 else 1 / 40)


def coverage(gap: Gap, *, ahead: int, trials: int = 600) -> float:
    """The share of waits in the range, over desks with 15 to 60 answers behind them."""
    chance = random.Random(20261104 + ahead)
    held = told = 0
    for _ in range(trials):
        clock, done = START, []
        for _ in range(chance.randint(15, 60)):
            clock += timedelta(minutes=gap(chance))
            done.append(clock)
        now = clock + timedelta(microseconds=1)
        served = now + timedelta(minutes=sum(gap(chance) for _ in range(ahead + 1)))
        if wait := expected_wait(ahead, done, now, ALWAYS_OPEN):
            told += 1
            held += wait[0] <= served <= wait[1]
    assert told > trials * 0.9
    return held / told
