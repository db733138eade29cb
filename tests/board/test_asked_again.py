"""Asking the same again from one browser, and what a limited person may still do on the board."""

from fairline.board.same_browser import COOKIE
from fairline.cases import cautions, store
from fairline.cases.actions import actor_of
from fairline.cases.editing import hide_case
from fairline.db.engine import Database
from tests.board.visitor import Visitor
from tests.conftest import Cast

QUESTION = "Where is my parcel 4711? It should be here."


def limited(visitor: Visitor, database: Database, cast: Cast, *, a_day: int | None = 1) -> str:
    """Ben limits the visitor for a week."""
    with database.write() as unit:
        return cautions.limit(
            unit, visitor.case(), cast.ben, reason="threats", days=7, cases_a_day=a_day
        )


def test_asking_the_same_twice_has_one_place_and_the_thread_says_why(cleo: Visitor) -> None:
    first = cleo.case(cleo.ask(QUESTION))
    again = cleo.case(cleo.ask(f"{QUESTION} Please answer!"))
    assert again.id != first.id
    assert again.repeat_of_id == first.id
    page = cleo.page()
    assert "You asked about this before, today at" in page.text
    assert "Both share one place in line, counted from then." in page.text
    assert "You are next" in page.text
    assert "You asked about this before" not in cleo.page("/").text


def test_another_browser_with_the_same_words_is_somebody_else(cleo: Visitor) -> None:
    first = cleo.case(cleo.ask(QUESTION))
    cleo.client.cookies.clear()
    other = cleo.case(cleo.ask(QUESTION))
    assert other.contact_id != first.contact_id
    assert other.repeat_of_id is None
    assert "You asked about this before" not in cleo.page().text


def test_a_cookie_that_opens_nothing_is_passed_over(cleo: Visitor) -> None:
    cleo.client.cookies.set(COOKIE, "x" * 40)
    assert cleo.case(cleo.ask(QUESTION)).repeat_of_id is None


def test_the_link_is_kept_from_scripts_and_other_sites(cleo: Visitor) -> None:
    form = cleo.page("/").form("/ask")
    kept = cleo.post("/ask", {**form.values, "text": QUESTION}).headers["set-cookie"]
    assert kept.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in kept.split(";")}


def test_who_is_limited_is_told_until_when_and_loses_no_word(
    cleo: Visitor, database: Database, cast: Cast
) -> None:
    cleo.ask(QUESTION, visibility="public")
    limited(cleo, database, cast)
    form = cleo.page("/").form("/ask")
    answer = cleo.post("/ask", {**form.values, "text": "My lamp is broken"})
    assert answer.status_code == 429
    assert "the next one from" in answer.text
    assert "My lamp is broken" in answer.text
    assert cleo.do("reply", {"text": "And my lamp?", "visibility": "private"}).status_code == 303
    refused = cleo.do("reply", {"text": "You fools", "visibility": "public"})
    assert refused.status_code == 429
    assert "You cannot post in public until" in refused.text
    assert "You fools" in refused.text


def test_only_public_is_shut_where_the_number_is_not_limited(
    cleo: Visitor, database: Database, cast: Cast
) -> None:
    cleo.ask(QUESTION)
    caution = limited(cleo, database, cast, a_day=None)
    form = cleo.page("/").form("/ask")
    words = {**form.values, "text": "My lamp is broken"}
    assert cleo.post("/ask", {**words, "visibility": "public"}).status_code == 429
    assert cleo.do("visibility", {"to": "public"}).status_code == 429
    assert cleo.post("/ask", words).status_code == 303
    with database.write() as unit:
        cautions.lift(unit, caution, cast.ada)
    assert cleo.do("visibility", {"to": "public"}).status_code == 303


def test_what_was_taken_off_the_board_is_gone_there_and_its_customer_is_told_why(
    cleo: Visitor, database: Database, cast: Cast
) -> None:

    cleo.ask(QUESTION, visibility="public")
    case = cleo.case()
    assert cleo.get(f"/q/{case.reference}").status_code == 200
    with database.write() as unit:
        hide_case(unit, case.id, by=actor_of(cast.ben), reason="it names a neighbour")
    assert cleo.get(f"/q/{case.reference}").status_code == 410
    assert QUESTION not in cleo.page("/questions").text
    assert "taken off the board by Acme: it names a neighbour" in cleo.page().text
    with database.read() as unit:
        there = store.case_by_id(unit, case.id)
    assert there is not None
    assert there.status == "new"
