"""Personal data in public words: nobody outside ever reads it, and its author is told and decides."""

import pytest

from fairline.cases import guard, look_through, store_events, store_messages
from fairline.cases.changes import get_case
from fairline.cases.editing import show_message
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Actor
from fairline.core.errors import Conflict
from fairline.jobs.worker import Worker
from tests.board.visitor import Visitor
from tests.conftest import said

# One of each kind, as people write it, and the part that must be nowhere outside.
PLANTED = {
    "card": ("My card 4111 1111 1111 1111 was charged twice", "4111 1111"),
    "full-width card": ("Card ４１１１１１１１１１１１１１１１ was charged", "１１１１１１１１"),
    "iban": ("Please refund to DE89 3704 0044 0532 0130 00 soon", "3704 0044"),
    "phone": ("Call me on +49 30 901820 about the parcel", "901820"),
    "email": ("Write to cleo.secret@mail.test please", "cleo.secret"),
    "address": ("Deliver to Hauptstraße 17, 10115 Berlin instead", "straße 17"),
    "national_id": ("My ssn is 213-08-1232 if that helps", "213-08"),
    "secret": ("It says wrong, password: hunter2zz again", "hunter2zz"),
}
QUESTION = "Where does my parcel stand at the moment?"


def everywhere(cleo: Visitor, reference: str) -> str:
    """All that anybody can fetch without a secret link."""
    pages = [
        *("/", "/questions", "/questions/part", "/feed.atom", "/sitemap.xml", "/robots.txt"),
        *("/questions?q=parcel", "/questions?q=card", f"/questions?q={reference}"),
        *(f"/q/{reference}", f"/q/{reference}/part", f"/q/{reference}/embed"),
        f"/q/{reference}/feed.atom",
        f"/widget/{cleo.cast.board.id}/config",
    ]
    return "\n".join(cleo.get(page, headers={"Origin": "http://board.test"}).text for page in pages)


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_asked_in_public_is_hidden_before_anybody_can_read_it(
    cleo: Visitor, kind: str
) -> None:
    text, secret = PLANTED[kind]
    cleo.ask(text, visibility="public", name="Cleo")

    outside = everywhere(cleo, cleo.case().reference)

    assert secret not in outside
    assert secret not in cleo.case().subject
    assert secret not in cleo.case().preview
    thread = cleo.page().text
    assert secret in thread, "its author still reads what they wrote"
    assert "everybody could have read" in thread
    for word in text.replace(",", " ").split():
        found = cleo.page(f"/questions?q={word}").text
        assert cleo.case().reference not in found, "nor does a search tell that it is there"


@pytest.mark.parametrize("kind", PLANTED)
def test_the_rest_is_shown_when_its_author_agrees(cleo: Visitor, kind: str) -> None:
    text, secret = PLANTED[kind]
    cleo.ask(f"{QUESTION}\n{text}", visibility="public")
    cleo.do(f"messages/{cleo.messages()[0].id}/guard", {"choice": "mask"})

    reference = cleo.case().reference
    outside = everywhere(cleo, reference)

    assert secret not in outside
    assert QUESTION in cleo.page(f"/q/{reference}").text
    assert secret in cleo.page().text
    assert cleo.messages()[0].text == f"{QUESTION}\n{text}", "the record keeps what was said"
    assert "guard" not in cleo.case().matters


def test_going_on_in_private_takes_the_thread_off_the_board(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0], visibility="public")
    form = cleo.page().form("/guard")
    answer = cleo.post(form.action, {"choice": "private"})
    assert answer.headers["location"].startswith(f"{cleo.url}?done=private")
    assert not cleo.case().is_public
    message = cleo.messages()[0]
    assert (message.hidden_at, message.found) == (None, "")
    assert "4111" in cleo.page().text


def test_a_later_message_goes_private_by_itself(cleo: Visitor) -> None:
    cleo.ask(QUESTION, visibility="public")
    cleo.do("reply", {"text": PLANTED["phone"][0], "visibility": "public"})
    later = cleo.messages()[-1]
    assert later.is_guarded
    assert "901820" not in everywhere(cleo, cleo.case().reference)

    cleo.do(f"messages/{later.id}/guard", {"choice": "private"})

    assert cleo.case().is_public
    assert cleo.messages()[-1].visibility == "private"


def test_changing_the_words_shows_them(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0], visibility="public")
    message = cleo.messages()[0]
    answer = cleo.do(f"messages/{message.id}/edit", {"text": "My card was charged twice"})
    assert "done=edited" in answer.headers["location"]
    assert "My card was charged twice" in cleo.page(f"/q/{cleo.case().reference}").text

    answer = cleo.do(f"messages/{message.id}/edit", {"text": PLANTED["iban"][0]})

    assert "done=guarded" in answer.headers["location"]
    assert "3704" not in everywhere(cleo, cleo.case().reference)


def test_a_private_thread_that_is_opened_is_judged_then(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0])
    cleo.do("reply", {"text": PLANTED["email"][0]})
    answer = cleo.do("visibility", {"to": "public"})
    assert "done=guarded" in answer.headers["location"]
    second = cleo.messages()[-1]
    answer = cleo.do(f"messages/{second.id}/visibility", {"to": "public"})
    assert "done=guarded" in answer.headers["location"]
    outside = everywhere(cleo, cleo.case().reference)
    assert "4111" not in outside
    assert "cleo.secret" not in outside


def test_a_name_that_is_a_number_is_never_a_name(cleo: Visitor) -> None:
    cleo.ask(QUESTION, visibility="public", name="DE89370400440532013000")
    assert "0440532" not in everywhere(cleo, cleo.case().reference)
    assert QUESTION in cleo.page(f"/q/{cleo.case().reference}").text


def test_a_file_that_is_called_so_is_hidden_and_renamed(cleo: Visitor) -> None:
    cleo.client.post(
        "/ask",
        data={"text": QUESTION, "visibility": "public", "key": "k"},
        files={"files": ("4111111111111111.txt", b"hello", "text/plain")},
        follow_redirects=False,
    )
    with cleo.office.database.read() as unit:
        found = store_events.after(unit, 0, 0, below=None, limit=500)
        case_id = next(e.case_id for e in found if e.kind == "personal_data_found")
        case = get_case(unit, case_id or "")
        (message,) = store_messages.thread(unit, case.id)
    assert "4111" not in everywhere(cleo, case.reference)
    with cleo.office.database.write() as unit:
        guard.mask_message(unit, case, message, by=Actor(kind="contact", id=case.contact_id))
    outside = everywhere(cleo, case.reference)
    assert QUESTION in outside
    assert "41111111" not in outside


def test_the_event_says_what_and_where_and_never_the_value(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0], visibility="public")
    with cleo.office.database.read() as unit:
        event = store_events.latest_of(unit, cleo.case().id, "personal_data_found")
    assert event
    assert event.data["kinds"] == ["card"]
    assert event.data["spans"] == ["8-27"]
    assert "1111" not in str(event.data)


def test_nobody_else_decides_and_no_agent_shows_it_whole(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0], visibility="public")
    message, case = cleo.messages()[0], cleo.case()
    ben = Actor(kind="agent", id=cleo.cast.ben.id, name="Ben")
    with cleo.office.database.write() as unit, pytest.raises(Conflict):
        show_message(unit, message.id, by=ben)
    cleo.ask("Another question of somebody else, about shoes")
    answer = cleo.do(f"messages/{message.id}/guard", {"choice": "mask"})
    assert answer.status_code == 404
    with cleo.office.database.read() as unit:
        assert get_case(unit, case.id).matters == ["guard"]


def test_a_private_question_is_nobody_elses_business(cleo: Visitor) -> None:
    cleo.ask(PLANTED["card"][0])
    assert not cleo.messages()[0].found
    assert "everybody could have read" not in cleo.page().text


def test_what_was_public_before_the_guard_is_looked_through_once(cleo: Visitor) -> None:
    cleo.ask(QUESTION, visibility="public")
    with cleo.office.database.write() as unit:
        # As an older version stored it.
        old = cleo.messages()[0]
        store_messages.update_message(unit, old.id, {"text": PLANTED["card"][0]})
    assert "4111" in everywhere(cleo, cleo.case().reference)

    look_through.run_job(cleo.office.database, {"after": ""})

    assert "4111" not in everywhere(cleo, cleo.case().reference)
    assert cleo.messages()[0].is_guarded


def test_looking_through_goes_on_batch_by_batch(
    cleo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_through, "BATCH", 2)
    database = cleo.office.database
    with database.write() as unit:
        for n in range(5):
            taken = receive(
                unit,
                cleo.cast.board_ref,
                said(f"Public question number {n}", channel="web", by=f"b{n}", is_public=True),
            )
            store_messages.update_message(unit, taken.message_id, {"text": PLANTED["card"][0]})
    look_through.run_job(database, {"after": ""})
    worker = Worker(database, {look_through.JOB: look_through.run_job})
    while worker.run_one("look"):
        pass
    with database.read() as unit:
        found = store_events.after(unit, 0, 0, below=None, limit=500)
    assert sum(e.kind == "personal_data_found" for e in found) == 5
    assert SYSTEM.kind == found[-1].actor_kind
