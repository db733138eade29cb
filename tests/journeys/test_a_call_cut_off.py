"""kill -9 in the middle of a call: the call is still its agent's, its notes are taken, once."""

import re
from pathlib import Path

import httpx2
import pytest

from fairline.cases import store_messages
from fairline.cases.changes import get_case
from fairline.cases.rows import Actor
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import Wish, ask_for_call, number_of
from fairline.people.setup import get_brand
from tests.browser.test_alarms import asked
from tests.conftest import PASSWORD
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install


@pytest.fixture
def acme(tmp_path: Path) -> Company:
    return found_company(Install(tmp_path))


def at_desk(url: str) -> tuple[httpx2.Client, str]:
    """Ben's browser, and the token of its forms."""
    browser = httpx2.Client(base_url=url, timeout=60, follow_redirects=True)
    signed = {"email": "ben@acme.test", "password": PASSWORD}
    browser.post("/desk/sign-in", data=signed)
    found = re.search(r'name="csrf" content="([0-9a-f]+)"', browser.get("/desk").text)
    assert found
    return browser, found[1]


def test_a_call_outlives_a_server_that_is_killed(acme: Company) -> None:
    with acme.install as install:
        database = install.office.database
        case = asked(acme, "The boiler knocks")
        with database.write() as unit:
            brand = get_brand(unit, case.brand_id)
            wish = Wish(number=number_of(brand, "+49 30 901820"), zone="UTC")
            by = Actor(kind="contact", id=case.contact_id)
            ask_for_call(unit, get_case(unit, case.id), brand, wish, by=by)
        path = f"/desk/cases/{case.reference}/call"
        install.serve()
        browser, csrf = at_desk(install.url)
        screen = browser.post(f"{path}/start", data={"csrf": csrf}).text
        tried = screen.split('name="try" value="')[1].split('"')[0]

        install.kill()
        install.serve()

        ending = {"csrf": csrf, "try": tried, "outcome": "talked", "notes": "Air in the pipes"}
        assert browser.post(f"{path}/finish", data=ending).status_code == 200
        assert browser.post(f"{path}/finish", data=ending).status_code == 409  # once
        browser.close()
        with database.read() as unit:
            call = store.last_of(unit, case.id)
            notes = [m for m in store_messages.thread(unit, case.id) if m.direction == "note"]
            now = get_case(unit, case.id)
        assert call
        assert (call.state, now.matters, len(notes)) == ("talked", [], 1)
        assert now.last_answered_at is not None
