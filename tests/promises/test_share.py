"""A share of promises kept, and how sure one may be of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.promises.share import FEWEST, NONE, Share


@pytest.mark.parametrize(
    ("kept", "answers", "low", "high"),
    [  # Clopper and Pearson's exact bounds, from their tables, outwards to the full per cent
        (0, 20, 0, 17),
        (20, 20, 83, 100),
        (10, 20, 27, 73),
        (95, 100, 88, 99),
        (199, 200, 97, 100),
    ],
)
def test_the_bounds_are_exact(kept: int, answers: int, low: int, high: int) -> None:
    assert Share(answers=answers, kept=kept).bounds == (low, high)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_hold_the_share(pair: tuple[int, int]) -> None:
    share = Share(answers=pair[1], kept=pair[0])
    low, high = share.bounds
    assert 0 <= low <= share.percent <= high <= 100
    assert (share.percent == 100) is (share.kept == share.answers), "one broken is not all kept"
    assert share.is_enough is (share.answers >= FEWEST)


def test_shares_add_up() -> None:
    parts = [Share(answers=3, kept=2), Share(answers=1, kept=0)]
    assert sum(parts, NONE) == Share(answers=4, kept=2)
