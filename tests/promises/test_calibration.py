"""Ranges that learn: each end errs as often as it should, and only like cases teach."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.promises.calibration import (
    FEWEST_ALIKE,
    LEAST,
    MOST,
    TAIL,
    UNLEARNED,
    Outcome,
    Tails,
    factors,
    fate,
    learned,
)
from tests.promises.rooms import ROOMS, replay

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


def took(factor: float, *, ahead: int = 3, hour: float = 12, is_over: bool = True) -> Outcome:
    return Outcome(ahead=ahead, hour=hour, expected=99, took=factor * 100 - 1, is_over=is_over)


def test_fate() -> None:
    low, high = NOON, NOON + timedelta(minutes=10)
    assert [fate(low, high, NOON + timedelta(minutes=m)) for m in (-1, 0, 5, 10, 11)] == [
        -1, 0, 0, 0, 1,
    ]  # fmt: skip


@given(st.lists(st.sampled_from([-1, 0, 1]), max_size=400))
def test_the_ends_never_cross_or_vanish(fates: list[int]) -> None:
    tails = UNLEARNED
    for came in fates:
        tails = learned(tails, came)
        assert LEAST <= tails.early <= MOST
        assert LEAST <= tails.late <= MOST


def test_an_end_that_is_passed_moves_out_and_one_that_is_not_moves_in() -> None:
    tails = learned(UNLEARNED, 1)
    assert tails.late < TAIL < tails.early


def test_like_cases_give_their_tenth_and_ninetieth_part() -> None:
    known = [took(1 + n / 100) for n in range(100)]
    found = factors(3, 12, known, UNLEARNED)
    assert found is not None
    assert found[0] == pytest.approx(took(1.09).factor)
    assert found[1] == pytest.approx(took(1.89).factor, abs=0.01)
    wide = factors(3, 12, known, Tails(early=0.01, late=0.01))
    assert wide is not None
    assert wide[0] < found[0] < found[1] < wide[1]


def test_unlike_cases_teach_nothing() -> None:
    known = [took(2, ahead=200) for _ in range(500)]
    assert factors(3, 12, known, UNLEARNED) is None
    few = [took(2) for _ in range(FEWEST_ALIKE - 1)]
    assert factors(3, 12, few + known, UNLEARNED) is None
    assert factors(3, 12, [*few, took(2)], UNLEARNED) is not None


def test_of_ten_cases_the_longest_is_the_end() -> None:
    """The next is longer than nine of ten two times in eleven: too often for one end."""
    ten = [took(1 + n / 10) for n in range(10)]
    found = factors(3, 12, ten, UNLEARNED)
    assert found is not None
    assert found[1] == took(1.9).factor


def test_the_same_time_of_day_teaches_more() -> None:
    mornings, nights = [took(1, hour=9)] * 150, [took(8, hour=21)] * 150
    morning = factors(3, 9, mornings + nights, UNLEARNED)
    night = factors(3, 21, mornings + nights, UNLEARNED)
    assert morning is not None
    assert night is not None
    assert morning[1] < night[0]


def test_those_who_still_wait_are_not_forgotten() -> None:
    """The quick half is answered: without the other half all would look quick."""
    over = [took(0.5 + n / 100) for n in range(50)]
    still = [took(1.2, is_over=False) for _ in range(50)]
    alone, both = factors(3, 12, over, UNLEARNED), factors(3, 12, over + still, UNLEARNED)
    assert alone is not None
    assert both is not None
    assert both[1] > alone[1] + 0.5


@pytest.mark.parametrize("name", ["an office, steady arrivals"])
def test_eight_in_ten_hold_at_a_simulated_desk(name: str) -> None:
    """Two weeks of it; the whole table is made by scripts/calibrate_wait.py."""
    pairs, calendar = ROOMS[name](7)
    seen = replay(pairs[:700], calendar)
    assert seen.told > 650
    assert 0.75 < seen.share < 0.86
    assert seen.early / seen.told < 0.15
    assert seen.late / seen.told < 0.15
