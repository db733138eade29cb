"""Counting as X counts. Each figure was compared with twitter-text 3.1.0, X's own reference."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.x_text import x_links, x_weight


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        # A link is 23, however long, with and without a scheme.
        ("Look: http://acme.com/a/very/long/way?with=more#top please", 6 + 23 + 7),
        ("acme.com acme.com", 23 + 1 + 23),
        ("HTTPS://ACME.COM", 23),
        # What is no name of a host is text.
        ("http://acme.notatld", 19),
        ("http://192.168.0.1/", 19),
        ("http://localhost:3000", 21),
        ("ftp://acme.com", 14),
        ("U.S.A. and 3.14 and file.tmpx", 29),
        # Letters of other scripts end an address, and begin none without a scheme.
        ("これはacme.comです", 6 + 23 + 4),
        ("例え.com", 4 + 4),
        ("http://\u2603.net/", 23),
        ("http://пример.рф/x", 23),
        ("münchen.de", 23),
        ("acme.co.jp/あ", 23 + 2),
        ("http://acme.com/Русские_слова", 23),
        ("https://t.co/abc日本", 23 + 4),
        ("https://acme.com/b…", 23 + 2),
        # What hangs on a sign, or goes on, is none.
        ("_acme.com", 9),
        ("-acme.com", 9),
        ("@acme.com", 9),
        ("#acme.com", 9),
        ("cleo@acme.com", 13),
        ("acme.com+", 9),
        # The full stop behind it, and the brackets around it, are not part of it.
        ("See acme.com.", 4 + 23 + 1),
        ("(https://acme.com/a)", 1 + 23 + 1),
        ("https://acme.com/Foo_(bar)", 23),
        ("https://acme.com/Foo_(bar))", 24),
        # Weights: Latin and its neighbours one, other scripts two, an emoji two in all.
        ("ñn\u0303", 2),
        ("\u2026\u2013\u2014\u201c\u201d", 2 + 4),
        ("€", 2),
        ("日本語 text", 6 + 5),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽 🇩🇪 1️⃣ ❤️", 2 * 4 + 3),
        ("☎", 2),
        ("\U00010000\U0010ffff", 4),
    ],
)
def test_a_text_weighs_what_x_says(text: str, weight: int) -> None:
    assert x_weight(text) == weight


@given(st.text(max_size=300))
def test_links_stand_in_the_text_and_do_not_overlap(text: str) -> None:
    found = list(x_links(text))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(found))


def test_a_text_made_to_be_slow_is_not() -> None:
    for text in ("a." * 5_000, "http://" * 3_000, "http://a.com/" + "(" * 5_000, "-a" * 9_000):
        assert x_weight(text) >= 0
