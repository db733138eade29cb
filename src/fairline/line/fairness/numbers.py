"""The arithmetic of the report: intervals, exact tests, many comparisons at once. Pure.

Sources: Wilson 1927 and Newcombe 1998 (method 10) for shares and their difference; the exact test
of Cochran, Mantel and Haenszel; Holm 1979 with weights (Benjamini and Hochberg 1997); Jain, Chiu
and Hawe 1984.
"""

from collections.abc import Sequence
from math import comb, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
# Above so many tables with something to say the exact sum would only cost time.
MOST_EXACT = 400
# Two counts are as likely as each other when they differ by less than rounding does.
_SAME = 1 + 1e-9


def reach(level: float) -> float:
    """How many standard errors an interval of `level` reaches to each side: 1.96 for 0.95."""
    return _NORMAL.inv_cdf(0.5 + level / 2)


def two_sided(z: float) -> float:
    """The p-value of a normal deviate."""
    return min(1.0, 2 * _NORMAL.cdf(-abs(z)))


def wilson(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share; everything when nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    z = reach(level)
    share, square = hits / count, z * z / count
    middle = share + square / 2
    half = z * sqrt(share * (1 - share) / count + square / (4 * count))
    low, high = (middle - half) / (1 + square), (middle + half) / (1 + square)
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == count else min(1.0, high))


def difference(
    hits: int, count: int, other_hits: int, other_count: int, level: float = 0.95
) -> tuple[float, float, float]:
    """One share less another, with the ends of its interval (Newcombe)."""
    one, other = hits / count, other_hits / other_count
    low, high = wilson(hits, count, level)
    other_low, other_high = wilson(other_hits, other_count, level)
    found = one - other
    return (
        found,
        found - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        found + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )


def even_spread(tables: Sequence[tuple[int, int, int]], seen: int) -> float:
    """The two-sided p-value of `seen` hits in a group, given of each table the size of the group,
    the size of the whole and the hits in the whole.

    Exact (a sum of hypergeometric counts) while few tables have both; else by the normal law.
    """
    if len(tables) > MOST_EXACT:
        mean = sum(n * many / size for n, size, many in tables)
        variance = sum(
            n * (size - n) * many * (size - many) / (size * size * (size - 1))
            for n, size, many in tables
        )
        # Half a hit less, since a count moves in whole steps.
        return two_sided(max(0.0, abs(seen - mean) - 0.5) / sqrt(variance))
    chances = [1.0]
    for n, size, many in tables:
        first = max(0, many - (size - n))
        own = [
            comb(n, k) * comb(size - n, many - k) / comb(size, many)
            for k in range(first, min(n, many) + 1)
        ]
        summed = [0.0] * (first + len(chances) + len(own) - 1)
        for i, one in enumerate(chances):
            for k, other in enumerate(own):
                summed[i + first + k] += one * other
        chances = summed
    # As Fisher did: whatever is no likelier than what was seen speaks as much against evenness.
    return min(1.0, sum(one for one in chances if one <= chances[seen] * _SAME))


def holm(tests: Sequence[tuple[float, float]], alpha: float = 0.05) -> list[tuple[float, float]]:
    """For each (p-value, weight): the adjusted p-value, and the level its interval is to have.

    Whatever the truth, the chance that any adjusted p-value of an equal pair is at most `alpha` is
    at most `alpha`. The interval excludes "no difference" just where the adjusted p-value does.
    """
    order = sorted(range(len(tests)), key=lambda i: tests[i][0] / tests[i][1])
    left = sum(weight for _, weight in tests)
    worst, stopped_at = 0.0, 0.0
    found: list[tuple[float, float]] = [(1.0, 1 - alpha)] * len(tests)
    for i in order:
        p, weight = tests[i]
        worst = max(worst, min(1.0, p * left / weight))
        share = alpha * weight / left
        if worst > alpha:
            # From the first that is not found, all stand under the sum left at that point.
            stopped_at = stopped_at or left
            share = alpha * weight / stopped_at
        found[i] = (worst, 1 - share)
        left -= weight
    return found


def jain(shares: Sequence[float]) -> float | None:
    """Jain's index: 1 when all got the same share, 1/n when one got everything; None for nobody."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else None


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which `part` of `ordered` (ascending, not empty) lies."""
    return ordered[min(len(ordered) - 1, max(0, int(part * len(ordered))))]


def median_interval(ordered: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """The ends of the interval of the median, by ranks: nothing is assumed of the spread."""
    count = len(ordered)
    half = reach(level) * sqrt(count) / 2
    low, high = int(count / 2 - half), int(count / 2 + half) + 1
    return ordered[max(0, low)], ordered[min(count - 1, high)]
