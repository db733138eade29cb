"""Targets: what may be promised, and what is refused."""

import msgspec
import pytest
from hypothesis import given

from fairline.core.errors import Invalid
from fairline.promises.targets import Severity, Target, Targets, read_severity
from tests.promises.calendars import targets


def test_the_default_promises_the_gravest_soonest() -> None:
    first = [Targets().of(severity).first_minutes for severity in Severity]

    assert first == sorted(first)
    assert len(set(first)) == len(Severity)


def test_targets_survive_storage() -> None:
    stored = msgspec.json.encode(Targets())

    assert msgspec.json.decode(stored, type=Targets) == Targets()
    assert msgspec.json.decode(b"{}", type=Targets) == Targets()


def test_part_of_the_targets_may_be_set() -> None:
    stored = b'{"safety": {"first_minutes": 5, "next_minutes": 5, "resolution_minutes": 60}}'

    assert msgspec.json.decode(stored, type=Targets).of("safety").first_minutes == 5


@given(targets())
def test_a_graver_need_is_never_promised_a_later_answer(chosen: Targets) -> None:
    for column in Target.__struct_fields__:
        ladder = [getattr(chosen.of(severity), column) for severity in Severity]
        if column != "resolution_minutes":
            assert ladder == sorted(ladder)


def test_a_graver_need_with_a_longer_target_is_refused() -> None:
    slow = Target(first_minutes=90, next_minutes=60, resolution_minutes=480)

    with pytest.raises(Invalid, match="safety is graver than money") as caught:
        Targets(safety=slow)
    assert caught.value.field == "safety.first_minutes"


@pytest.mark.parametrize("minutes", [0, -1, 366 * 24 * 60 + 1])
@pytest.mark.parametrize("field", Target.__struct_fields__)
def test_an_impossible_target_is_refused(field: str, minutes: int) -> None:
    good = {"first_minutes": 10, "next_minutes": 10, "resolution_minutes": 100}

    with pytest.raises(Invalid, match="not possible") as caught:
        Target(**{**good, field: minutes})
    assert caught.value.field == field


def test_a_case_cannot_be_due_solved_before_it_is_answered() -> None:
    with pytest.raises(Invalid, match="cannot be shorter"):
        Target(first_minutes=60, next_minutes=60, resolution_minutes=59)


@pytest.mark.parametrize("word", ["", "SAFETY", "urgent", "angry"])
def test_only_declared_needs_are_severities(word: str) -> None:
    with pytest.raises(Invalid, match="safety, money, blocked, annoyance, idea"):
        read_severity(word)
