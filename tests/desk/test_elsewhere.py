"""At the desk: an answer that only sends away is stopped once, and whoever means it says so."""

from collections.abc import Callable
from typing import Any

import pytest

from fairline.cases import store_events, store_messages
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.rows import Case, Message
from fairline.db.engine import Database
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
AWAY = "Sorry to hear that. Please call 0800 123 4567."


def thread(database: Database, case: Case) -> list[Message]:
    with database.read() as unit:
        return store_messages.thread(unit, case.id)


@pytest.fixture
def case(ask: Ask) -> Case:
    return ask("Where is my refund?", by_board=True, is_public=True)


@pytest.fixture
def url(case: Case) -> str:
    return f"/desk/cases/{case.reference}/say"


def test_it_is_stopped_and_kept(ben: Browser, case: Case, url: str, database: Database) -> None:
    page = ben.press(url, expect=422, mode="private", text=AWAY, status="solved")
    assert "This only tells the customer to call" in page
    assert f'href="/desk/cases/{case.reference}/hand-over"' in page
    assert f'href="/desk/cases/{case.reference}/call"' in page
    assert "Send it and go on in private" not in page, "it is private already"
    assert AWAY in page
    assert 'name="kept_status" value="solved"' in page
    assert len(thread(database, case)) == 1
    with database.read() as unit:
        (draft,) = store_messages.drafts_of(unit, case.id)
    assert draft["text"] == AWAY
    ben.see(f"/desk/cases/{case.reference}/hand-over")
    ben.see(f"/desk/cases/{case.reference}/call")


def test_whoever_means_it_sends_it(ben: Browser, case: Case, url: str, database: Database) -> None:
    page = ben.press(url, mode="private", text=AWAY, away="1", kept_status="solved")
    answer = thread(database, case)[-1]
    assert answer.text == AWAY
    assert "sent it although it only sends the customer elsewhere" in page
    with database.read() as unit:
        event = store_events.latest_of(unit, case.id, "sent_elsewhere")
    assert event
    assert event.data == {"message_id": answer.id, "way": "phone"}


def test_going_on_in_private_keeps_hold(
    ben: Browser, case: Case, url: str, database: Database
) -> None:
    text = "Please send us a direct message."
    page = ben.press(url, expect=422, mode="public", text=text)
    assert "Send it and go on in private" in page
    ben.press(url, mode="public", text=text, go_on="1")
    assert thread(database, case)[-1].text.startswith(text)
    with database.read() as unit:
        assert store_events.latest_of(unit, case.id, "continuation_offered")
        assert store_events.latest_of(unit, case.id, "sent_elsewhere") is None


@pytest.mark.parametrize("matter", ["transfer", "call"])
def test_somebody_has_it_in_hand(
    matter: str, ben: Browser, case: Case, url: str, database: Database
) -> None:
    named: Any = matter
    with database.write() as unit:
        open_matter(unit, case.id, named)
    ben.press(url, mode="private", text=AWAY, status="keep")
    assert thread(database, case)[-1].text == AWAY
    with database.write() as unit:
        close_matter(unit, case.id, named)
    seen = thread(database, case)[-1].id
    ben.press(url, expect=422, mode="private", text=AWAY, after=seen)


def test_a_note_and_an_answer_go_out(
    ben: Browser, case: Case, url: str, database: Database
) -> None:
    ben.press(url, mode="note", text=AWAY)
    ben.press(url, mode="private", text="It is fixed. If it comes back, call us.")
    assert [m.text for m in thread(database, case)][-1] == "It is fixed. If it comes back, call us."


def test_it_is_asked_once_though_the_guard_stops_it_too(
    ada: Browser, case: Case, url: str, database: Database
) -> None:
    text = "Please call us on +49 30 901821."
    fields: dict[str, Any] = {"mode": "public", "text": text}
    assert "This only tells" in ada.press(url, expect=422, **fields)
    page = ada.press(url, expect=422, away="1", **fields)
    assert "Everybody could read a phone number" in page
    assert '<input type="hidden" name="away" value="1">' in page
    ada.press(url, away="1", fix="allow", despite="Our hotline", **fields)
    assert thread(database, case)[-1].text == text
