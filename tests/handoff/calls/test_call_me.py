"""“Call me” on the thread: one form without JavaScript, and nobody else learns the number."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from fairline.cases import links, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.calling import start_call
from fairline.handoff.calls.rows import Call
from fairline.line.place import place_of
from fairline.people.calling import CallPolicy, set_calling
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast, said
from tests.handoff.calls.conftest import NUMBER


def place_at(unit: Unit, case: Case) -> int | None:
    """Its place in line."""
    found = place_of(unit, case)
    return found.position if found else None


@pytest.fixture
def browser(office: Office) -> Iterator[TestClient[Any]]:
    with TestClient(app_of(office), base_url="http://board.test") as client:
        yield client


@pytest.fixture
def link(office: Office, case: Case) -> str:
    """Cleo's own way to her thread."""
    with office.database.write() as unit:
        first = store_messages.thread(unit, case.id)[0]
        assert first.identity_id
        return f"/t/{links.issue(unit, case, first.identity_id)}"


def call_of(office: Office, case: Case) -> Call | None:
    with office.database.read() as unit:
        return store.open_of(unit, case.id)


def test_from_the_thread_to_a_call_and_back(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    with office.database.read() as unit:
        before = place_at(unit, case)
    assert f'href="{link}/call"' in browser.get(link).text
    form = browser.get(f"{link}/call")
    assert 'value="now"' in form.text
    assert "optgroup" in form.text

    answer = browser.post(
        f"{link}/call",
        data={"number": NUMBER, "when": "now", "note": "The bell is broken", "key": "k1"},
    )

    assert answer.status_code == 200
    assert "We have your number" in answer.text
    assert "We call you as soon as we can on +49…820" in answer.text
    assert "901820" not in answer.text
    assert "The bell is broken" in answer.text
    call = call_of(office, case)
    assert call
    assert call.note == "The bell is broken"
    with office.database.read() as unit:
        assert place_at(unit, get_case(unit, case.id)) == before


def test_a_chosen_window_is_said_on_the_customer_s_clock(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    page = browser.get(f"{link}/call", params={"zone": "America/New_York"}).text
    assert "Times are in New York time; we work in UTC" in page
    key = page.split('<option value="2')[2].split('"')[0]
    answer = browser.post(
        f"{link}/call", data={"number": NUMBER, "when": f"2{key}", "zone": "America/New_York"}
    )
    assert "(New York time)" in answer.text
    call = call_of(office, case)
    assert call
    assert (call.wanted, call.zone) == ("window", "America/New_York")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": ""}, "Give the number"),
        ({"number": "0900 1234567 890"}, "Begin with +"),
        ({"number": "+49 900 1234567"}, "costs extra"),
        ({"number": NUMBER, "when": "20200101T0900Z"}, "Choose another"),
        ({"number": NUMBER, "when": "<script>"}, "Choose another"),
        ({"number": NUMBER, "note": "x" * 1001}, "at most 1,000|longer than 1,000"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    office: Office,
    case: Case,
    link: str,
    browser: TestClient[Any],
    fields: dict[str, str],
    says: str,
) -> None:
    answer = browser.post(f"{link}/call", data={"when": "now", **fields})
    assert answer.status_code == 422
    assert any(one in answer.text for one in says.split("|"))
    assert call_of(office, case) is None
    with office.database.read() as unit:  # nothing was said on the thread either
        assert len(store_messages.thread(unit, case.id)) == 1


def test_the_customer_changes_the_time_without_typing_the_number_again(
    office: Office, case: Case, link: str, browser: TestClient[Any]
) -> None:
    browser.post(f"{link}/call", data={"number": NUMBER, "when": "now"})
    page = browser.get(f"{link}/call").text
    assert "Leave it empty to keep +49…820" in page
    key = page.split('<option value="2')[2].split('"')[0]
    answer = browser.post(f"{link}/call", data={"number": "", "when": f"2{key}"})
    assert "We have changed the call" in answer.text
    call = call_of(office, case)
    assert call
    assert (call.number, call.wanted) == ("+4930901820", "window")

    answer = browser.post(f"{link}/call/cancel")
    assert "We will not call" in answer.text
    assert call_of(office, case) is None


def test_while_we_call_the_thread_says_so(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    browser.post(f"{link}/call", data={"number": NUMBER, "when": "now"})
    with office.database.write() as unit:
        start_call(unit, case, cast.ben)
    assert "We are calling you now" in browser.get(link).text
    assert browser.post(f"{link}/call", data={"when": "now"}).status_code == 409


def test_asking_on_an_answered_case_puts_it_back_to_us(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    with office.database.write() as unit:
        reply(unit, case.id, cast.ben, "Please look at the tracking page")
    browser.post(f"{link}/call", data={"number": NUMBER, "when": "now"})
    with office.database.read() as unit:
        now = get_case(unit, case.id)
        assert now.status == "open"
        assert place_at(unit, now) == 1


def test_a_brand_without_calls_shows_no_button_and_takes_no_number(
    office: Office, case: Case, link: str, browser: TestClient[Any]
) -> None:
    with office.database.write() as unit:
        set_calling(unit, case.brand_id, CallPolicy(offered=False))
    assert f'href="{link}/call"' not in browser.get(link).text
    assert "We do not call back" in browser.get(f"{link}/call").text
    assert browser.post(f"{link}/call", data={"number": NUMBER}).status_code == 409
    assert call_of(office, case) is None


def test_the_page_is_as_secret_as_the_thread(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    answer = browser.get(f"{link}/call")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert browser.get("/t/" + "x" * 22 + "/call").status_code == 404
    assert browser.post("/t/" + "x" * 22 + "/call", data={"number": NUMBER}).status_code == 404


def test_somebody_in_copy_neither_sees_nor_asks_for_calls(
    office: Office, cast: Cast, case: Case, link: str, browser: TestClient[Any]
) -> None:
    browser.post(f"{link}/call", data={"number": NUMBER, "when": "now"})
    with office.database.write() as unit:
        from fairline.cases import store as cases
        from fairline.people.contacts import resolve

        dov = resolve(unit, case.brand_id, "email", "dov@mail.test")
        cases.add_participant(unit, case.id, dov.id, "copied", confirmed=True)
        theirs = f"/t/{links.issue(unit, case, dov.id)}"
    page = browser.get(theirs).text
    assert "We call you" not in page
    assert "…820" not in page
    assert browser.get(f"{theirs}/call").status_code == 403
    assert browser.post(f"{theirs}/call/cancel").status_code == 403


def test_the_number_is_on_no_public_page_feed_or_search(
    office: Office, cast: Cast, always: None, browser: TestClient[Any]
) -> None:
    """Planted on a public question, looked for everywhere that anybody can read."""
    from fairline.cases.intake import receive

    with office.database.write() as unit:
        ask = said("Where is it?", channel="web", by="cleo-public", is_public=True)
        taken = receive(unit, cast.board_ref, ask)
        public = get_case(unit, taken.case_id)
        first = store_messages.thread(unit, public.id)[0]
        assert first.identity_id
        own = f"/t/{links.issue(unit, public, first.identity_id)}"
    browser.post(f"{own}/call", data={"number": NUMBER, "when": "now", "note": "Ring at noon"})
    assert call_of(office, public)
    for path in (
        "/",
        "/questions",
        f"/q/{public.reference}",
        "/feed.xml",
        f"/q/{public.reference}/feed.xml",
        "/sitemap.xml",
    ):
        text = browser.get(path).text
        for planted in ("901820", "…820", "Ring at noon", "Please call me"):
            assert planted not in text, path
    assert public.reference not in browser.get("/questions?q=901820").text
    assert public.reference in browser.get("/questions?q=where").text


def test_asking_too_often_is_slowed_down(
    office: Office, case: Case, link: str, browser: TestClient[Any]
) -> None:
    answers = [browser.post(f"{link}/call", data={"number": "x"}).status_code for _ in range(14)]
    assert answers.count(429) == 0  # what is refused as typed counts for nothing
    for number in range(14):
        browser.post(f"{link}/call", data={"number": f"+49 30 9018{number:02}", "when": "now"})
    assert browser.post(f"{link}/call", data={"number": NUMBER}).status_code == 429
