"""Skills: covering, circles, names; presence and capacity."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.clock import now
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.people import duty, skills, staff, store_duty, store_skills
from fairline.people.covering import all_covered, circle, may_serve
from fairline.people.tables_duty import Duty
from tests.conftest import Cast

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_wider_skill_covers_a_narrower_one_and_what_that_covers(database: Database) -> None:
    with database.write() as unit:
        cards = skills.create_skill(unit, name="Cards", kind="problem")
        billing = skills.create_skill(unit, name="Billing", kind="problem", covers=[cards.id])
        europe = skills.create_skill(unit, name="Billing EU", kind="problem", covers=[billing.id])

        assert all_covered(store_skills.covers(unit), [europe.id]) == {
            cards.id,
            billing.id,
            europe.id,
        }


def test_a_circle_is_refused_in_words_and_the_old_skills_stay(database: Database) -> None:
    with database.write() as unit:
        cards = skills.create_skill(unit, name="Cards", kind="problem")
        billing = skills.create_skill(unit, name="Billing", kind="problem", covers=[cards.id])
        europe = skills.create_skill(unit, name="Billing EU", kind="problem", covers=[billing.id])
    with pytest.raises(Invalid) as refused, database.write() as unit:
        skills.change_skill(unit, cards.id, name="Cards", kind="problem", covers=[europe.id])

    assert refused.value.code == "skill_circle"
    assert "Cards covers Billing EU covers Billing covers Cards" in refused.value.text
    with database.read() as unit:
        assert store_skills.covers(unit) == {billing.id: [cards.id], europe.id: [billing.id]}


def test_no_skill_covers_itself(database: Database) -> None:
    with database.write() as unit:
        cards = skills.create_skill(unit, name="Cards", kind="problem")
    with pytest.raises(Invalid), database.write() as unit:
        skills.change_skill(unit, cards.id, name="Cards", kind="problem", covers=[cards.id])


graphs = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), max_size=6)


@given(graphs, st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")))
def test_a_circle_is_found_just_where_one_would_be(
    graph: dict[str, set[str]], skill: str, covered: set[str]
) -> None:
    others = {name: seen for name, seen in graph.items() if name != skill}

    way = circle(others, skill, sorted(covered))

    assert bool(way) is (skill in all_covered(others, covered))
    for one, other in pairwise(way):
        assert other in (covered if one == skill else others[one])


def test_what_nobody_can_do_is_for_everybody() -> None:
    ben, bea = frozenset({"german"}), frozenset({"billing"})

    assert may_serve(["german"], ben, [ben, bea])
    assert not may_serve(["german"], bea, [ben, bea])
    assert may_serve(["german", "billing"], bea, [ben, bea])
    assert may_serve(["czech"], frozenset(), [ben, bea])


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_skill_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(Invalid), database.write() as unit:
        skills.create_skill(unit, name=name, kind="problem")


def test_a_name_is_there_once(database: Database) -> None:
    with database.write() as unit:
        skills.create_skill(unit, name="German", kind="language")
    with pytest.raises(Conflict), database.write() as unit:
        skills.create_skill(unit, name="german", kind="language")


@pytest.mark.parametrize("capacity", [0, -1, 1001])
def test_no_capacity_is_refused_and_the_old_one_stays(
    database: Database, cast: Cast, capacity: int
) -> None:
    with pytest.raises(Invalid) as refused, database.write() as unit:
        staff.set_capacity(unit, cast.ben.id, capacity)
    assert refused.value.code == "bad_capacity"
    with database.read() as unit:
        assert staff.get_agent(unit, cast.ben.id).capacity == 10


@pytest.mark.parametrize("weight", [0, -3, 101])
def test_no_weight_is_refused(database: Database, weight: int) -> None:
    with pytest.raises(Invalid), database.write() as unit:
        duty.set_weight(unit, "email", weight)
    with database.read() as unit:
        assert store_duty.weights(unit) == {}


def said(
    presence: str = "online",
    *,
    seen_min: float | None = 1,
    ends_min: float | None = None,
    changed_min: float = 600,
) -> Duty:
    """Times are minutes before now."""
    return Duty(
        agent_id="a",
        presence=presence,
        shift_ends_at=None if ends_min is None else NOW - timedelta(minutes=ends_min),
        changed_at=NOW - timedelta(minutes=changed_min),
        seen_at=None if seen_min is None else NOW - timedelta(minutes=seen_min),
    )


@pytest.mark.parametrize(
    ("given_duty", "presence", "is_gone"),
    [
        (said(), "online", False),
        (said("busy"), "busy", False),
        (said("away", changed_min=1), "away", False),  # a lunch of one minute
        (said("away", changed_min=3), "away", True),
        (said(seen_min=11), "online", False),  # between two signs of life
        (said(seen_min=13), "away", True),
        (said(seen_min=None), "away", True),  # signed out
        (said(ends_min=-30), "online", False),
        (said(ends_min=1), "away", False),  # finishing the sentence
        (said(ends_min=5), "away", True),
        (said(ends_min=5, changed_min=1), "away", False),
        (said("busy", seen_min=60), "away", True),
    ],
)
def test_who_is_here_and_who_has_gone(given_duty: Duty, presence: str, is_gone: bool) -> None:
    assert duty.presence_at(given_duty, NOW) == presence
    assert duty.is_gone(given_duty, NOW) is is_gone


@pytest.mark.parametrize("hours", [-1, 25])
def test_a_shift_ends_within_a_day(database: Database, cast: Cast, hours: int) -> None:
    ends_at = now() + timedelta(hours=hours)
    with pytest.raises(Invalid), database.write() as unit:
        duty.say_presence(unit, cast.ben.id, "online", shift_ends_at=ends_at)
