"""Routing rules, purely: whole words, all conditions, the first one wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.line.routing_rules import phrases
from fairline.line.rules import (
    Conditions,
    Facts,
    Results,
    Rule,
    caught,
    first_that_holds,
    holds,
    words_of,
)


def facts(text: str = "", *, subject: str = "", **more: object) -> Facts:
    known: dict[str, object] = {
        "brand": "b1",
        "inbox": "i1",
        "kind": "question",
        "need": "annoyance",
        "language": "de-AT",
        "words": words_of(subject, text),
        "tags": ("vip",),
    }
    return Facts(**(known | more))  # type: ignore[arg-type]


def rule(name: str, **conditions: object) -> Rule:
    wanted = Conditions(**conditions)  # type: ignore[arg-type]
    return Rule(id=name, position=1, name=name, conditions=wanted, results=Results(tag="x"))


@pytest.mark.parametrize(
    ("phrase", "text", "is_caught"),
    [
        ("refund", "I want a REFUND, now!", True),
        ("refund", "I was refunded", False),
        ("refund", "refund", True),
        ("Café", "the cafe is closed", True),
        ("cafe", "Das CAFÉ", True),
        ("money back", "my money, back!", True),
        ("money back", "back money", False),
        ("money back", "money is back", False),
        (".*", "anything", False),
        ("(a+)+$", "a" * 200, False),
        ("straße", "in der STRASSE", True),
        ("返金", "返金してください", True),
    ],
)
def test_words_are_whole_and_never_a_pattern(phrase: str, text: str, is_caught: bool) -> None:
    assert holds(Conditions(words=(phrase,)), facts(text)) is is_caught


def test_the_subject_counts_but_no_phrase_goes_over_its_end() -> None:
    assert holds(Conditions(words=("invoice",)), facts("hello", subject="My invoice"))
    assert not holds(Conditions(words=("invoice hello",)), facts("hello", subject="My invoice"))


@pytest.mark.parametrize(
    ("conditions", "is_caught"),
    [
        ({}, True),
        ({"brands": ("b1",)}, True),
        ({"brands": ("b2",)}, False),
        ({"inboxes": ("i1", "i2")}, True),
        ({"kinds": ("problem",)}, False),
        ({"needs": ("annoyance",)}, True),
        ({"languages": ("de",)}, True),
        ({"languages": ("de-CH",)}, False),
        ({"languages": ("d",)}, False),
        ({"tags": ("vip", "late")}, True),
        ({"tags": ("late",)}, False),
        ({"brands": ("b1",), "kinds": ("problem",)}, False),
        ({"brands": ("b1",), "kinds": ("problem", "question")}, True),
    ],
)
def test_all_conditions_must_hold(conditions: dict[str, tuple[str, ...]], is_caught: bool) -> None:
    assert holds(Conditions(**conditions), facts("hello")) is is_caught


def test_the_first_rule_in_order_wins() -> None:
    first, second = rule("first", words=("refund",)), rule("second")

    assert first_that_holds([first, second], facts("a refund")) == first
    assert first_that_holds([first, second], facts("hello")) == second
    assert first_that_holds([first], facts("hello")) is None


def test_a_preview_counts_what_the_rules_before_left() -> None:
    rules = [rule("refunds", words=("refund",)), rule("all")]
    seen = [facts("refund please"), facts("hello"), facts("where is it")]

    assert caught(rules, seen) == {"refunds": 1, "all": 2}


@given(st.text(max_size=200), st.text(max_size=30), st.text(max_size=200))
def test_a_phrase_is_found_wherever_it_stands_alone(before: str, word: str, after: str) -> None:
    from fairline.db.words import fold

    found = holds(Conditions(words=(word,)), facts(f"{before} {word} {after}"))
    assert found is bool(fold(word))


def test_words_are_typed_one_a_line_or_between_commas() -> None:
    assert phrases("refund, money  back\n\nrefund\nlate ,") == ("refund", "money back", "late")
