"""The place in words: true, in the brand's own time, and silent about what is not known."""

from datetime import UTC, datetime, timedelta

import pytest

from fairline.board.place_words import expected_words, ordinal, place_words, span, zone_of
from fairline.line.place import LineFacts, Place

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # a Tuesday


def at(**later: float) -> datetime:
    return NOW + timedelta(**later)


def test_a_place_with_data_says_when_to_expect_an_answer() -> None:
    place = Place(ahead=2, due_at=at(hours=4), low=at(minutes=10), high=at(minutes=25))
    words = place_words(place, "UTC", NOW)
    assert (words.number, words.headline) == ("3rd", "2 wait before you")
    assert words.expected == "between 13:10 and 13:25"
    assert words.promise == "We answer by 17:00: that is our promise."


def test_without_data_only_the_promise_is_said() -> None:
    words = place_words(Place(ahead=0, due_at=at(days=1)), "UTC", NOW)
    assert (words.number, words.headline, words.expected) == ("1st", "You are next", "")
    assert "tomorrow 13:00" in words.promise


def test_a_broken_promise_is_admitted() -> None:
    words = place_words(Place(ahead=1, due_at=at(hours=-2)), "UTC", NOW)
    assert words.is_late
    assert "by 11:00 and are late" in words.promise


def test_a_promise_in_danger_is_not_repeated_as_if_it_were_safe() -> None:
    place = Place(ahead=15, due_at=at(hours=4), low=at(hours=9), high=at(hours=30))
    words = place_words(place, "UTC", NOW)
    assert not words.is_late
    assert "by 17:00, but" in words.promise
    assert "it may be later" in words.promise


def test_a_long_line_is_counted_to_its_end() -> None:
    words = place_words(Place(ahead=48_210, due_at=at(days=3)), "UTC", NOW)
    assert (words.number, words.headline) == ("48211th", "48,210 wait before you")
    assert "Friday 13:00" in words.promise


def test_times_are_the_brands_own() -> None:
    words = place_words(Place(ahead=0, due_at=at(hours=11)), "Europe/Berlin", NOW)
    assert "tomorrow 01:00" in words.promise
    assert zone_of("Middle/Earth").key == "UTC"
    assert zone_of("../etc/passwd").key == "UTC"


def test_a_span_over_midnight_names_both_days() -> None:
    zone = zone_of("UTC")
    assert span(at(hours=10), at(hours=12), zone, NOW) == "between 23:00 and tomorrow 01:00"
    assert span(at(hours=26), at(hours=27), zone, NOW) == "between tomorrow 15:00 and 16:00"
    assert span(at(days=10), at(days=10), zone, NOW) == "about 4 December 13:00"
    assert span(None, at(days=1), zone, NOW) == ""


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ({"minutes": 6}, {"minutes": 14}, "6 to 14 min"),
        ({"minutes": 1}, {"hours": 3}, "1 to 3 h"),
        ({"hours": 20}, {"days": 4}, "1 to 4 days"),
        ({"seconds": -5}, {"seconds": 20}, "1 min"),
    ],
)
def test_the_expected_wait_in_one_unit(
    low: dict[str, float], high: dict[str, float], words: str
) -> None:
    facts = LineFacts(waiting=1, low=at(**low), high=at(**high), kept_percent=None)
    assert expected_words(facts, NOW) == words


def test_nothing_known_is_nothing_said() -> None:
    assert expected_words(LineFacts(waiting=9, low=None, high=None, kept_percent=None), NOW) == ""


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (121, "121st")],
)
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word
