"""The widget on somebody else's site, in a real browser, under a policy that allows little else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fairline.cases.actions import reply
from fairline.channels import store_inboxes
from tests.browser.chromium import Site, complaints_of
from tests.journeys.company import Company

OPEN = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return attach.call(this, { ...options, mode: "open" });
};
"""


@dataclass
class Shop:
    """A shop's site with our line in it, and the company that serves the widget."""

    site: Site
    acme: Company

    def ben_answers(self, text: str) -> None:
        with self.acme.install.office.database.write() as unit:
            reply(unit, self.acme.all_cases()[-1].id, self.acme.ben, text)


@pytest.fixture(scope="module")
def shop(acme: Company) -> Iterator[Shop]:
    install = acme.install
    with Site() as site:
        with install.office.database.write() as unit:
            (inbox,) = store_inboxes.all_inboxes(unit, kind="web")
            store_inboxes.update(unit, inbox.id, {"options": {"allowed_origins": site.url}})
        site.policy = (
            f"default-src 'none'; script-src {install.url}; connect-src {install.url}; "
            "require-trusted-types-for 'script'"
        )
        script = f'<script src="{install.url}/widget/fairline.js" data-inbox="{inbox.id}" async>'
        site.html = (
            "<!doctype html><html lang=en><title>Shop</title><main><h1>Shop</h1></main>"
            f"{script}</script>"
        )
        yield Shop(site, acme)


def open_widget(page: Page, shop: Shop) -> Locator:
    """Its shadow root is closed to the site's scripts; the accessibility tree sees it as we do."""
    page.goto(shop.site.url)
    page.get_by_role("button", name="Ask Acme").click()
    return page.get_by_role("dialog", name="Acme")


@pytest.fixture(autouse=True)
def opened_roots(page: Page) -> None:
    """The test looks inside the closed root; the site cannot (see below)."""
    page.add_init_script(OPEN)


def test_a_question_is_asked_answered_and_followed_without_leaving_the_shop(
    page: Page, shop: Shop
) -> None:
    complaints = complaints_of(page)
    widget = open_widget(page, shop)
    expect(widget.get_by_role("textbox").first).to_be_focused()
    widget.get_by_role("textbox").first.fill("Does the table fold?")
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_text("Does the table fold?")).to_be_visible()
    expect(widget.get_by_text("before you").or_(widget.get_by_text("next"))).to_be_visible()

    shop.ben_answers("It does, twice. See https://acme.test/table.")
    expect(widget.get_by_text("It does, twice.")).to_be_visible()
    link = widget.get_by_role("link", name="https://acme.test/table")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")

    widget.get_by_role("textbox", name="Your reply").fill("Thank you!")
    page.keyboard.press("Control+Enter")
    expect(widget.get_by_text("Thank you!")).to_be_visible()
    assert shop.acme.all_cases()[-1].message_count == 3
    assert complaints == []


def test_the_thread_is_there_again_after_a_reload(page: Page, shop: Shop) -> None:
    widget = open_widget(page, shop)
    widget.get_by_role("textbox").first.fill("Where is my lamp?")
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_role("log")).to_contain_text("Where is my lamp?")
    widget.get_by_role("button", name="Close").click()

    shop.ben_answers("In the van, Cleo.")
    page.goto(shop.site.url)
    bubble = page.get_by_role("button", name="Ask Acme")
    expect(bubble).to_contain_text("1 new")
    bubble.click()
    expect(page.get_by_role("log")).to_contain_text("In the van, Cleo.")
    page.keyboard.press("Escape")
    expect(bubble).to_be_focused()
    expect(bubble).not_to_contain_text("new")


def test_typed_text_outlives_being_offline(page: Page, shop: Shop) -> None:
    widget = open_widget(page, shop)
    before = len(shop.acme.all_cases())
    page.context.set_offline(True)
    widget.get_by_role("textbox").first.fill("My train is in a tunnel")
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_role("alert")).to_contain_text("offline")
    page.context.set_offline(False)
    widget = open_widget(page, shop)
    expect(widget.get_by_role("textbox").first).to_have_value("My train is in a tunnel")
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_role("log")).to_contain_text("My train is in a tunnel")
    assert len(shop.acme.all_cases()) == before + 1


def test_files_go_with_a_reply(page: Page, shop: Shop) -> None:
    widget = open_widget(page, shop)
    widget.get_by_role("textbox").first.fill("It came broken")
    widget.get_by_role("button", name="Send").click()
    widget.get_by_label("Add a file").set_input_files(
        {"name": "crack.txt", "mimeType": "text/plain", "buffer": b"along the edge"}
    )
    expect(widget.get_by_text("crack.txt (1 kB)")).to_be_visible()
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_role("link", name="crack.txt")).to_be_visible()


def test_the_site_cannot_look_inside(chromium: Browser, shop: Shop) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(shop.site.url)
        expect(page.locator("fairline-widget")).to_be_attached()
        assert page.evaluate("() => document.querySelector('fairline-widget').shadowRoot") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_small_phone(
    chromium: Browser, shop: Shop, scheme: Literal["light", "dark"]
) -> None:
    with chromium.new_context(
        viewport={"width": 320, "height": 560},
        color_scheme=scheme,
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        page.add_init_script(OPEN)
        page.goto(shop.site.url)
        page.get_by_role("button", name="Ask Acme").click()
        box = page.get_by_role("dialog", name="Acme").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 320, "height": 560}
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_site_that_is_not_named_gets_no_bubble(page: Page, shop: Shop) -> None:
    with Site(shop.site.html) as stranger:
        with page.expect_console_message(lambda m: m.text.startswith("Fairline:")) as warning:
            page.goto(stranger.url)
        assert warning.value.type == "warning"
        expect(page.get_by_role("button", name="Ask Acme")).to_have_count(0)
