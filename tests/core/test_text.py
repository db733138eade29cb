"""Text from outside: storable, shortened, shown."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from fairline.core.text import clip, html_to_text, is_blank, text_to_html, tidy

ANY = st.text(alphabet=st.characters(blacklist_categories=()), max_size=300)


def test_what_no_database_can_hold_is_dropped() -> None:
    assert tidy("a\0b\ud800c\x1b[0m\ufdd8") == "abc[0m"


def test_every_line_end_becomes_a_line_feed() -> None:
    assert tidy("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"


@given(ANY)
def test_tidy_text_can_be_stored_and_is_left_alone_the_second_time(text: str) -> None:
    clean = tidy(text)
    assert "\0" not in clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert tidy(clean) == clean


def test_a_text_of_invisible_characters_is_blank() -> None:
    assert is_blank(" \t\n\u200b\u2800\ufeff\u3164")
    assert is_blank("")
    assert not is_blank("\u200bx")
    assert not is_blank("👍")


def test_clip_says_that_something_is_missing() -> None:
    assert clip("hello", 5) == "hello"
    assert clip("hello world", 6) == "hello…"
    assert clip("hello", 1) == "…"
    assert clip("hello", 0) == ""


def test_clip_does_not_tear_a_family_apart() -> None:
    family = "👩‍👩‍👧"
    assert clip(f"ab{family}cdefgh", 5) == "ab…"


@given(ANY, st.integers(min_value=0, max_value=80))
def test_clip_keeps_to_its_limit_and_to_the_beginning(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped) <= limit or clipped == text
    assert text.startswith(clipped.removesuffix("…").rstrip()) or limit == 0


def test_paragraphs_lines_and_links() -> None:
    shown = text_to_html("Hi <Ben> & co,\nsee http://acme.example/a?b=1&c=2.\n\n\nBye")
    assert shown == (
        "<p>Hi &lt;Ben&gt; &amp; co,<br>\n"
        'see <a href="http://acme.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow"'
        ' target="_blank">http://acme.example/a?b=1&amp;c=2</a>.</p>\n'
        "<p>Bye</p>"
    )


def test_a_bracket_around_an_address_stays_outside_and_one_in_it_stays_inside() -> None:
    assert 'href="https://x.example/a_(b)"' in text_to_html("(https://x.example/a_(b))")


def test_only_the_web_is_linked() -> None:
    assert "<a" not in text_to_html("javascript:alert(1) data:text/html,x file:///etc/passwd")


@given(ANY)
def test_no_text_becomes_markup(text: str) -> None:
    shown = text_to_html(text)
    for piece in shown.split("<")[1:]:
        assert piece.startswith(("p>", "/p>", "br>", 'a href="http', "/a>"))


@given(st.text(alphabet="ab \n.,é", max_size=80))
def test_words_survive_being_shown_and_read_back(text: str) -> None:
    assert html_to_text(text_to_html(text)).split() == text.split()


def test_surrogates_are_known_to_unicodedata_here() -> None:
    """The strategy above really holds what breaks databases."""
    assert unicodedata.category("\ud800") == "Cs"
