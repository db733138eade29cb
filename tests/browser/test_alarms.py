"""Alarms and the wallboard on the screen: news without a reload, everything by key, no mouse."""

from datetime import timedelta

from playwright.sync_api import expect

from fairline.cases import changes
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from fairline.core.ids import new_id
from fairline.line.alarms import raise_alarm
from tests.browser.windows import Windows
from tests.journeys.company import Company


def asked(acme: Company, text: str) -> Case:
    """Somebody asked on the board."""
    with acme.install.office.database.write() as unit:
        (board,) = store_inboxes.all_inboxes(unit, kind="web")
        author = Author(channel="web", address=new_id(), name="Cleo")
        said = Inbound(native_id=new_id(), author=author, text=text)
        return changes.get_case(unit, receive(unit, inbox_ref(unit, board), said).case_id)


def ring(acme: Company, case: Case, kind: str) -> None:
    with acme.install.office.database.write() as unit:
        since = unit.now - timedelta(minutes=3)
        raise_alarm(unit, changes.get_case(unit, case.id), kind, since)


def test_an_alarm_comes_by_itself_and_is_taken_by_key(windows: Windows, acme: Company) -> None:
    case = asked(acme, "A lamp that hums")
    page = windows.at_desk(acme.install.url, "ben@acme.test")
    page.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    expect(page.locator(".alarm-line")).to_have_count(0)

    ring(acme, case, "no_place")
    expect(page.locator("#case-head .alarm-line")).to_contain_text("No place in line")
    page.keyboard.press("b")
    expect(page.locator("#case-head .alarm-line")).to_contain_text("You have it")

    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Alarms")).to_be_visible()
    expect(page.get_by_role("article", name=f"No place in line: {case.reference}")).to_be_visible()


def test_the_wallboard_keeps_up(windows: Windows, acme: Company) -> None:
    case = asked(acme, "A secret about a drawer")
    page = windows.at_desk(acme.install.url, "ada@acme.test")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="the line now")).to_be_visible()
    part = page.locator("#wall-part")
    expect(part).not_to_contain_text("secret")
    at_risk = page.locator(".wall-figure", has_text="At risk").locator(".wall-number")
    before = int(at_risk.inner_text())

    ring(acme, case, "promise_at_risk")
    expect(at_risk).to_have_text(str(before + 1))
    page.keyboard.press("l")
    expect(page.locator("#rail-part")).to_be_visible()
