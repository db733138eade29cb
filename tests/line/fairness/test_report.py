"""The report finds what was done to the line, and is silent when nothing was."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.line.fairness.blocks import SIZE, blocks_of, compare_waits
from fairline.line.fairness.compare import Rules
from fairline.line.fairness.facts import CaseFact, band_of
from fairline.line.fairness.report import Report
from tests.line.fairness.desk import BEGAN, Bias, run, serve

RUNS = 12


def said(report: Report, measure: str, attribute: str = "visibility") -> str:
    part = next(part for part in report.parts if part.name == attribute)
    return next(one.text for one in part.said if one.numbers.measure == measure)


def test_a_fair_desk_raises_no_alarm() -> None:
    """The rate over 200 runs is in docs/explanation/fairness-report.md."""
    reports = [run(seed, 600) for seed in range(RUNS)]

    assert sum(report.tone == "late" for report in reports) <= 1
    assert all(report.tone == "ok" for report in reports if not report.gaps)


def test_two_in_a_hundred_pushed_ahead_are_found() -> None:
    report = run(1, 5000, Bias(pushed=0.02, by_hand=0))

    assert report.tone == "late"
    assert "taken before somebody who stood ahead" in report.headline
    assert {gap.numbers.measure for gap in report.gaps} == {"taken"}


def test_a_graver_need_given_to_public_cases_is_found() -> None:
    report = run(2, 1000, Bias(raised=0.1))

    assert "raised" in {gap.numbers.measure for gap in report.gaps}


def test_private_cases_that_are_forgotten_are_found() -> None:
    report = run(2, 1000, Bias(forgotten=0.06))

    assert "answered" in {gap.numbers.measure for gap in report.gaps}
    assert "points more" in said(report, "answered")


def sooner(facts: list[CaseFact], by: float) -> list[CaseFact]:
    """The same cases, with the public ones answered so much sooner."""
    return [
        msgspec.structs.replace(fact, waited_minutes=fact.waited_minutes * (1 - by))
        if fact.is_public
        else fact
        for fact in facts
    ]


@pytest.mark.parametrize(("by", "finds"), [(0.0, False), (0.5, True)])
def test_a_shift_of_the_waits_is_found_and_measured(by: float, finds: bool) -> None:
    facts = sooner(serve(3, 1500), by)
    known = {fact.case_id for fact in facts if fact.is_public}
    waits = compare_waits(
        blocks_of(facts),
        frozenset(known),
        frozenset(fact.case_id for fact in facts) - known,
    )
    shift, low, high = waits.shift(0.95)
    chance, least, most = waits.chance(0.95)

    assert low <= shift <= high
    assert least <= chance <= most
    assert (high < 0) == finds
    assert (most < 0.5) == finds


def test_graver_needs_are_compared_with_their_like_only() -> None:
    """All that is public is grave and answered at once; that is no gap."""
    facts = [
        CaseFact(
            case_id=f"{number:04}",
            need="safety" if number % 2 else "idea",
            team="",
            arrived_at=BEGAN,
            is_public=bool(number % 2),
            channel="web",
            language="en",
            band="",
            waited_minutes=5.0 if number % 2 else 500.0,
            promised_minutes=15.0 if number % 2 else 960.0,
            wall_hours=1.0,
            is_answered=True,
            is_decided=True,
            is_kept=True,
        )
        for number in range(400)
    ]
    ones = frozenset(fact.case_id for fact in facts if fact.is_public)

    waits = compare_waits(blocks_of(facts), ones, frozenset(f.case_id for f in facts) - ones)

    assert (waits.count, waits.balance, waits.spread) == (0, 0, 0)


def test_blocks_hold_each_case_once_and_neighbours_only() -> None:
    facts = serve(5, 500)
    blocks = blocks_of(facts)

    assert sorted(c.case_id for b in blocks for c in b.cases) == [f.case_id for f in facts]
    for block in blocks:
        assert len({case.need for case in block.cases}) == 1
        assert len(block.cases) < 2 * SIZE
        assert sum(block.scores) == 0


@given(st.integers(0, 2**40), st.integers(2, 40))
def test_whoever_comes_first_the_comparison_is_the_same(seed: int, count: int) -> None:
    facts = serve(seed, count)
    ones = frozenset(fact.case_id for fact in facts if fact.is_public)
    others = frozenset(fact.case_id for fact in facts) - ones
    there, back = (
        compare_waits(blocks_of(facts), *pair) for pair in ((ones, others), (others, ones))
    )

    assert there.balance == -back.balance
    assert there.spread == pytest.approx(back.spread)
    assert there.minutes == tuple(-one for one in reversed(back.minutes))


def test_a_wait_that_goes_on_counts_as_longer_only_once_it_is() -> None:
    facts = serve(9, 60)
    first, second = facts[0], facts[1]
    waiting = msgspec.structs.replace(
        first, need="x", is_answered=False, waited_minutes=10.0, is_public=True
    )
    quick, slow = (
        msgspec.structs.replace(
            second, need="x", is_answered=True, waited_minutes=minutes, is_public=False
        )
        for minutes in (5.0, 15.0)
    )
    for other, balance in ((quick, 1), (slow, 0)):
        waits = compare_waits(
            blocks_of([waiting, other]),
            frozenset({waiting.case_id}),
            frozenset({other.case_id}),
        )
        assert waits.balance == balance


def test_too_little_is_said_to_be_too_little() -> None:
    report = run(1, 40)

    assert report.tone == "risk"
    assert report.headline.startswith("Too little to say")
    assert "it takes 30 on each side" in report.headline
    assert report.gaps == []


def test_a_proven_difference_within_the_bound_is_no_gap() -> None:
    bias, wide = Bias(raised=0.1), Rules(turn_tenths=200)
    report = run(2, 1000, bias, rules=wide)

    assert report.gaps == []
    assert "within the bound of 20.0 points" in said(report, "raised")


def test_nothing_came_in() -> None:
    from fairline.line.fairness.report import make_report

    report = make_report([], [], [], Rules(), brand="Acme", days=28, since=BEGAN, until=BEGAN)

    assert report.tone == "risk"
    assert report.headline == "Nothing came in, so there is nothing to compare."
    assert report.parts == ()
    assert report.total.wait is None


def test_a_report_comes_back_from_json_as_it_was() -> None:
    report = run(4, 300)

    assert msgspec.convert(msgspec.to_builtins(report), Report) == report


@pytest.mark.parametrize(
    ("followers", "band"),
    [
        (None, ""),
        (0, "none"),
        (1, "to-1k"),
        (999, "to-1k"),
        (1000, "to-10k"),
        (99_999, "to-100k"),
        (100_000, "more"),
    ],
)
def test_bands(followers: int | None, band: str) -> None:
    assert band_of(followers) == band
