"""The order of the line: laws that no amount of shouting may break (R26)."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.promises.due import Step, What, first_due, what_is_due
from fairline.promises.hours import ALWAYS_OPEN, Calendar, working_minutes_between
from fairline.promises.order import Standing, order_key
from fairline.promises.targets import Severity, Targets
from tests.promises.calendars import calendars, gaps, instants, severities, targets

LOUD = ("followers", "is_public", "text", "channel", "message_count", "sentiment", "is_verified")
case_ids = st.uuids().map(str)


def standing(
    entered_at: datetime,
    severity: Severity,
    calendar: Calendar,
    chosen: Targets,
    case_id: str = "a",
) -> Standing:
    return Standing(
        due_at=first_due(entered_at, severity, calendar, chosen),
        entered_at=entered_at,
        case_id=case_id,
    )


@pytest.mark.parametrize("name", LOUD)
def test_there_is_no_way_to_hand_in_loudness(name: str) -> None:
    now = datetime.fromisoformat("2026-11-02T09:00:00+00:00")

    with pytest.raises(TypeError):
        Standing(due_at=now, entered_at=now, case_id="a", **{name: 1})


def test_the_argument_holds_two_times_and_an_id() -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(Standing)}

    assert fields == {"due_at": datetime, "entered_at": datetime, "case_id": str}


@given(instants(), gaps(), severities(), calendars(), targets(), case_ids, case_ids)
def test_who_came_first_with_the_same_need_goes_first(
    start: datetime,
    gap: timedelta,
    severity: Severity,
    calendar: Calendar,
    chosen: Targets,
    a: str,
    b: str,
) -> None:
    earlier = standing(start, severity, calendar, chosen, a)
    later = standing(start + gap, severity, calendar, chosen, b)

    assert order_key(earlier)[:2] <= order_key(later)[:2]


def test_two_who_came_while_we_slept_keep_their_order() -> None:
    """Both promises run from Monday's opening, so arrival decides."""
    friday = datetime.fromisoformat("2026-11-06T18:00:00+00:00")
    cleo = standing(friday, Severity.MONEY, Calendar(), Targets(), "z")
    dov = standing(friday + timedelta(days=1), Severity.MONEY, Calendar(), Targets(), "a")

    assert cleo.due_at == dov.due_at
    assert order_key(cleo) < order_key(dov)


@given(instants(), severities(), severities(), calendars(), targets())
def test_of_two_who_came_together_the_graver_need_is_never_second(
    at: datetime, a: Severity, b: Severity, calendar: Calendar, chosen: Targets
) -> None:
    graver, milder = sorted((a, b), key=list(Severity).index)

    assert order_key(standing(at, graver, calendar, chosen)) <= order_key(
        standing(at, milder, calendar, chosen)
    )


@given(instants(), gaps(), severities(), severities(), calendars(), targets())
def test_nobody_starves(
    start: datetime,
    gap: timedelta,
    waiting: Severity,
    coming: Severity,
    calendar: Calendar,
    chosen: Targets,
) -> None:
    """The bound: once a case's promise is due, no later arrival of any need goes before it."""
    old = standing(start, waiting, calendar, chosen, "z")
    new = standing(old.due_at + gap, coming, calendar, chosen, "a")

    assert order_key(old) < order_key(new)


@given(instants(), gaps(), severities(), severities(), calendars(), targets())
def test_a_graver_need_goes_ahead_by_the_difference_of_the_targets_at_most(
    start: datetime,
    gap: timedelta,
    waiting: Severity,
    coming: Severity,
    calendar: Calendar,
    chosen: Targets,
) -> None:
    """The bound in working time: who comes more than the difference later goes behind."""
    old = standing(start, waiting, calendar, chosen, "a")
    new = standing(start + gap, coming, calendar, chosen, "z")
    ahead = chosen.of(waiting).first_minutes - chosen.of(coming).first_minutes
    later = working_minutes_between(old.entered_at, new.entered_at, calendar)

    if later > ahead:
        assert order_key(old) < order_key(new)
    if later < ahead:
        assert order_key(new) < order_key(old)


@pytest.mark.parametrize("need", [Severity.IDEA, Severity.ANNOYANCE, Severity.BLOCKED])
def test_a_stream_of_graver_needs_without_end_starves_nobody(need: Severity) -> None:
    """Twice as many come as can be served, all graver: the milder one's turn comes all the same."""
    start = datetime.fromisoformat("2026-11-02T00:00:00+00:00")
    minute = timedelta(minutes=1)
    one = standing(start, need, ALWAYS_OPEN, Targets(), "the one")
    # Given one of a milder need in front, and every minute somebody in danger behind,
    coming = [
        standing(start + n * minute, Severity.SAFETY, ALWAYS_OPEN, Targets(), f"{n:05}")
        for n in range(1, 5000)
    ]
    # when every other minute somebody is served,
    served = _serve(one, coming, order_key)
    # then as many go before as came within the difference of the two targets, and no more.
    within = Targets().of(need).first_minutes - Targets().safety.first_minutes
    assert served.index(one) == within - 1
    # By need alone, as priority lists do it, its turn would not have come at all.
    assert one not in _serve(one, coming, lambda each: (each is one, each.entered_at))


def _serve(one: Standing, coming: list[Standing], key: Callable[[Standing], Any]) -> list[Standing]:
    """Who is served, in turn, when every second arrival finds a free agent."""
    line = [(key(one), 0, one)]
    served: list[Standing] = []
    for number, somebody in enumerate(coming, 1):
        heapq.heappush(line, (key(somebody), number, somebody))
        if number % 2 == 0:
            served.append(heapq.heappop(line)[-1])
    return served


def test_a_graver_need_does_overtake_within_the_bound() -> None:
    """The bound above would hold of plain first come, first served too; this tells them apart."""
    monday = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
    idea = standing(monday, Severity.IDEA, ALWAYS_OPEN, Targets())
    safety = standing(monday + timedelta(hours=1), Severity.SAFETY, ALWAYS_OPEN, Targets())

    assert order_key(safety) < order_key(idea)


@given(
    instants(),
    st.lists(gaps(), min_size=1, max_size=8),
    st.lists(st.sampled_from([What.CUSTOMER_SPOKE, What.HANDED_OFF]), min_size=8, max_size=8),
    severities(),
    calendars(),
)
def test_repeats_and_hand_offs_move_nobody(
    start: datetime,
    after: list[timedelta],
    what: list[What],
    severity: Severity,
    calendar: Calendar,
) -> None:
    once = [Step(start, What.CUSTOMER_SPOKE)]
    often = [*once, *(Step(start + gap, step) for gap, step in zip(after, what, strict=False))]

    assert what_is_due(often, severity, calendar, Targets()) == what_is_due(
        once, severity, calendar, Targets()
    )


@given(st.lists(st.tuples(instants(), instants(), case_ids), max_size=20))
def test_the_line_is_one_order_without_ties(rows: list[tuple[datetime, datetime, str]]) -> None:
    line = [Standing(due_at=due, entered_at=came, case_id=case) for due, came, case in rows]

    backwards = list(reversed(line))

    assert sorted(line, key=order_key) == sorted(backwards, key=order_key)
