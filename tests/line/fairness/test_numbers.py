"""The arithmetic, against values worked out elsewhere."""

from itertools import permutations
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.line.fairness.numbers import (
    difference,
    even_spread,
    holm,
    jain,
    median_interval,
    wilson,
)


def test_wilson_and_newcombe_as_published() -> None:
    """Newcombe 1998, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert difference(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert difference(0, 10, 0, 20) == pytest.approx((0.0, -0.1611, 0.2775), abs=1e-4)


def test_one_table_is_the_hypergeometric_tail() -> None:
    """The tea that Fisher's lady tasted: four of four right."""
    assert even_spread([(4, 8, 4)], 4) == pytest.approx(2 / comb(8, 4))
    assert even_spread([(4, 8, 4)], 2) == pytest.approx(1)
    assert even_spread([], 0) == 1.0


def test_several_tables_are_every_way_of_giving_out_the_labels() -> None:
    first, second = [1, 1, 0, 0], [1, 0, 0, 0, 0]
    sums = [a[0] + a[1] + b[0] + b[1] for a in permutations(first) for b in permutations(second)]
    chances = [sums.count(total) / len(sums) for total in range(4)]
    as_unlikely = sum(one for one in chances if one <= chances[3] + 1e-12)

    assert even_spread([(2, 4, 2), (2, 5, 1)], 3) == pytest.approx(as_unlikely)


def test_many_tables_come_close_to_the_exact_sum() -> None:
    random = Random(4)
    tables = [(random.randint(1, 6), 12, random.randint(1, 5)) for _ in range(400)]
    mean = sum(n * k / size for n, size, k in tables)
    for away in (0, 15, 25, 35):
        exact = even_spread(tables, round(mean) + away)
        assert even_spread([*tables, (1, 2, 1)], round(mean) + away) == pytest.approx(
            exact, abs=0.04
        )


ps = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=12)


@given(ps)
def test_holm_is_never_bolder_than_the_test_itself(tests: list[tuple[float, float]]) -> None:
    found = holm(tests)
    for (p, _), (adjusted, level) in zip(tests, found, strict=True):
        assert p - 1e-9 <= adjusted <= 1
        assert 0.95 <= level < 1 or level == pytest.approx(0.95)


@given(ps)
def test_an_interval_says_what_its_p_value_says(tests: list[tuple[float, float]]) -> None:
    for (p, _), (adjusted, level) in zip(tests, holm(tests), strict=True):
        if abs(p - (1 - level)) > 1e-9:
            assert (adjusted <= 0.05) == (p <= 1 - level)


def test_holm_as_worked_by_hand() -> None:
    found = [round(p, 3) for p, _ in holm([(0.01, 1), (0.04, 1), (0.03, 1), (0.005, 1)])]
    assert found == [0.03, 0.06, 0.06, 0.02]


def test_weight_is_what_one_may_spend() -> None:
    assert holm([(0.02, 0.5), (0.9, 0.25), (0.9, 0.25)])[0][0] == pytest.approx(0.04)
    assert holm([(0.02, 0.1), (0.9, 0.45), (0.9, 0.45)])[0][0] == pytest.approx(0.2)


def test_jain() -> None:
    assert jain([0.7, 0.7, 0.7]) == pytest.approx(1)
    assert jain([1, 0, 0, 0]) == pytest.approx(0.25)
    assert jain([0, 0]) is None
    assert jain([]) is None


@pytest.mark.parametrize("count", [5, 40, 301])
def test_the_interval_of_a_median_holds(count: int) -> None:
    random = Random(count)
    held = 0
    for _ in range(400):
        low, high = median_interval(sorted(random.expovariate(1) for _ in range(count)))
        held += low <= 0.6931 <= high
    assert held / 400 >= 0.92
