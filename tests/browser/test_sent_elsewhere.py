"""On the screen: an answer that only sends the customer elsewhere is stopped until it is meant."""

from playwright.sync_api import expect

from tests.browser.test_guard import asked, shot
from tests.browser.windows import Windows
from tests.journeys.company import Company


def test_it_is_stopped_until_somebody_means_it(windows: Windows, acme: Company) -> None:
    case = asked(acme, "Where is my parcel?")
    page = windows.at_desk(acme.install.url, "ada@acme.test")
    page.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    page.get_by_text("Public reply", exact=True).click()
    page.locator("#say").fill("Sorry about that. Please send us a direct message.")
    page.keyboard.press("Control+Enter")
    stop = page.locator("#composer-away")
    expect(stop).to_be_visible()
    expect(page.locator("#say")).to_have_value("Sorry about that. Please send us a direct message.")
    expect(stop.get_by_role("link", name="Hand it over")).to_be_visible()
    shot(page, "away")
    page.locator("#say").fill("So sorry. Please send us a direct message.")
    with page.expect_response("**/say") as answered:
        page.keyboard.press("Control+Enter")
    assert answered.value.status == 422
    expect(page.locator("#say")).to_have_value("So sorry. Please send us a direct message.")
    expect(stop).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    shot(page, "away-phone")
    stop.get_by_role("button", name="Send it all the same").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message.is-public").last).to_contain_text("direct message")
    expect(page.get_by_text("only sends the customer elsewhere")).to_be_visible()
    # That it was refused at first is what this test is about.
    assert all("status of 422" in one for one in windows.complaints)
    windows.complaints.clear()
