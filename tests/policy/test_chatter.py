"""What a public post wants from us: a question when in doubt, whatever it is dressed in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.policy.chatter import (
    COPIED,
    MOST_TEXT,
    Facts,
    judge,
    likeness_of,
    looks_copied,
)

POSTS = Path(__file__).parents[1] / "data/public_posts.tsv"


def labelled() -> list[tuple[str, str]]:
    lines = POSTS.read_text(encoding="utf-8").splitlines()
    return [(label, text) for label, _, text in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("text", [text for label, text in labelled() if label == "question"])
def test_whoever_may_want_something_is_heard(text: str) -> None:
    assert judge(text).kind == "question"


def test_most_of_what_asks_for_nothing_is_known_and_named_right() -> None:
    others = [(label, text) for label, text in labelled() if label != "question"]
    found = [(label, judge(text).kind) for label, text in others]
    kept_off = [(label, kind) for label, kind in found if kind != "question"]
    assert len(kept_off) / len(found) >= 0.8
    assert all(label == kind for label, kind in kept_off)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@acme thanks", "Nothing but thanks."),
        ("@acme 👏👏", "Nothing but names, tags and pictures."),
        ("Good morning @acme", "Small talk."),
        ("RT @acme: We open at nine", "Somebody passed on what another said."),
    ],
)
def test_the_reason_is_told_in_words(text: str, reason: str) -> None:
    assert judge(text).reason == reason


def test_a_picture_without_words_may_show_what_is_wrong() -> None:
    assert judge("@acme 😡").kind == "chatter"
    assert judge("@acme 😡", Facts(has_files=True)).kind == "question"


def test_the_same_advertisement_by_many_is_spam_and_the_same_complaint_is_not() -> None:
    advertisement = "The best deal of the year https://example.com/1 @acme"
    assert judge(advertisement, Facts(copies=COPIED)).kind == "spam"
    complaint = "@acme my order has not come https://example.com/2"
    assert judge(complaint, Facts(copies=50)).kind == "question"


def test_who_copies_is_known_by_the_words_alone() -> None:
    one = likeness_of("Win big! https://a.example/1 @acme")
    assert one == likeness_of("win BIG https://b.example/2 @rival")
    assert one != likeness_of("Lose big https://a.example/1 @acme")
    assert looks_copied("see https://a.example")
    assert not looks_copied("@acme where is my parcel")


def test_a_long_story_is_always_read() -> None:
    assert judge("thanks " * MOST_TEXT).kind == "question"


@given(st.text(max_size=400))
def test_anything_can_be_judged(text: str) -> None:
    assert judge(text).kind in {"question", "chatter", "spam", "repost"}


@given(st.sampled_from([text for label, text in labelled() if label != "spam"]), st.integers(0, 3))
def test_capitals_and_signs_never_change_the_verdict(text: str, marks: int) -> None:
    plain = judge(text).kind
    if not text.startswith(("RT", "MT", "🔁")) and " RT " not in text:
        assert judge(f"{text}{'!' * marks}").kind == plain


def test_an_open_question_mark_is_always_a_question() -> None:
    assert judge("@acme thanks?").kind == "question"
    assert judge("@acme 😀\uff1f").kind == "question"
