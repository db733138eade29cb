"""Counting as the places count. Expected figures follow from each place's published rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.lengths import LengthRule, addresses_in, length_of, sms_parts
from fairline.core.x_text import x_weight

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hello", 5),
        ("Zürich \u2013 “naïve”", 16),
        ("日本語", 6),
        ("한국어", 6),
        ("Ελληνικά и русский", 18),
        ("👍", 2),
        (FAMILY, 2),
        ("👍🏽", 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("See https://shop.com/a/very/long/path?with=much&more=yes", 4 + 23),
        ("https://a.com and http://b.com/x", 23 + 5 + 23),
        ("shop.com is ours", 23 + 8),
        ("mail me at cleo@mail.com", 24),
        ("version 1.2.3 of file.tmpx", 26),
        ("(https://shop.com/a).", 1 + 23 + 2),
        ("https://en.wikipedia.org/wiki/Line_(queue)", 23),
        ("e\u0301", 1),
    ],
)
def test_x_weighs(text: str, weight: int) -> None:
    assert x_weight(text) == weight


def test_the_bound_of_x_itself() -> None:
    rule = LengthRule(counts="x", most=280)
    assert not length_of("a" * 280, rule).is_over
    assert length_of("a" * 281, rule).is_over
    assert length_of("語" * 141, rule).is_over
    assert length_of("語" * 140, rule).left == 0


@pytest.mark.parametrize(
    ("text", "parts", "left"),
    [
        ("", 1, 160),
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 306 - 161),
        ("a" * 306, 2, 0),
        ("a" * 307, 3, 459 - 307),
        ("€" * 80, 1, 0),
        ("[" * 81, 2, 153 * 2 - 162 - 1),  # a pair is not torn: 76 of them in the first part
        ("ж" * 70, 1, 0),
        ("ж" * 71, 2, 134 - 71),
        ("😀" * 35, 1, 0),
        ("😀" * 36, 2, 67 - 6),  # 33 in the first part, for a pair is not torn
        ("naïve", 1, 70 - 5),  # ï is not of the GSM alphabet
        ("Grüße aus Köln", 1, 160 - 14),
    ],
)
def test_parts_of_an_sms(text: str, parts: int, left: int) -> None:
    assert sms_parts(text) == (parts, left)


def test_mastodon_counts_mentions_without_their_host_and_pages_as_23() -> None:
    rule = LengthRule(counts="mastodon", most=500)
    text = f"@cleo@far.away.example see https://shop.example/{'x' * 90} {FAMILY}"
    assert length_of(text, rule).used == len("@cleo see ") + 23 + 2
    assert length_of("shop.com", rule).used == 8


def test_a_second_bound_in_bytes() -> None:
    rule = LengthRule(counts="graphemes", most=300, most_bytes=3000)
    assert not length_of(FAMILY * 100, rule).is_over
    found = length_of(FAMILY * 130, rule)
    assert found.used == 130
    assert found.is_over


def test_nothing_is_too_long_without_a_bound() -> None:
    assert length_of("a" * 100_000, LengthRule()).left is None


@given(st.text(max_size=400))
def test_any_text_has_a_length(text: str) -> None:
    for counts in ("characters", "graphemes", "bytes", "utf16", "x", "mastodon", "sms"):
        assert length_of(text, LengthRule(counts=counts, most=10)).used >= 0
    last = 0
    for start, end in addresses_in(text):
        assert last <= start < end <= len(text)
        last = end
