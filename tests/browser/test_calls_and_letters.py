"""Calls and letters on the screen: a phone without an account, a desk with the record beside it."""

from pathlib import Path

from playwright.sync_api import expect

from fairline.cases import links, store_messages
from fairline.cases.changes import get_case
from fairline.handoff.calls import store
from fairline.people.calendars import change_calendar
from fairline.people.setup import get_brand
from fairline.promises.hours import ALWAYS_OPEN
from tests.browser.test_alarms import asked
from tests.browser.windows import Windows
from tests.handoff.letters.conftest import text_pdf
from tests.journeys.company import Company

NUMBER = "+49 30 901820"


def open_always(acme: Company) -> None:
    """So that no test depends on the time of day."""
    with acme.install.office.database.write() as unit:
        brand_id = unit.connection.exec_driver_sql("SELECT id FROM brands").scalars().first()
        brand = get_brand(unit, str(brand_id))
        assert brand.calendar_id
        change_calendar(unit, brand.calendar_id, "Always", ALWAYS_OPEN)


def test_from_call_me_on_a_phone_to_what_was_agreed(windows: Windows, acme: Company) -> None:
    open_always(acme)
    case = asked(acme, "The stairs light flickers")
    with acme.install.office.database.write() as unit:
        first = store_messages.thread(unit, case.id)[0]
        assert first.identity_id
        thread = f"{acme.install.url}/t/{links.issue(unit, case, first.identity_id)}"

    cleo = windows.open(390, 800, timezone_id="America/New_York")
    cleo.goto(thread)
    cleo.get_by_role("link", name="Call me").click()
    expect(cleo.get_by_role("heading", name="Call me")).to_be_visible()
    cleo.get_by_role("link", name="Show the times of your device (New York)").click()
    expect(cleo.locator("#when-help")).to_contain_text("Times are in New York time")
    cleo.get_by_label("Your telephone number").fill("0900 1")
    cleo.get_by_role("button", name="Call me").click()
    expect(cleo.locator("#number-error")).to_be_visible()
    cleo.get_by_label("Your telephone number").fill(NUMBER)
    cleo.get_by_label("Anything we should know").fill("I hear badly: speak slowly")
    cleo.get_by_role("button", name="Call me").click()
    expect(cleo.locator("#call")).to_contain_text("We call you as soon as we can on +49…820")
    assert cleo.evaluate("document.documentElement.scrollWidth <= innerWidth")

    ben = windows.at_desk(acme.install.url, "ben@acme.test")
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    expect(ben.locator("#call-strip")).to_contain_text("+49 30 901820")
    ben.keyboard.press("g")
    ben.keyboard.press("d")
    expect(ben.get_by_role("article", name=f"Call: {case.reference}")).to_be_visible()
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    ben.keyboard.press("c")
    expect(ben.get_by_role("region", name="The call")).to_contain_text("speak slowly")
    expect(ben.locator("#log")).to_contain_text("The stairs light flickers")
    expect(ben.locator("[data-timer]")).to_contain_text(":")
    expect(cleo.locator("#call")).to_contain_text("We are calling you now")

    bea = windows.at_desk(acme.install.url, "bea@acme.test", width=390, height=800)
    bea.goto(f"{acme.install.url}/desk/cases/{case.reference}/call")
    expect(bea.get_by_role("region", name="The call")).to_contain_text("Ben is calling them")
    assert bea.evaluate("document.documentElement.scrollWidth <= innerWidth")

    ben.get_by_label("Talked", exact=True).check()
    ben.get_by_label("Notes for colleagues").fill("Needs a new ballast")
    ben.get_by_label("Summary for the customer").fill("We send a new ballast on Friday.")
    ben.get_by_label("Then").select_option("solved")
    ben.get_by_role("button", name="Keep how it went").click()
    expect(ben.locator("#log")).to_contain_text("talked on the phone")
    expect(ben.locator("#call-strip")).to_have_count(0)
    expect(cleo.locator("#messages")).to_contain_text("We send a new ballast on Friday.")
    with acme.install.office.database.read() as unit:
        assert get_case(unit, case.id).status == "solved"
        assert store.open_of(unit, case.id) is None


def test_a_letter_is_put_in_mended_and_found(
    windows: Windows, acme: Company, tmp_path: Path
) -> None:
    scan = tmp_path / "letter.pdf"
    scan.write_bytes(text_pdf())
    ben = windows.at_desk(acme.install.url, "ben@acme.test")
    ben.goto(f"{acme.install.url}/desk/log-letter")
    ben.get_by_label("Choose the scan").set_input_files(scan)
    ben.get_by_label("Their postal address").fill("Cleo Client\nHigh Street 5\n12345 Town")
    ben.get_by_role("button", name="Put it in").click()
    expect(ben.locator("#log")).to_contain_text("4711 units")
    expect(ben.locator("#log")).to_contain_text("Read by a machine")
    ben.get_by_role("link", name="Scan and text").click()
    expect(ben.locator("img.scan")).to_have_js_property("complete", value=True)
    assert ben.locator("img.scan").evaluate("one => one.naturalWidth") > 100
    ben.get_by_label("What the letter says").fill("My meter shows 4712 units.")
    ben.get_by_role("button", name="Keep this text").click()
    expect(ben.locator("#log")).to_contain_text("Checked by Ben")
    ben.goto(f"{acme.install.url}/desk/search?q=4712")
    expect(ben.locator("#main")).to_contain_text("My meter shows")


def test_a_call_that_came_in_is_logged_by_keyboard(windows: Windows, acme: Company) -> None:
    ben = windows.at_desk(acme.install.url, "ben@acme.test")
    ben.goto(f"{acme.install.url}/desk/log-call")
    ben.get_by_label("Their number").fill("+49 30 901822")
    ben.keyboard.press("Enter")
    expect(ben.locator("#log-call")).to_contain_text("This number is new to us.")
    ben.get_by_label("Their name").fill("Dov")
    ben.get_by_label("What they want").fill("A bell that rings by itself")
    ben.get_by_role("button", name="Log the call").click()
    expect(ben.locator("#log")).to_contain_text("A bell that rings by itself")
    expect(ben.locator("#by-hand")).to_contain_text("only by phone")
