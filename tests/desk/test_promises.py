"""Supervisors see promises kept, and bring a case forward with a reason, at the desk."""

import re
from collections.abc import Callable
from datetime import timedelta

from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser


def test_promises_kept_by_inbox_and_need(office: Office, ada: Browser, cast: Cast) -> None:
    assert "Nothing to count yet" in ada.see("/desk/promises")
    with office.database.write() as unit:
        for number in range(22):
            at = unit.now - timedelta(days=40 if number < 2 else 0)
            mail = said(f"Question {number}", by=f"c{number}@mail.test")
            found = receive(unit, cast.mailbox_ref, mail, arrived_at=at)
            unit.settle()
            if number != 1:
                reply(unit, found.case_id, cast.ben, "Here", status=None)
                unit.settle()

    for days in (7, 28):
        page = ada.see(f"/desk/promises?days={days}")
        assert "95 %</strong> of 21 promised answers" in page
        assert "1 case waits longer than promised" in page
        assert re.search(
            r'<th scope="row">Support</th><td class="nowrap"><strong>95 %</strong>', page
        )
        assert re.search(
            r'<th scope="row">Safety</th><td class="nowrap"><span class="muted">none</span>', page
        )
    assert "Choose the last 7" in ada.see("/desk/promises?days=3", status=422)


def test_below_twenty_no_share_is_said(
    office: Office, ada: Browser, cast: Cast, ask: Callable[..., Case]
) -> None:
    case = ask()
    with office.database.write() as unit:
        reply(unit, case.id, cast.ben, "Here", status=None)
    page = ada.see("/desk/promises")
    assert "too few to say" in page
    assert "%</strong>" not in page


def test_the_page_is_for_supervisors(ben: Browser) -> None:
    assert 'href="/desk/promises"' not in ben.see("/desk")
    ben.see("/desk/promises", status=403)


def test_a_supervisor_brings_a_case_forward_and_puts_it_back(
    ada: Browser, ask: Callable[..., Case]
) -> None:
    case = ask()
    path = f"/desk/cases/{case.reference}"
    assert 'data-command="Bring forward…"' in ada.see(path)

    page = ada.press(f"{path}/do/bring-forward", expect=422, reason=" ")
    assert "Say in a few words why" in page
    page = ada.press(f"{path}/do/bring-forward", reason="Her flight leaves in an hour")
    assert "brought forward: Her flight leaves in an hour" in page
    assert '<span class="chip is-risk">Brought forward</span>' in ada.see("/desk")

    page = ada.press(f"{path}/do/put-back", reason="She has gone")
    assert "put back to its own place: She has gone" in page
    assert '<span class="chip is-risk">Brought forward</span>' not in ada.see("/desk")


def test_an_agent_cannot(ben: Browser, ask: Callable[..., Case]) -> None:
    case = ask()
    path = f"/desk/cases/{case.reference}"
    assert "Bring forward" not in ben.see(path)
    page = ben.press(f"{path}/do/bring-forward", expect=403, reason="please")
    assert "Only a supervisor may do that" in page


def test_first_tries_that_failed_are_shown_by_team(
    office: Office, ada: Browser, cast: Cast
) -> None:
    for tried in ("mail", "no"):
        asked = said("Where is it?", channel="web", by=tried, is_public=True, tried_first=tried)
        with office.database.write() as unit:
            receive(unit, cast.board_ref, asked)
    page = ada.see("/desk/promises")
    assert "Asked in public after a first try" in page
    assert "too few to say how many" in page
    assert "by mail: 1" in page
