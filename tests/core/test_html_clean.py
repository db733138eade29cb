"""Safe HTML: nothing runs, nothing is fetched, nothing costs more than it weighs."""

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.html_nesting import KNOWN, VOID, nested
from fairline.core.html_tokens import End, Start
from fairline.core.text import clean_html, html_to_text

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile"
ATTRIBUTES = {
    "dir", "lang", "title", "href", "src", "alt", "width", "height", "colspan", "rowspan", "align",
    "valign", "scope", "span", "start", "type", "value", "rel", "target", "class", "loading",
    "referrerpolicy", "data-remote-src",
}  # fmt: skip


class Strict(HTMLParser):
    """Reads what a browser would read of our output, and objects to all that is not expected."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name)
            assert not name.startswith("on")
            if name in {"href", "src"}:
                scheme = (value or "").split(":")[0].lower()
                allowed = {"http", "https", "mailto", "tel"} if tag == "a" else {"cid"}
                assert scheme in allowed, (tag, value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment came through: {data}")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def assert_safe(markup: str) -> str:
    shown = clean_html(markup).html
    reader = Strict()
    reader.feed(shown)
    reader.close()
    assert reader.open == []
    assert clean_html(shown).html == shown
    return shown


def hostile(name: str) -> Path:
    path = HOSTILE / name
    if not path.exists():
        pytest.skip(f"the shared data ({name}) is not here")
    return path


def test_every_vector_of_dompurify() -> None:
    vectors = json.loads(hostile("dompurify_expect.json").read_text())
    assert len(vectors) > 200
    for vector in vectors:
        assert_safe(vector["payload"])
        html_to_text(vector["payload"])


def test_every_naughty_string_as_markup_and_inside_of_it() -> None:
    strings = json.loads(hostile("blns.json").read_text())
    for encoded in json.loads(hostile("blns.base64.json").read_text()):
        strings.append(base64.b64decode(encoded).decode("utf-8", "replace"))
    assert len(strings) > 500
    for text in strings:
        assert_safe(text)
        assert_safe(f'<p title="{text}">{text}</p>')
        assert_safe(f"<a href='{text}'>{text}<img src={text}>")
        html_to_text(f"<p>{text}<a href='{text}'>x")


@given(
    st.lists(
        st.sampled_from(
            ["<b>", "</b>", "<p>", "</p>", "<table>", "</table>", "<td>", "<tr>", "<svg>", "</svg>",
             "<math>", "<style>", "</style>", "<script>", "</script>", "<!--", "-->", "<select>",
             "<img src=x onerror=alert(1)>", "<a href=javascript:alert(1)>", "<form>", "<title>",
             "</title>", "<noscript>", "<textarea>", "<template>", "<iframe>", "<![CDATA[", "]]>",
             "<a href='", '">', "x", "&lt;script&gt;", "\0", "\ud800", "\ufdd2", "<br>", "<li>"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_no_mixture_of_tags_gets_out(pieces: list[str]) -> None:
    assert_safe("".join(pieces))


@given(st.text(alphabet=st.characters(blacklist_categories=()), max_size=200))
def test_no_text_at_all_makes_it_raise(text: str) -> None:
    assert_safe(text)
    html_to_text(text)


def test_an_image_from_elsewhere_waits_until_it_is_asked_for() -> None:
    clean = clean_html('<p><img src="http://track.example/p.png?a=1&b=2" alt="Sale"></p>')
    assert " src=" not in clean.html
    assert 'data-remote-src="http://track.example/p.png?a=1&amp;b=2"' in clean.html
    assert 'alt="Sale"' in clean.html
    assert clean.remote_images == ("http://track.example/p.png?a=1&b=2",)


def test_an_image_from_elsewhere_is_shown_when_allowed() -> None:
    shown = clean_html('<img src="https://x.example/a.png">', allow_remote_images=True).html
    assert 'src="https://x.example/a.png"' in shown
    assert 'referrerpolicy="no-referrer"' in shown


def test_a_blocked_image_can_still_be_asked_for_after_cleaning_twice() -> None:
    once = clean_html('<img alt="a" src="https://x.example/a.png">').html
    assert clean_html(once).remote_images == ("https://x.example/a.png",)
    assert 'src="https://x.example/a.png"' in clean_html(once, allow_remote_images=True).html


def test_a_tracking_pixel_is_gone_for_good() -> None:
    assert "img" not in clean_html('<img src="http://t.example/x" width=1 height="1">').html


def test_nobody_can_name_the_image_of_another() -> None:
    clean = clean_html('<img src="cid:fairline-remote-0"><img src="http://a.example/b">')
    assert clean.html.count("data-remote-src") == 1


def test_an_image_inside_the_mail_keeps_its_name() -> None:
    clean = clean_html('<img src="cid:part1@acme.example">')
    assert clean.html == '<img src="cid:part1@acme.example">'
    assert clean.content_ids == ("part1@acme.example",)


@pytest.mark.parametrize(
    "markup",
    [
        '<div style="background:url(http://x.example/a)">x</div>',
        '<div background="http://x.example/a" bgcolor=red class="modal" id="app">x</div>',
        '<link rel=stylesheet href="http://x.example/a">x',
        '<style>@import "http://x.example/a"</style>x',
        '<img srcset="http://x.example/a 2x">x',
        '<video src="http://x.example/a" poster="http://x.example/b">x</video>',
        '<base href="http://x.example/"><a href="a">x</a>',
        '<meta http-equiv=refresh content="0;url=http://x.example/">x',
        '<form action="http://x.example/"><input name=a><button>x</button></form>',
    ],
)
def test_nothing_is_fetched_and_nothing_of_ours_is_overwritten(markup: str) -> None:
    shown = assert_safe(markup)
    assert "x.example" not in shown
    assert not re.search(r'(?:style|class|id|action|background)="', shown)
    assert "x" in shown


def test_links_lead_away_safely() -> None:
    shown = clean_html('<a href="https://x.example/" target=_top>x</a>').html
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert 'target="_blank"' in shown


def test_text_in_a_table_without_cells_is_kept() -> None:
    assert html_to_text("<table>one<tr>two<td>three</table>") == "one\ntwo | three"


def test_sloppy_markup_is_put_right() -> None:
    shown = assert_safe("<p>a<p>b<ul><li>c<li>d</ul><b>e<i>f</b>g")
    assert shown == ("<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul><b>e<i>f</i></b>g")


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<b>", "<div><b>", "<table><tr><td>", "<table>x<b>", "<p><b a=1></p>", "<b><p>x</p>",
     "&", "a&", "&amp;", "<", "<!--", "<![CDATA[", '<a x="', "<a '", "<svg>", "<style>", "<ul><li>",
     "<dl><dt>", "<a href=http://x>", "<i></b>", "<blockquote>x", "<table><td></div></td></table>"],
)  # fmt: skip
def test_hostile_repetition_costs_what_it_weighs(unit: str) -> None:
    """Each of these took a plain parser quadratic time or memory."""
    markup = unit * (100_000 // len(unit))
    assert len(clean_html(markup).html) < 8 * len(markup)
    assert len(html_to_text(markup)) < 12 * len(markup)


def test_formatting_left_open_is_not_opened_again_in_each_paragraph() -> None:
    """17 kB of this became 7 MB."""
    opened = "".join(f"<b a={number}>" for number in range(1000))
    markup = f"<p>{opened}</p>" + "<p>x</p>" * 1000
    assert len(clean_html(markup).html) < 2 * len(markup)


def test_what_leaves_the_nesting_is_nested() -> None:
    open_elements: list[str] = []
    for token in nested("<div><p><b>x<div>y</b></p><table><tr><li>z</table></span>" * 50):
        if isinstance(token, Start) and token.name not in VOID:
            open_elements.append(token.name)
        elif isinstance(token, End):
            assert open_elements.pop() == token.name
    assert open_elements == []


def test_too_much_is_cut_and_says_so() -> None:
    clean = clean_html("<p>x</p>" * 200_000)
    assert clean.is_cut
    assert clean.html.endswith("</p>")
