"""What is due when: Cleo's cases, told as stories, and the laws of the two clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.promises.due import (
    Due,
    Step,
    What,
    first_due,
    next_due,
    resolution_due,
    what_is_due,
)
from fairline.promises.hours import ALWAYS_OPEN, Calendar
from fairline.promises.targets import Severity, Target, Targets
from tests.promises.calendars import calendars, instants, severities, targets

# Twenty minutes for a first answer, ten for a further one, two hours for the solution.
QUICK = Target(first_minutes=20, next_minutes=10, resolution_minutes=120)
TARGETS = Targets(
    safety=QUICK,
    money=QUICK,
    blocked=QUICK,
    annoyance=Target(first_minutes=40, next_minutes=30, resolution_minutes=240),
    idea=Target(first_minutes=60, next_minutes=60, resolution_minutes=480),
)


def at(clock: str, day: str = "2026-11-02") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


def due(*steps: tuple[str, What], severity: Severity = Severity.MONEY) -> Due:
    told = [Step(at(clock), what) for clock, what in steps]
    return what_is_due(told, severity, ALWAYS_OPEN, TARGETS)


def test_a_new_case_owes_a_first_answer_and_a_solution() -> None:
    owed = due(("09:00", What.CUSTOMER_SPOKE))

    assert owed == Due(
        answer_at=at("09:20"), resolution_at=at("11:00"), entered_at=at("09:00"), is_first=True
    )


def test_an_answer_stops_the_answer_clock_but_not_the_other() -> None:
    owed = due(("09:00", What.CUSTOMER_SPOKE), ("09:15", What.ANSWERED))

    assert owed.answer_at is None
    assert owed.entered_at is None
    assert owed.resolution_at == at("11:00")
    assert not owed.is_first


def test_a_further_question_has_its_own_target() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE), ("09:15", What.ANSWERED), ("09:30", What.CUSTOMER_SPOKE)
    )

    assert owed.answer_at == at("09:40")
    assert owed.entered_at == at("09:30")


def test_writing_again_changes_nothing() -> None:
    assert due(
        ("09:00", What.CUSTOMER_SPOKE),
        ("09:05", What.CUSTOMER_SPOKE),
        ("09:19", What.CUSTOMER_SPOKE),
    ) == due(("09:00", What.CUSTOMER_SPOKE))


def test_a_broken_promise_stays_broken() -> None:
    """At ten, forty minutes late, a hand-off must not make it look in time."""
    owed = due(("09:00", What.CUSTOMER_SPOKE), ("10:00", What.HANDED_OFF))

    assert owed.answer_at == at("09:20")


def test_waiting_for_the_customer_pauses_both_clocks() -> None:
    story = (
        ("09:00", What.CUSTOMER_SPOKE),
        ("09:15", What.ANSWERED),
        ("09:15", What.WAITING),
    )
    paused = due(*story)
    back = due(*story, ("12:00", What.CUSTOMER_SPOKE))

    assert paused.is_paused
    assert paused.answer_at is None
    assert paused.resolution_at is None
    assert back.answer_at == at("12:10")
    assert back.resolution_at == at("13:45")  # fifteen minutes were used before


def test_waiting_without_an_answer_keeps_what_was_used() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE), ("09:05", What.WAITING), ("12:00", What.CUSTOMER_SPOKE)
    )

    assert owed.answer_at == at("12:15")
    assert owed.entered_at == at("09:00")


def test_a_promise_broken_before_the_pause_is_broken_after_it() -> None:
    owed = due(("09:00", What.CUSTOMER_SPOKE), ("09:30", What.WAITING), ("12:00", What.RESUMED))

    assert owed.answer_at == at("09:20")


def test_a_reopened_case_goes_on_where_it_was() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE),
        ("09:10", What.ANSWERED),
        ("09:30", What.SOLVED),
        ("15:00", What.REOPENED),
    )

    assert owed.answer_at is None
    assert owed.resolution_at == at("16:30")


def test_solved_without_an_answer_and_reopened() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE), ("09:10", What.SOLVED), ("15:00", What.CUSTOMER_SPOKE)
    )

    assert owed.answer_at == at("15:10")
    assert owed.is_first
    assert owed.entered_at == at("09:00")


def test_an_answer_after_solving_is_an_answer() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE),
        ("09:10", What.SOLVED),
        ("09:11", What.ANSWERED),
        ("15:00", What.CUSTOMER_SPOKE),
    )

    assert owed.answer_at == at("15:10")
    assert not owed.is_first
    assert owed.entered_at == at("15:00")


def test_a_new_severity_changes_the_target_and_keeps_the_time_used() -> None:
    story = (("09:00", What.CUSTOMER_SPOKE), ("09:05", What.WAITING), ("10:00", What.RESUMED))

    assert due(*story, severity=Severity.MONEY).answer_at == at("10:15")
    assert due(*story, severity=Severity.ANNOYANCE).answer_at == at("10:35")


def test_a_case_that_we_begin_owes_nothing_until_the_customer_speaks() -> None:
    assert due() == Due()
    assert due(("09:00", What.ANSWERED)).answer_at is None
    assert due(("09:00", What.ANSWERED), ("09:30", What.CUSTOMER_SPOKE)).answer_at == at("09:50")


def test_pausing_twice_and_resuming_twice_count_once() -> None:
    owed = due(
        ("09:00", What.CUSTOMER_SPOKE),
        ("09:05", What.WAITING),
        ("09:06", What.WAITING),
        ("10:00", What.RESUMED),
        ("10:01", What.RESUMED),
    )

    assert owed.answer_at == at("10:15")


def test_steps_may_be_told_in_any_order() -> None:
    story = [("09:00", What.CUSTOMER_SPOKE), ("09:05", What.WAITING), ("10:00", What.RESUMED)]

    assert due(*reversed(story)) == due(*story)


def test_nights_and_weekends_do_not_count() -> None:
    office = Calendar(zone="Europe/Berlin")
    friday = datetime(2026, 11, 6, 15, 50, tzinfo=UTC)  # 16:50 in Berlin

    assert first_due(friday, "money", office, TARGETS) == at("08:10", "2026-11-09")
    assert next_due(friday, "money", office, TARGETS) == at("16:00", "2026-11-06")
    assert resolution_due(friday, "money", office, TARGETS) == at("09:50", "2026-11-09")


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(Invalid, match="not a severity"):
        first_due(at("09:00"), "shouting", ALWAYS_OPEN, TARGETS)


@given(instants(), severities(), calendars(), targets())
def test_the_story_and_the_plain_sums_agree(
    start: datetime, severity: Severity, calendar: Calendar, chosen: Targets
) -> None:
    owed = what_is_due([Step(start, What.CUSTOMER_SPOKE)], severity, calendar, chosen)

    assert owed.answer_at == first_due(start, severity, calendar, chosen)
    assert owed.resolution_at == resolution_due(start, severity, calendar, chosen)
    assert owed.answer_at > start


stories = st.lists(st.tuples(st.integers(1, 20_000), st.sampled_from(list(What))), max_size=12).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)


@given(instants(), stories, severities(), calendars(), targets())
def test_no_story_makes_the_solution_due_earlier(
    start: datetime,
    story: list[tuple[int, What]],
    severity: Severity,
    calendar: Calendar,
    chosen: Targets,
) -> None:
    """Pauses give time back; nothing takes time away, and nothing starts the clock anew."""
    steps = [Step(start + timedelta(minutes=n), what) for n, what in story]
    owed = what_is_due([Step(start, What.CUSTOMER_SPOKE), *steps], severity, calendar, chosen)

    if owed.resolution_at is not None:
        assert owed.resolution_at >= resolution_due(start, severity, calendar, chosen)
    assert (owed.resolution_at is None) is owed.is_paused


@given(instants(), stories, severities(), targets())
def test_pauses_give_back_exactly_their_length(
    start: datetime, story: list[tuple[int, What]], severity: Severity, chosen: Targets
) -> None:
    """Day and night, by a second way of counting: total time less paused time."""
    steps = [Step(start + timedelta(minutes=n), what) for n, what in story]
    owed = what_is_due([Step(start, What.CUSTOMER_SPOKE), *steps], severity, ALWAYS_OPEN, chosen)
    target = timedelta(minutes=chosen.of(severity).resolution_minutes)

    expected, used, paused_at = start + target, timedelta(0), None
    running_since = start
    for step in steps:
        if step.what in {What.WAITING, What.SOLVED} and paused_at is None:
            used += step.at - running_since
            paused_at = step.at
        elif (
            step.what in {What.CUSTOMER_SPOKE, What.RESUMED, What.REOPENED}
            and paused_at is not None
        ):
            if used < target:
                expected += step.at - paused_at
            running_since, paused_at = step.at, None

    assert owed.resolution_at == (None if paused_at else expected)


@given(instants(), stories, severities(), calendars(), targets())
def test_hand_offs_can_be_struck_from_any_story(
    start: datetime,
    story: list[tuple[int, What]],
    severity: Severity,
    calendar: Calendar,
    chosen: Targets,
) -> None:
    steps = [Step(start + timedelta(minutes=n), what) for n, what in story]
    struck = [step for step in steps if step.what is not What.HANDED_OFF]

    assert what_is_due(steps, severity, calendar, chosen) == what_is_due(
        struck, severity, calendar, chosen
    )
