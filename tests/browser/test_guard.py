"""The guard on the screen: a stopped answer is mended, a hidden question decided, a pattern set."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from fairline.core.ids import new_id
from tests.browser.test_axe import AXE, SCHEMES, SETTLED, faults
from tests.browser.windows import Windows
from tests.journeys.company import Company

SHOTS = os.environ.get("FAIRLINE_TEST_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """Axe has nothing to say of it, light and dark; and a picture to look at, when asked for."""
    for scheme in SCHEMES if AXE.is_file() else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)
        assert faults(page, AXE.read_text()) == [], (name, scheme)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def asked(acme: Company, text: str) -> Case:
    with acme.install.office.database.write() as unit:
        (board,) = store_inboxes.all_inboxes(unit, kind="web")
        author = Author(channel="web", address=new_id(), name="Cleo")
        said = Inbound(native_id=new_id(), author=author, text=text, is_public=True)
        return get_case(unit, receive(unit, inbox_ref(unit, board), said).case_id)


def test_a_stopped_answer_is_mended_with_one_press(windows: Windows, acme: Company) -> None:
    case = asked(acme, "Where is my refund?")
    page = windows.at_desk(acme.install.url, "ada@acme.test")
    page.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    page.get_by_text("Public reply", exact=True).click()
    page.locator("#say").fill("It went to card 4111 1111 1111 1111 on Monday")
    expect(page.locator("#composer-judge")).to_contain_text("a card number")

    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-stop")).to_be_visible()
    expect(page.locator("#say")).to_have_value("It went to card 4111 1111 1111 1111 on Monday")
    expect(page.locator("#composer-judge")).to_be_hidden()
    shot(page, "stop")
    page.get_by_role("button", name="Mask it").click()
    expect(page.locator("#say")).to_have_value("It went to card •••• •••• •••• 1111 on Monday")
    expect(page.locator("#composer-judge")).to_be_hidden()
    page.get_by_role("button", name="Send & wait").click()
    expect(page.locator(".message.is-public").last).to_contain_text("•••• 1111 on Monday")

    page.get_by_text("Public reply", exact=True).click()
    page.locator("#say").fill("Your parcel is labelled +49 30 901820 by us")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-stop")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_text("Send it all the same").click()
    shot(page, "stop-phone")
    page.get_by_role("button", name="Send in private instead").click()
    expect(page.locator(".message.is-private").last).to_contain_text("901820")
    # That an answer was refused is what this test is about.
    assert all("status of 422" in one for one in windows.complaints)
    windows.complaints.clear()


def test_a_customer_decides_what_of_a_hidden_question_is_shown(
    windows: Windows, acme: Company
) -> None:
    page = windows.open()
    page.goto(acme.install.url)
    page.locator("textarea[name=text]").fill("Why was my card 4111 1111 1111 1111 charged twice?")
    page.get_by_text("Public", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We found a card number in it")).to_be_visible()
    shot(page, "hidden")
    page.set_viewport_size({"width": 390, "height": 800})
    shot(page, "hidden-phone")
    page.get_by_role("button", name="Hide just that part and show the rest").click()
    expect(page.get_by_text("Everybody can read it now")).to_be_visible()
    page.get_by_text("What everybody reads").click()
    expect(page.locator("#messages details p")).to_contain_text("•••• •••• •••• 1111")
    page.goto(f"{acme.install.url}/questions")
    expect(
        page.get_by_text("Why was my card •••• •••• •••• 1111 charged twice?").first
    ).to_be_visible()


def test_a_pattern_is_set_and_tried(windows: Windows, acme: Company) -> None:
    asked(acme, "My card 4111 1111 1111 1111 is lost")
    page = windows.at_desk(acme.install.url, "ada@acme.test")
    page.goto(f"{acme.install.url}/desk/settings/personal-data")
    page.get_by_label("What it is").fill("Contract")
    page.get_by_label("Pattern").fill("AA-999999")
    page.get_by_label("Examples, one on a line").fill("12-KD")
    page.get_by_role("button", name="Add the pattern").click()
    expect(page.locator("#samples-error")).to_contain_text("does not take “12-KD”")
    shot(page, "settings-refused")
    page.get_by_label("Examples, one on a line").fill("KD-123456")
    page.get_by_role("button", name="Add the pattern").click()
    expect(page.get_by_role("cell", name="AA-999999")).to_be_visible()
    page.get_by_label("A text").fill("Contract KD-123456, DE89 3704 0044 0532 0130 00")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_text("An account number: KD-123456")).to_be_visible()
    shot(page, "settings")
