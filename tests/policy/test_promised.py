"""What we promised, and until when. Said on a Wednesday at ten in Berlin."""

from datetime import UTC, datetime

import pytest

from fairline.policy.promised import promised_in

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def until(text: str) -> list[str]:
    found = promised_in(text, WEDNESDAY, "Europe/Berlin")
    return [one.until.strftime("%a %d %H:%M") for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will answer within two days.", "Fri 20 09:00"),
        ("You'll hear from me in 3 hours.", "Wed 18 12:00"),
        ("I will send it by Friday.", "Fri 20 17:00"),
        ("It will be with you within 5 working days!", "Wed 25 17:00"),
        ("We'll call you tomorrow", "Thu 19 17:00"),
        ("You will get a new one within a week.", "Wed 25 09:00"),
        ("Wir melden uns innerhalb von zwei Werktagen.", "Fri 20 17:00"),
        ("Sie erhalten das Geld bis Freitag.", "Fri 20 17:00"),
        ("Vous recevrez une réponse sous 24 heures.", "Thu 19 09:00"),
        ("Recibirá una respuesta en tres días.", "Sat 21 09:00"),
        ("U ontvangt het binnen vier dagen.", "Sun 22 09:00"),
        ("We will look at it today.", "Wed 18 17:00"),
    ],
)
def test_a_promise_is_found(text: str, expected: str) -> None:
    assert until(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "If you order by Friday it is free.",
        "You wrote to us within two days, thank you.",
        "We are open on Monday.",
        "Good morning! How can I help you?",
        "It was sent three days ago.",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert until(text) == []


def test_each_sentence_is_one_promise_in_its_own_words() -> None:
    text = "I have asked.\nWe will write by Friday. The parcel will come within 10 days."
    found = promised_in(text, WEDNESDAY, "UTC")
    assert [one.words for one in found] == [
        "We will write by Friday",
        "The parcel will come within 10 days",
    ]


def test_a_long_text_takes_no_long_time() -> None:
    assert promised_in("will in in in " * 100_000, WEDNESDAY, "UTC") == []
