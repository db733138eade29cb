"""A day at the desk without a mouse: every step by key, and the focus is never lost."""

import pytest
from playwright.sync_api import Page, expect

from fairline.cases import actions, changes
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from fairline.core.ids import new_id
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.journeys.company import Company

HALF = "I was about to say"
FOCUSED = """() => {
  const one = document.activeElement;
  return one === document.body ? "nothing" : one.id || one.getAttribute("aria-label") || one.textContent.trim();
}"""


def asked(acme: Company, text: str) -> Case:
    """Somebody asked on the board."""
    with acme.install.office.database.write() as unit:
        (board,) = store_inboxes.all_inboxes(unit, kind="web")
        author = Author(channel="web", address=new_id(), name="Cleo")
        said = Inbound(native_id=new_id(), author=author, text=text)
        taken = receive(unit, inbox_ref(unit, board), said)
        return changes.get_case(unit, taken.case_id)


def now(acme: Company, case: Case) -> Case:
    with acme.install.office.database.read() as unit:
        return changes.get_case(unit, case.id)


def type_in_order(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def case(acme: Company) -> Case:
    return asked(acme, "A drawer that sticks")


@pytest.fixture
def ben(windows: Windows, acme: Company, case: Case) -> Page:
    """At the case."""
    page = windows.at_desk(acme.install.url, "ben@acme.test")
    page.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    expect(page.locator("#say")).to_be_visible()
    return page


def test_signing_in_needs_no_mouse(windows: Windows, acme: Company, case: Case) -> None:
    page = windows.open()
    page.goto(f"{acme.install.url}/desk")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("bea@acme.test")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#rail-part").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_everything_about_a_case_by_key(ben: Page, acme: Company, case: Case) -> None:
    ben.keyboard.press("m")
    expect(ben.locator("#m-owner > summary")).to_have_text("You own this")
    ben.keyboard.press("t")
    expect(ben.get_by_label("Add a tag")).to_be_focused()
    ben.keyboard.type("hinges")
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("link", name="#hinges")).to_be_visible()
    type_in_order(ben, "Escape", "k", "i")
    ben.keyboard.press("Escape")

    ben.keyboard.press("r")
    expect(ben.get_by_label("Your message")).to_be_focused()
    ben.keyboard.type("A drop of oil helps.")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator(".message", has_text="A drop of oil helps.")).to_be_visible()
    assert now(acme, case).status == "waiting"

    ben.keyboard.press("Escape")
    ben.keyboard.press("z")
    expect(ben.locator("#m-snooze .menu-item").first).to_be_focused()
    ben.keyboard.press("Enter")
    expect(ben.get_by_text("put aside, back in")).to_be_visible()
    assert now(acme, case).snoozed_until


def test_the_menu_is_walked_and_left_by_key(ben: Page, acme: Company, case: Case) -> None:
    summary = ben.locator("#m-owner > summary")
    items = ben.locator("#m-owner .menu-item")
    ben.keyboard.press("a")
    expect(items.first).to_be_focused()
    ben.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    ben.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    expect(summary).to_be_focused()
    ben.keyboard.press("a")
    expect(items.first).to_be_focused()
    ben.keyboard.press("Enter")
    expect(summary).to_have_text("You own this")
    assert now(acme, case).owner_id == acme.ben.id


def test_the_next_case_and_the_palette_by_key(ben: Page, acme: Company, case: Case) -> None:
    ben.keyboard.press("n")
    ben.wait_for_function("was => !location.href.includes(was)", arg=case.reference)
    expect(ben.locator("#m-owner > summary")).to_have_text("You own this")
    ben.keyboard.press("Control+k")
    ben.keyboard.type("search")
    ben.keyboard.press("Enter")
    ben.wait_for_url("**/desk/search")


def test_what_comes_in_leaves_focus_menus_and_words(ben: Page, acme: Company, case: Case) -> None:
    """A note, a new owner, a tag and a new case arrive; whoever works notices only that they did."""
    ben.get_by_label("Your message").fill(HALF)
    for number, (key, place) in enumerate(
        (("t", "#tag"), ("a", "#m-owner .menu-item"), ("r", "#say"), ("z", "#m-snooze .menu-item"))
    ):
        ben.keyboard.press("Escape")
        ben.keyboard.press(key)
        held = ben.locator(place).first
        expect(held).to_be_focused()
        with acme.install.office.database.write() as unit:
            there = changes.get_case(unit, case.id)
            actions.note(unit, case.id, acme.bea, f"Note {number}")
            changes.add_tag(unit, there, f"tag-{number}", by=SYSTEM)
        asked(acme, f"Another {number}")
        expect(ben.locator(".message", has_text=f"Note {number}")).to_be_visible()
        expect(ben.get_by_role("link", name=f"#tag-{number}")).to_be_visible()
        expect(ben.locator("#list").get_by_text(f"Another {number}").first).to_be_visible()
        expect(held).to_be_focused()
    expect(ben.get_by_label("Your message")).to_have_value(HALF)


def test_a_row_keeps_the_focus_while_the_line_moves(windows: Windows, acme: Company) -> None:
    ben = windows.at_desk(acme.install.url, "ben@acme.test")
    asked(acme, "Just before")
    expect(ben.get_by_text("Just before").first).to_be_visible()
    ben.keyboard.press("j")
    before = ben.evaluate(FOCUSED)
    asked(acme, "While one reads the list")
    expect(ben.get_by_text("While one reads the list").first).to_be_visible()
    assert ben.evaluate(FOCUSED) == before != "nothing"


@pytest.mark.parametrize("path", ["/", "/questions", "/desk", "case", "/desk/settings/inboxes"])
def test_at_twice_the_size_nothing_is_cut_off(
    windows: Windows, acme: Company, case: Case, path: str
) -> None:
    """200 % on a screen of 1280 by 800 leaves half of each to the page."""
    page = windows.at_desk(acme.install.url, "ada@acme.test", width=640, height=400)
    page.goto(acme.install.url + (f"/desk/cases/{case.reference}" if path == "case" else path))
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if path == "case":
        page.get_by_label("Your message").fill(HALF)
        page.get_by_role("button", name="Send & wait").click(trial=True)
        page.get_by_role("button", name="Person").click()
        expect(page.get_by_role("heading", name="Cleo", level=2).first).to_be_visible()
