"""What an acknowledgement says, in five languages: true, whole, and nothing that is not known."""

from datetime import UTC, datetime, timedelta

import pytest

from fairline.acknowledgements.languages import LANGUAGES, spoken
from fairline.acknowledgements.phrases import phrases
from fairline.acknowledgements.wording import (
    PLACEHOLDERS,
    checked_body,
    checked_subject,
    filled,
)
from fairline.core.errors import Invalid
from fairline.line.place import Place
from fairline.promises.hours import ALWAYS_OPEN, Calendar

NOW = datetime(2026, 11, 4, 10, 0, tzinfo=UTC)  # a Wednesday, 11:00 in Berlin
BERLIN = Calendar(zone="Europe/Berlin")


def place(ahead: int = 3, **more: datetime) -> Place:
    return Place(ahead=ahead, due_at=NOW + timedelta(hours=4), **more)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_says_everything_and_leaves_no_brace(code: str) -> None:
    low, high = NOW + timedelta(minutes=20), NOW + timedelta(days=1)
    for now in (NOW, NOW + timedelta(hours=9), NOW + timedelta(days=3)):
        said = phrases(code, place(low=low, high=high), BERLIN, now)
        assert all(said.values()), said
        text = filled(
            LANGUAGES[code].body, {"name": "Cleo", "reference": "FL-1", "link": "L", **said}
        )
        assert "{" not in text
        assert "Cleo" in text
        assert checked_body(LANGUAGES[code].body)


def test_the_times_are_those_of_the_calendar() -> None:
    said = phrases("en", place(low=NOW, high=NOW + timedelta(days=6)), BERLIN, NOW)
    assert said["hours"] == "We are open now, until 17:00 today."
    assert said["promise"] == "We promise an answer by 15:00 today."
    assert said["expected"] == (
        "As things stand, expect it between 11:00 today and Tuesday, 10 November, at 11:00."
    )
    night = phrases("de", None, BERLIN, NOW + timedelta(hours=10))
    assert night["hours"] == (
        "Wir haben gerade geschlossen und sind wieder da: morgen um 09:00 Uhr."
    )
    assert (night["promise"], night["place"]) == ("", "")


def test_who_never_closes_says_nothing_of_closing() -> None:
    assert phrases("en", place(), ALWAYS_OPEN, NOW)["hours"] == ""


def test_a_lunch_break_is_a_closing() -> None:
    halves = Calendar(wednesday=("09:00-12:00", "13:00-17:00"))
    assert "12:00 today" in phrases("en", place(), halves, NOW)["hours"]


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(0, "next in line"), (1, "One person"), (2, "2 people"), (12_345, "12,345 people")],
)
def test_the_place(ahead: int, words: str) -> None:
    assert words in phrases("en", place(ahead), BERLIN, NOW)["place"]


def test_without_data_nothing_is_expected_and_in_danger_it_is_said() -> None:
    assert phrases("en", place(), BERLIN, NOW)["expected"] == ""
    late = place(low=NOW + timedelta(hours=5), high=NOW + timedelta(hours=9))
    assert "it may be later" in phrases("en", late, BERLIN, NOW)["promise"]


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    text = "Hello {name},\n\nyou have {reference}.\n\n{place}\n{expected}\n\n{promise}\nBye {name}"
    assert filled(text, {"reference": "FL-1", "promise": "Soon."}) == (
        "Hello,\n\nyou have FL-1.\n\nSoon.\nBye"
    )


def test_what_a_customer_is_called_is_no_placeholder() -> None:
    text = filled("Hi {name}: {reference} {promise}", {"name": "{link}", "reference": "FL-1"})
    assert text == "Hi {link}: FL-1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid"),
        ("{reference} {promise} {nmae}", "unknown_placeholder"),
        ("{reference} only", "placeholder_needed"),
        ("x" * 5001 + "{reference}{promise}", "invalid"),
    ],
)
def test_a_bad_text_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_body(text)
    assert (refused.value.code, refused.value.field) == (code, "body")
    if code == "unknown_placeholder":
        assert "{nmae}" in refused.value.text
        assert all(name in refused.value.text for name in PLACEHOLDERS)


def test_a_subject_is_one_line_without_secrets() -> None:
    assert checked_subject(" We have it:\n {reference} ") == "We have it: {reference}"
    for bad in ("{link}", "{what}", "x" * 200):
        with pytest.raises(Invalid):
            checked_subject(bad)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (("de-AT",), "de"),
        (("", "fr"), "fr"),
        (("pt-BR", "nl"), "nl"),
        (("ja", ""), "en"),
        ((), "en"),
    ],
)
def test_the_first_language_we_speak_is_taken(wanted: tuple[str, ...], code: str) -> None:
    assert spoken(*wanted) == code
