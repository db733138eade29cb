"""A long answer in parts: all of it, in order, each part within the bound of its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.splitting import split
from fairline.core.errors import Invalid
from fairline.core.lengths import LengthRule, graphemes, length_of

X = LengthRule(counts="x", most=280)
SMALL = LengthRule(counts="graphemes", most=40)
NUMBER = re.compile(r" \(\d+/\d+\)$")


def test_what_fits_is_left_alone() -> None:
    assert split("  It is on its way. ", X) == ["It is on its way."]
    assert split("x" * 9000, LengthRule()) == ["x" * 9000]


def test_it_is_cut_at_the_end_of_a_thought() -> None:
    text = "Your parcel left today. It comes by train.\n\nWe are sorry. It will not happen again."
    assert split(text, LengthRule(counts="characters", most=50)) == [
        "Your parcel left today. It comes by train. (1/2)",
        "We are sorry. It will not happen again. (2/2)",
    ]


def test_an_address_is_never_torn() -> None:
    page = "https://shop.example/returns/how-to-send-it-back"
    text = f"Please read {page} and tell us whether it helps, for we want to mend it if not."
    parts = split(text, LengthRule(counts="characters", most=60))
    assert any(page in part for part in parts)


def test_ten_parts_and_more_leave_room_for_two_digits() -> None:
    parts = split("word " * 100, SMALL)
    assert len(parts) > 9
    assert parts[-1].endswith(f"({len(parts)}/{len(parts)})")
    assert not any(length_of(part, SMALL).is_over for part in parts)


def test_too_long_is_said() -> None:
    with pytest.raises(Invalid, match="too long even for 25 posts"):
        split("word " * 5000, SMALL)
    with pytest.raises(Invalid, match="no room"):
        split("word word", LengthRule(counts="characters", most=3))


def test_time_grows_no_faster_than_the_text() -> None:
    """A page of anything is cut; one long word too."""
    assert len(split("x" * 6000, X)) == 23
    assert len(split("👨‍👩‍👧‍👦" * 1000, X)) == 8


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=500))
def test_nothing_is_lost_or_turned_round(text: str) -> None:
    try:
        parts = split(text, SMALL)
    except Invalid:
        return
    assert not any(length_of(part, SMALL).is_over for part in parts)
    if len(parts) > 1:
        parts = [NUMBER.sub("", part) for part in parts]
    kept = "".join(re.sub(r"\s", "", part) for part in parts)
    assert kept == re.sub(r"\s", "", text)
    assert sum(len(graphemes(part)) for part in parts) <= len(graphemes(text)) + len(parts)
