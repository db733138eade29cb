"""The public board: what everybody may read, and that nothing else ever gets there."""

import json

import feedparser
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases import store
from fairline.cases.actions import note
from fairline.cases.changes import get_case, set_subject
from fairline.cases.editing import hide_message, set_visibility
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import Actor
from fairline.channels.inboxes import create_inbox
from fairline.people import store as people
from fairline.people.setup import create_brand
from tests.board.visitor import Page, Visitor
from tests.conftest import said

QUESTION = "Do you deliver to the islands? I live on one."
# Words that stand in places which must never be public.
NEVER = ("zanzibarprivate", "zanzibarnote", "zanzibarhidden", "zanzibarsubject", "zanzibarquote")


@pytest.fixture
def asked(cleo: Visitor) -> Visitor:
    cleo.ask(QUESTION, visibility="public", name="Cleo")
    cleo.answered("Yes, on Tuesdays.", visibility="public", status="solved")
    return cleo


def path(visitor: Visitor, ending: str = "") -> str:
    return f"/q/{visitor.case().reference}{ending}"


def test_a_public_question_is_listed_found_and_readable(asked: Visitor) -> None:
    for address in ("/", "/questions", "/questions?q=islands", "/questions?q=tuesd"):
        assert "Do you deliver to the islands?" in asked.page(address).text, address
    reference = asked.case().reference
    assert "Do you deliver" in asked.page(f"/questions?q={reference}").text
    text = asked.page(path(asked)).text
    assert "Yes, on Tuesdays." in text
    assert "Cleo" in text
    assert "Ben" in text
    assert "Solved" in text


def test_a_preview_and_data_for_machines_are_there(asked: Visitor) -> None:
    page = asked.page(path(asked))
    metas = {
        a.get("property", a.get("name", "")): a.get("content")
        for t, a in page.elements
        if t == "meta"
    }
    assert metas["og:title"] == "Do you deliver to the islands?"
    assert metas["og:description"] == "Yes, on Tuesdays."
    assert metas["og:url"] == f"http://board.test{path(asked)}"
    data = json.loads(page.scripts[0])
    assert data["@type"] == "QAPage"
    assert data["mainEntity"]["acceptedAnswer"]["text"] == "Yes, on Tuesdays."


def test_any_site_may_frame_the_embed_and_only_that(asked: Visitor) -> None:
    framed = asked.get(path(asked, "/embed"))
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert Page(framed.text).forms == []
    assert "Yes, on Tuesdays." in framed.text
    assert "frame-ancestors 'none'" in asked.get(path(asked)).headers["content-security-policy"]
    snippet = asked.page(path(asked)).html
    assert f"&lt;iframe src=&#34;http://board.test{path(asked)}/embed&#34;" in snippet


def everything_public(visitor: Visitor) -> str:
    """All that a stranger can get to see about the board."""
    reference = visitor.case().reference
    addresses = [
        "/",
        "/questions",
        "/questions/part",
        "/feed.atom",
        "/feed.rss",
        "/sitemap.xml",
        f"/q/{reference}",
        f"/q/{reference}/part",
        f"/q/{reference}/embed",
        f"/q/{reference}/feed.atom",
        f"/q/{reference}/feed.rss",
    ]
    return "\n".join(visitor.get(address).text for address in addresses)


def test_nothing_private_is_in_any_public_place(asked: Visitor) -> None:
    asked.do("reply", {"text": "My account is zanzibarprivate", "visibility": "private"})
    asked.answered("Dear zanzibarprivate, done.", visibility="private")
    asked.do("reply", {"text": "Please look zanzibarhidden", "visibility": "public"})
    hidden = asked.messages()[-1].id
    with asked.office.database.write() as unit:
        case = get_case(unit, asked.case().id)
        ben = Actor(kind="agent", id=asked.cast.ben.id)
        note(unit, case.id, asked.cast.ben, "A zanzibarnote")
        set_subject(unit, case, "The zanzibarsubject of Cleo", by=ben)
        hide_message(unit, hidden, by=ben, reason="zanzibarnote")

    shown = everything_public(asked)
    assert "Yes, on Tuesdays." in shown
    for word in NEVER:
        assert word not in shown
        found = asked.page(f"/questions?q={word}").text
        assert "Nothing public holds these words" in found, word


def test_quoted_mail_cannot_be_found_by_searching(asked: Visitor) -> None:
    """The index holds the whole mail for agents; the board shows and finds only what is public."""
    with asked.office.database.write() as unit:
        case = get_case(unit, asked.case().id)
        me = store.participants_of(unit, case.id)[0]
        reply = Inbound(
            native_id="mail-1",
            author=Author(channel="web", address=me.address),
            text="It came, thanks",
            full_text="It came, thanks\n> zanzibarquote",
        )
        taken = receive(unit, asked.cast.board_ref, reply, joins=case.id)
        by = Actor(kind="contact", id=case.contact_id)
        set_visibility(unit, taken.message_id, "public", by=by)
    assert "It came, thanks" in asked.page(path(asked)).text
    assert "Nothing public holds" in asked.page("/questions?q=zanzibarquote").text
    assert "Do you deliver" in asked.page("/questions?q=came+thanks").text


def test_a_name_from_a_mail_is_not_published(cleo: Visitor) -> None:
    with cleo.office.database.write() as unit:
        taken = receive(
            unit,
            cleo.cast.mailbox_ref,
            said("A public matter", by="cleo@mail.test", name="Cleo Marsh", subject="Lamp"),
        )
        case = get_case(unit, taken.case_id)
        by = Actor(kind="contact", id=case.contact_id)
        set_visibility(unit, taken.message_id, "public", by=by)
    shown = cleo.get(f"/q/{case.reference}").text + cleo.get("/questions").text
    assert "A public matter" in shown
    assert "Marsh" not in shown
    assert "Nothing public holds" in cleo.page("/questions?q=marsh").text


def test_the_title_follows_an_edit(asked: Visitor) -> None:
    asked.do(f"messages/{asked.messages()[0].id}/edit", {"text": "Do you go to islands at all?"})
    shown = everything_public(asked)
    assert "Do you go to islands at all?" in shown
    assert "I live on one" not in shown


def test_a_private_case_and_none_at_all_look_the_same(asked: Visitor) -> None:
    asked.ask("A private one")
    private = asked.get(path(asked))
    none = asked.get("/q/FL-000000")
    assert private.status_code == none.status_code == 404
    assert private.text == none.text
    for ending in ("/part", "/embed", "/feed.atom", "/feed.rss", "/stream"):
        assert asked.get(path(asked, ending)).status_code == 404, ending


def test_what_we_took_down_is_gone(asked: Visitor) -> None:
    with asked.office.database.write() as unit:
        store.update_case(unit, asked.case().id, {"hidden_at": unit.now})
    answer = asked.get(path(asked))
    assert answer.status_code == 410
    assert "Yes, on Tuesdays" not in everything_public(asked)


@pytest.fixture
def second(cleo: Visitor) -> str:
    """Another brand on the same install; its slug."""
    with cleo.office.database.write() as unit:
        brand = create_brand(unit, name="Second", slug="second")
        create_inbox(
            unit,
            cleo.office.channels,
            brand_id=brand.id,
            kind="web",
            name="Board",
            address="board2",
            options={},
            by=Actor(kind="system"),
        )
    return "second"


def test_brands_do_not_see_each_others_questions(asked: Visitor, second: str) -> None:
    first = asked.case().reference
    for address in (f"/b/{second}/q/{first}", f"/b/{second}/q/{first}/feed.atom"):
        assert asked.get(address).status_code == 404
    assert "Nothing public holds" in asked.page(f"/b/{second}/questions?q=islands").text

    form = asked.page(f"/b/{second}/").form("/ask")
    assert form.action == f"/b/{second}/ask"
    answer = asked.post(
        form.action, {**form.values, "text": "Second hand?", "visibility": "public"}
    )
    asked.token = answer.headers["location"][3:]
    assert "Second" in asked.page().text
    reference = asked.case().reference
    assert asked.get(f"/q/{reference}").status_code == 404
    assert asked.get(f"/b/{second}/q/{reference}").status_code == 200
    assert "Second hand?" not in asked.get("/feed.atom").text
    assert asked.get("/b/none/").status_code == 404


def test_a_closed_board_shows_nothing(asked: Visitor) -> None:
    with asked.office.database.write() as unit:
        people.update_brand(unit, asked.cast.brand.id, {"board_open": False})
    for address in ("/questions", path(asked), path(asked, "/embed"), "/feed.atom", "/sitemap.xml"):
        assert asked.get(address).status_code == 404, address
    assert "islands" not in asked.get("/").text
    asked.ask("May I?", visibility="public")
    assert not asked.case().is_public
    assert asked.do("visibility", {"to": "public"}).status_code == 409


def test_a_board_that_is_not_to_be_indexed_says_so_everywhere(asked: Visitor) -> None:
    with asked.office.database.write() as unit:
        people.update_brand(unit, asked.cast.brand.id, {"indexable": False})
    assert "noindex" in asked.get(path(asked)).headers["x-robots-tag"]
    assert asked.get("/sitemap.xml").status_code == 404
    assert "Sitemap:" not in asked.get("/robots.txt").text


def test_pages_go_by_key_and_end(cleo: Visitor) -> None:
    for number in range(15):
        cleo.ask(f"Public question number {number}", visibility="public")
    with cleo.office.database.write() as unit:
        for number in range(10):
            inbound = Inbound(
                native_id=f"more-{number}",
                author=Author(channel="web", address=f"browser-{number}"),
                text=f"Public question number {15 + number}",
                is_public=True,
            )
            receive(unit, cleo.cast.board_ref, inbound)
    seen: list[str] = []
    address = "/questions"
    for _ in range(5):
        page = cleo.page(address)
        seen += [href for href in page.links() if href.startswith("/q/")]
        older = [a["href"] for t, a in page.elements if t == "a" and a.get("rel") == "next"]
        if not older:
            break
        address = older[0]
    assert len(seen) == len(set(seen)) == 25
    for before in ("x", "1~2", "99999999999999999999~" + "0" * 36, "'--"):
        assert cleo.get("/questions", params={"before": before}).status_code == 200


@pytest.mark.parametrize("ending", ["", "?q=islands"])
def test_searching_takes_any_words(asked: Visitor, ending: str) -> None:
    for words in ("\"'*()", "AND OR NOT", "*", "a" * 5000, "\x00", "💥", "-", "NEAR/3"):
        assert asked.get("/questions", params={"q": words}).status_code == 200, words
    assert asked.get(f"/questions{ending}").status_code == 200


def valid_feed(text: str) -> feedparser.FeedParserDict:
    parsed = feedparser.parse(text)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version in {"atom10", "rss20"}
    ids = [parsed.feed.get("id", "feed"), *[entry.id for entry in parsed.entries]]
    assert len(set(ids)) == len(ids)
    for entry in parsed.entries:
        assert entry.title
        assert entry.updated_parsed
        assert entry.link
    return parsed


@pytest.mark.parametrize("form", ["atom", "rss"])
@pytest.mark.parametrize("of_one_question", [False, True])
def test_the_feeds_are_valid(asked: Visitor, form: str, *, of_one_question: bool) -> None:
    address = path(asked, f"/feed.{form}") if of_one_question else f"/feed.{form}"
    answer = asked.get(address)
    assert answer.headers["content-type"].startswith(f"application/{form}+xml")
    parsed = valid_feed(answer.text)
    assert parsed.entries
    links = {link.rel: link.href for link in parsed.feed.links}
    assert links["self"] == f"http://board.test{address}"
    assert links["hub"] == "http://board.test/hub"
    assert answer.headers["link"] == (
        f'<http://board.test/hub>; rel="hub", <http://board.test{address}>; rel="self"'
    )
    again = asked.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_an_empty_feed_is_valid(cleo: Visitor) -> None:
    for form in ("atom", "rss"):
        assert valid_feed(cleo.get(f"/feed.{form}").text).entries == []


def test_a_feed_holds_whatever_people_write(cleo: Visitor) -> None:
    cleo.ask("]]> <b>&amp; \ufffe\uffff \u0085 </entry></feed>", visibility="public", name="<i>")
    for form in ("atom", "rss"):
        for address in (f"/feed.{form}", path(cleo, f"/feed.{form}")):
            assert len(valid_feed(cleo.get(address).text).entries) == 1


def test_both_forms_say_the_same(asked: Visitor) -> None:
    page = asked.page(path(asked))
    heads = {a.get("type"): a["href"] for t, a in page.elements if t == "link" and "type" in a}
    atom, rss = (
        valid_feed(asked.get(heads[f"application/{form}+xml"]).text) for form in ("atom", "rss")
    )

    assert len(atom.entries) == 2
    for one, other in zip(atom.entries, rss.entries, strict=True):
        assert (one.id, one.title, one.link) == (other.id, other.title, other.link)
        assert one.published_parsed == other.published_parsed
        assert one.content[0].value == other.content[0].value
        assert one.author == other.author


def test_the_sitemap_and_robots_name_public_questions_only(asked: Visitor) -> None:
    private = asked.token
    asked.ask("Private")
    text = asked.get("/sitemap.xml").text
    assert asked.case().reference not in text
    asked.token = private
    assert f"http://board.test{path(asked)}" in text
    robots = asked.get("/robots.txt").text
    assert "Disallow: /t/" in robots
    assert "Sitemap: http://board.test/sitemap.xml" in robots


def test_files_are_public_only_with_their_message(asked: Visitor) -> None:
    answer = asked.post(
        "/ask",
        {"text": "See this", "visibility": "public"},
        files={"files": ("public.png", b"png", "image/png")},
    )
    asked.token = answer.headers["location"][3:]
    public = next(href for href in asked.page(path(asked)).links() if "/files/" in href)
    assert asked.get(public).content == b"png"
    asked.post(f"{asked.url}/reply", {"text": "x"}, files={"files": ("s.png", b"no", "image/png")})
    private = next(href for href in asked.page().links() if href.endswith("s.png"))
    file_id = private.split("/files/")[1]
    assert asked.get(path(asked, f"/files/{file_id}")).status_code == 404


def test_the_brands_colour_reads_in_both_themes(asked: Visitor) -> None:
    css = asked.get("/brand/acme.css").text
    assert css.count("--accent:") == 3
    assert asked.get("/brand/none.css").status_code == 404
    assert asked.get("/brand/acme/logo").status_code == 404


def test_a_fresh_install_leads_to_set_up(client: TestClient[Litestar]) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "/desk" in Page(answer.text).links()
