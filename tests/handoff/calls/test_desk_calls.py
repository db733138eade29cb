"""Calls at the desk: the list, the strip, the screen with the whole record beside it."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from fairline.cases import store_messages
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.handoff.calls import store, watch
from fairline.handoff.calls.asking import offered
from fairline.handoff.calls.calling import start_call
from fairline.handoff.calls.rows import Call
from fairline.people.calling import CallPolicy
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit
from tests.handoff.calls.conftest import Clock

Wishes = Callable[..., Call]


def test_the_strip_says_whom_and_when_and_starts_the_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser
) -> None:
    bare = ben.see(f"/desk/cases/{case.reference}")
    assert 'id="call-strip"' not in bare
    wish(case, note="Ring twice", zone="America/New_York")

    page = ben.see(f"/desk/cases/{case.reference}")
    assert 'href="tel:+4930901820"' in page
    assert "New York time" in page
    assert "Ring twice" in page

    screen = ben.press(f"/desk/cases/{case.reference}/call/start")
    assert "How it went" in screen
    assert "My parcel has not come" in screen  # the whole record is beside it
    assert 'data-keep-url="/desk/cases/' in screen


def test_a_whole_call_from_start_to_note(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser
) -> None:
    wish(case)
    screen = ben.press(f"/desk/cases/{case.reference}/call/start")
    tried = screen.split('name="try" value="')[1].split('"')[0]
    said: dict[str, Any] = {"try": tried, "outcome": "talked", "notes": "Spoke with Cleo"}
    refused = ben.press(
        f"/desk/cases/{case.reference}/call/finish",
        expect=422,
        **said,
        sends="1",
    )
    assert "Write the summary" in refused
    assert "Spoke with Cleo" in refused  # nothing typed is lost

    page = ben.press(
        f"/desk/cases/{case.reference}/call/finish",
        **said,
        summary="It comes on Friday.",
        status="solved",
    )

    assert "talked on the phone" in page
    assert "It comes on Friday." in page
    with office.database.read() as unit:
        now = get_case(unit, case.id)
        directions = [m.direction for m in store_messages.thread(unit, case.id)]
    assert (now.status, now.owner_id) == ("solved", cast.ben.id)
    assert directions == ["inbound", "note", "outbound"]


def test_a_colleague_sees_who_is_calling_and_cannot_call_too(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser, sit: Sit
) -> None:
    wish(case)
    with office.database.write() as unit:
        start_call(unit, case, cast.bea)
    assert "Bea is calling them" in ben.see(f"/desk/cases/{case.reference}")
    refused = ben.press(f"/desk/cases/{case.reference}/call/start", expect=409)
    assert "Bea is calling them right now" in refused


def test_the_list_holds_what_is_missed_first_and_the_rail_counts_what_is_due(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser, clock: Clock
) -> None:
    assert "Nobody waits for a call" in ben.see("/desk/calls")
    wish(case)
    assert "<h2" in ben.see("/desk/calls")
    watch.turn(office.database)
    clock.later(minutes=31)
    watch.turn(office.database)
    page = ben.see("/desk/calls")
    assert "Missed" in page
    assert 'data-command="Calls"' in page
    rail = page.split('href="/desk/calls"')[1].split("</a>")[0]
    assert ">1<" in rail


def test_an_agent_calls_of_their_own_accord(
    office: Office, cast: Cast, case: Case, ben: Browser
) -> None:
    assert "Nobody asked for a call" in ben.see(f"/desk/cases/{case.reference}/call")
    refused = ben.press(f"/desk/cases/{case.reference}/call/start", expect=422, number="0900 1")
    assert "0900 1" in refused
    screen = ben.press(f"/desk/cases/{case.reference}/call/start", number="+49 30 901820")
    assert "How it went" in screen


def test_the_case_is_put_aside_until_the_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser
) -> None:
    with office.database.read() as unit:
        _, windows = offered(unit, case, CallPolicy())
    call = wish(case, when=windows[4].key)
    ben.press(f"/desk/cases/{case.reference}/do/call-aside")
    with office.database.read() as unit:
        assert get_case(unit, case.id).snoozed_until == call.from_at
    ben.press(f"/desk/cases/{case.reference}/do/call-cancel")
    with office.database.read() as unit:
        assert store.open_of(unit, case.id) is None


def test_an_open_screen_keeps_the_call_and_says_when_it_is_lost(
    office: Office, cast: Cast, case: Case, wish: Wishes, ben: Browser, sit: Sit
) -> None:
    wish(case)
    ben.press(f"/desk/cases/{case.reference}/call/start")
    kept = ben.client.post(f"/desk/cases/{case.reference}/call/keep", data={"csrf": ben.csrf})
    assert kept.json() == {"kept": True}
    bea = sit(cast.bea)
    other = bea.client.post(f"/desk/cases/{case.reference}/call/keep", data={"csrf": bea.csrf})
    assert other.json() == {"kept": False}


def test_another_brand_s_calls_are_not_there(
    office: Office, cast: Cast, case: Case, wish: Wishes, sit: Sit
) -> None:
    from fairline.people.setup import create_brand
    from fairline.people.staff import create_agent
    from tests.conftest import PASSWORD

    wish(case)
    with office.database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
        dora = create_agent(
            unit,
            email="dora@other.test",
            name="Dora",
            role="agent",
            password=PASSWORD,
            brand_ids=(other.id,),
        )
    browser = sit(dora)
    assert "Nobody waits for a call" in browser.see("/desk/calls")
    browser.see(f"/desk/cases/{case.reference}/call", status=404)
    fields: dict[str, Any] = {"try": case.id}
    for verb in ("start", "finish", "keep"):
        browser.press(f"/desk/cases/{case.reference}/call/{verb}", expect=404, **fields)


def test_a_case_without_a_call_costs_no_statement_and_one_with_a_call_one(
    office: Office, cast: Cast, case: Case, ben: Browser, wish: Wishes
) -> None:
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    path = f"/desk/cases/{case.reference}"
    ben.see(path)
    sa.event.listen(office.database.engine, "before_cursor_execute", count)
    try:
        ben.see(path)
        assert not [one for one in statements if "FROM calls" in one and "case_id = " in one]
        wish(case)
        statements.clear()
        ben.see(path)
        assert len([one for one in statements if "FROM calls" in one and "case_id = " in one]) == 1
    finally:
        sa.event.remove(office.database.engine, "before_cursor_execute", count)
