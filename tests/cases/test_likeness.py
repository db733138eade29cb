"""When two texts of one person are one matter. The figures: scripts/measure_repeats.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.cases.likeness import are_same, likeness
from fairline.cases.pleas import is_chaser
from tests.cases.repeat_pairs import DATA, pairs

TEXTS = st.text(max_size=200)

SAME = [
    ("My parcel 4711 has not come.", "Dear team,\n\nmy parcel 4711 has not come.\n\nCleo Miller"),
    ("My parcel 4711 has not come.", "STILL NO ANSWER!!! My parcel 4711 has not come"),
    (
        "Where is my parcel? I ordered it last week and it has not arrived.",
        "where is my parcel? I orderd it last week and it has not arived",
    ),
    ("Order 12-345 came broken.", "Order 12345 came broken. I wrote on Monday. Any news?"),
    ("Mein Paket 4711 ist nicht da.", "Hallo, mein Paket 4711 ist nicht da! Viele Grüße, Cleo"),
    ("我的包裹还没有到", "我的包裹还没有到\uff01"),
    ("The invoice is wrong. I paid twice.", "I paid twice. The invoice is wrong."),
]
TWO_MATTERS = [
    ("My parcel 4711 has not come.", "My parcel 4712 has not come."),
    ("The kettle I bought leaks.", "The toaster I bought leaks."),
    ("How do I activate my card?", "How do I deactivate my card?"),
    ("My parcel has arrived.", "My parcel has not arrived."),
    ("I was charged 12.50 on 3 May for this.", "I was charged 14.80 on 3 May for this."),
    ("Where is order 4711?", "I want to cancel order 4711."),
    ("Hello", "Hello"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_said_twice_is_one_matter(one: str, other: str) -> None:
    assert are_same(one, other)


@pytest.mark.parametrize(("one", "other"), TWO_MATTERS)
def test_another_thing_order_or_the_opposite_is_another_matter(one: str, other: str) -> None:
    assert not are_same(one, other)


@given(TEXTS, TEXTS)
def test_likeness_is_a_share_and_does_not_depend_on_who_comes_first(one: str, other: str) -> None:
    found = likeness(one, other)
    assert 0 <= found <= 1
    assert found == likeness(other, one)


@given(TEXTS)
def test_a_text_is_most_like_itself_if_it_says_anything(text: str) -> None:
    assert likeness(text, text) in {0.0, 1.0}


@pytest.mark.parametrize(
    "text",
    [
        "Any news?",
        "Still no answer!!!",
        "Hello,\nI wrote 3 days ago and still haven't received a reply.\nKind regards, Cleo",
        "Gibt es schon etwas Neues?",
        "Noch immer keine Antwort.",
        "Toujours pas de réponse",
        "¿Alguna novedad?",
        "Nog steeds geen antwoord",
        "Is anybody there?",
    ],
)
def test_a_plea_for_an_answer_is_a_chaser(text: str) -> None:
    assert is_chaser(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "Thank you!",
        "Any news about my parcel?",
        "Still waiting for my refund",
        "No answer from the pump",
        "Please help, the heating is broken",
        "Any news? And by the way, my invoice is wrong.",
    ],
)
def test_whoever_says_something_of_their_own_does_not_only_chase(text: str) -> None:
    assert not is_chaser(text)


def test_on_real_questions_a_join_is_hardly_ever_wrong() -> None:
    """A small sample of what the script measures."""
    if not DATA.exists():
        pytest.skip("../shared/data is not here")
    found = pairs(3, 60)
    joined = [pair for pair in found if are_same(pair.one, pair.other)]
    wrong = [pair for pair in joined if not pair.is_same]
    repeats = sum(pair.is_same for pair in found)
    assert len(wrong) <= 0.02 * len(joined), wrong
    assert len(joined) - len(wrong) >= 0.8 * repeats
