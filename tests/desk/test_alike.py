"""Equal questions of different people, answered together: each looked at, none told another's words."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fairline.cases import store, store_messages
from fairline.cases.actions import note
from fairline.cases.alike import groups_of
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.line import bulk, store_bulk
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
TICK = re.compile(r'name="tick" value="([^"]+)"')
ASKED = "The app shows error {} when I log in since the update"


@pytest.fixture
def three(ask: Ask) -> list[Case]:
    """Cleo by mail, Dov by mail, and somebody in public on the board."""
    return [
        ask(ASKED.format(4711), name="Cleo Marsh"),
        ask(ASKED.format(4712), by="dov@mail.test", name="Dov Orr"),
        ask(ASKED.format(9), by_board=True, by="eve-browser", name="Eve", is_public=True),
    ]


def ticks(page: str) -> list[str]:
    return TICK.findall(page)


def fields(cases: list[Case], **more: Any) -> dict[str, Any]:
    return {"case": [one.reference for one in cases], "text": "Dear {contact.first_name}!", **more}


def test_the_same_question_of_different_people_is_found(
    ben: Browser, ask: Ask, three: list[Case]
) -> None:
    ask("Where is my parcel 55", by="fay@mail.test")
    page = ben.see("/desk/alike")
    assert "3 cases of 3 people" in page
    assert "parcel 55" not in page


def test_each_is_looked_at_and_sent_its_own_way(
    ben: Browser, three: list[Case], office: Office
) -> None:
    look = ben.press("/desk/alike/answer", **fields(three, step="look", visibility="public"))
    for words in ("Dear Cleo!", "Dear Dov!", "Dear Eve!"):
        assert words in look
    marks = ticks(look)
    assert len(marks) == 3
    assert " checked" not in look.split("Look at each")[1]
    # Nothing goes to whom nobody looked at.
    send = fields(three, step="send", visibility="public", tick=[marks[0], marks[2]])
    page = ben.press("/desk/alike/answer", **send)
    assert "2 to go" in page
    found = re.search(r"/desk/alike/sent/([0-9a-f-]{36})", page)
    assert found
    bulk.run_job(office.database, {"bulk_id": found[1]})
    bulk.run_job(office.database, {"bulk_id": found[1]})  # once more: nothing goes twice
    assert "2 sent" in ben.see(f"/desk/alike/sent/{found[1]}")
    with office.database.read() as unit:
        said_there = [store_messages.thread(unit, one.id)[1:] for one in three]
        assert [[m.text for m in thread] for thread in said_there] == [
            ["Dear Cleo!"],
            [],
            ["Dear Eve!"],
        ]
        assert said_there[0][0].visibility == "private"
        assert said_there[2][0].visibility == "public"
        assert get_case(unit, three[0].id).status == "waiting"


def test_who_wrote_since_is_left_out_and_named(
    ben: Browser, three: list[Case], office: Office, cast: Cast
) -> None:
    marks = ticks(ben.press("/desk/alike/answer", **fields(three, step="look")))
    send = fields(three, step="send", tick=marks)
    page = ben.press("/desk/alike/answer", **send)
    found = re.search(r"/desk/alike/sent/([0-9a-f-]{36})", page)
    assert found
    with office.database.write() as unit:
        receive(unit, cast.mailbox_ref, said("Never mind!", reference=three[0].reference))
    bulk.run_job(office.database, {"bulk_id": found[1]})
    page = ben.see(f"/desk/alike/sent/{found[1]}")
    assert "2 sent, 1 left out" in page
    assert "Somebody has written since." in page
    with office.database.read() as unit:
        assert [m.text for m in store_messages.thread(unit, three[0].id)][-1] == "Never mind!"


def test_a_tick_stands_for_the_words_and_the_case_as_they_were(
    ben: Browser, three: list[Case], office: Office, cast: Cast
) -> None:
    marks = ticks(ben.press("/desk/alike/answer", **fields(three, step="look")))
    changed = {**fields(three, step="send", tick=marks), "text": "Other words"}
    assert "changed since you looked" in ben.press("/desk/alike/answer", expect=422, **changed)
    with office.database.write() as unit:
        note(unit, three[1].id, cast.bea, "Careful with him")
    refused = ben.press("/desk/alike/answer", expect=422, **fields(three, step="send", tick=marks))
    assert "changed since you looked" in refused
    assert "Tick one to" in ben.press(
        "/desk/alike/answer", expect=422, **fields(three, step="send")
    )


def test_it_goes_on_where_it_stopped(office: Office, cast: Cast, ask: Ask) -> None:
    cases = [ask(f"Is it down {n}", by=f"c{n}@mail.test") for n in range(25)]
    with office.database.write() as unit:
        ticked = [
            bulk.Ticked(case=one, words="Yes.", visibility="private", seen_count=one.message_count)
            for one in cases
        ]
        bulk_id = bulk.start(unit, cast.ben, "Yes.", ticked, status="waiting")
    assert bulk._some(office.database, bulk_id)  # the process is gone after the first ten
    with office.database.write() as unit:
        assert len(store_bulk.claim(unit, bulk_id, limit=100)) == 15
    bulk.run_job(office.database, {"bulk_id": bulk_id})
    with office.database.read() as unit:
        found = store_bulk.by_id(unit, bulk_id)
        assert found
        assert found.finished_at
        rows = store.cases_by_id(unit, [one.id for one in cases])
        assert {row.message_count for row in rows.values()} == {2}


def test_only_who_sent_it_and_supervisors_see_the_result(
    ben: Browser, ada: Browser, sit: Any, cast: Cast, three: list[Case]
) -> None:
    marks = ticks(ben.press("/desk/alike/answer", **fields(three, step="look")))
    page = ben.press("/desk/alike/answer", **fields(three, step="send", tick=marks))
    found = re.search(r"/desk/alike/sent/([0-9a-f-]{36})", page)
    assert found
    ada.see(f"/desk/alike/sent/{found[1]}")
    sit(cast.bea).see(f"/desk/alike/sent/{found[1]}", status=404)


def test_groups_are_of_what_is_alike() -> None:
    texts = {
        "a": "I cannot log in to the app since the update",
        "b": "since the update I cannot log in to the app!!",
        "c": "Where is order 4711?",
        "d": "Where is order 99?",
        "e": "Please cancel my order",
    }
    assert sorted(sorted(group) for group in groups_of(texts)) == [["a", "b"], ["c", "d"]]
