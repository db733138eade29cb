"""Saved replies are filled in so that a customer never reads a brace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.knowledge.placeholders import PLACEHOLDERS, check, examples, fill

VALUES = {"contact.name": "Cleo Marsh", "case.reference": "FL-7KX2QD", "agent.name": "Ben"}


def test_known_values_are_put_in() -> None:
    filled = fill("Hello {contact.name}, about {case.reference}. {agent.name}", VALUES)

    assert filled.text == "Hello Cleo Marsh, about FL-7KX2QD. Ben"
    assert filled.missing == ()


def test_a_missing_value_falls_back_to_the_words_given() -> None:
    filled = fill("Hello {contact.name|friend},", {"contact.name": ""})

    assert filled.text == "Hello friend,"
    assert filled.missing == ("contact.name",)


def test_a_missing_value_without_words_still_reads_as_a_sentence() -> None:
    assert fill("Hello {contact.name},", {}).text == "Hello there,"


def test_an_empty_fallback_is_nothing() -> None:
    assert fill("Hello{contact.name|}!", {}).text == "Hello!"


def test_double_braces_and_blanks_are_the_same_placeholder() -> None:
    assert check("Hi {{ Contact.Name | you }}, {{case.reference}}") == (
        "Hi {contact.name|you}, {case.reference}"
    )


@pytest.mark.parametrize("text", ["Hi {contact.nmae}", "{customer.name}", "{{ case.refrence|x }}"])
def test_an_unknown_placeholder_is_refused_and_named(text: str) -> None:
    with pytest.raises(Invalid, match="is not a placeholder") as caught:
        check(text)

    assert caught.value.field == "text"


@pytest.mark.parametrize(
    "text", ["{}", "{ }", "a { b", "{name}", 'json {"a": 1}', "}{", "f(x) {…}"]
)
def test_other_braces_are_just_text(text: str) -> None:
    assert check(text) == text
    assert fill(text, VALUES).text == text


def test_a_value_is_never_read_as_a_placeholder() -> None:
    filled = fill("{contact.name}", {"contact.name": "{agent.name}", "agent.name": "Ben"})

    assert filled.text == "{agent.name}"


def test_a_name_cannot_bring_lines_of_its_own() -> None:
    assert fill("{contact.name}", {"contact.name": "Cleo\n\nYours, Dov"}).text == "Cleo Yours, Dov"


@given(st.text(max_size=300))
def test_any_text_is_checked_or_refused_and_stays_so(text: str) -> None:
    try:
        once = check(text)
    except Invalid:
        return

    assert check(once) == once


@given(st.lists(st.sampled_from(list(PLACEHOLDERS)), max_size=8))
def test_what_was_checked_is_filled_whole(names: list[str]) -> None:
    text = check(" ".join(f"{{{name}|x}}" for name in names))

    assert "{" not in fill(text, {}).text
    assert "{" not in fill(text, examples()).text
