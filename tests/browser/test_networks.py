"""On the networks and at the desk: what is said there becomes a case, and the answer is seen there.

A served install with all the made-up networks of the demo. Cleo speaks on the demo's page, which
shows what a person on the network sees; Ben answers at the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fairline.demo.networks.lineup import LineUp
from tests.browser.windows import Windows
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install

SPAM = "@acme Earn $5000 a week from home, guaranteed! DM me or join https://t.me/fast-cash-now"


@dataclass
class Town:
    """A company that is on every network, and the networks."""

    acme: Company
    networks: LineUp

    @property
    def url(self) -> str:
        return self.acme.install.url

    def seen_by(self, person: str, network: str) -> list[tuple[str, bool]]:
        """What somebody sees there: the words, and whether everybody does."""
        (there,) = (one for one in self.networks.networks if one.name == network)
        return [(line.text, line.is_public) for line in there.shown(person)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    networks = LineUp()
    networks.start()
    settings = {"demo_networks": networks.address, "outside_allow": "127.0.0.0/8"}
    try:
        with Install(tmp_path / "acme", **settings) as install:
            acme = found_company(install)
            networks.connect(install.office, acme.brand.id)
            install.serve()
            yield Town(acme, networks)
    finally:
        networks.stop()


def test_asked_on_the_networks_and_answered_from_the_desk(windows: Windows, town: Town) -> None:
    cleo = windows.open()
    ben = windows.at_desk(town.url, "ben@acme.test")
    in_public(town, cleo, ben)
    in_private(town, cleo, ben)
    only_heard(town, cleo, ben)
    on_one_record(town, ben)
    windows.close()


def in_public(town: Town, cleo: Page, ben: Page) -> None:
    """Asked on X for everybody to read; answered there, and seen there."""
    ask(town, cleo, "x", "cleo", "My lamp stays dark. What can I do?", public=True)
    open_case(town, cleo, ben)
    expect(ben.locator("h1")).to_have_text("My lamp stays dark")
    expect(ben.locator("#person-part")).to_contain_text("Cleo (@cleo)")
    ben.get_by_label("Public reply").check(force=True)
    ben.get_by_label("Your message").fill("Turn the ring until it clicks.")
    ben.locator("#outlook > summary").click()
    expect(ben.locator("[data-outlook]")).to_contain_text("By X, for everybody")
    expect(ben.locator("[data-outlook]")).to_contain_text("of 280 characters")
    ben.keyboard.press("Escape")
    ben.get_by_role("button", name="Send & wait").click()
    expect(ben.locator("#case-thread")).to_contain_text("sent to Cleo (@cleo)")
    # It comes on Cleo's page by itself, below what was asked and on the record beside it.
    expect(cleo.locator("#lines")).to_contain_text("Turn the ring until it clicks.")
    expect(cleo.locator("#told")).to_contain_text("Turn the ring until it clicks.")
    assert any(
        "Turn the ring" in text and is_public for text, is_public in town.seen_by("cleo", "x")
    )
    assert any("Turn the ring" in text for text, _ in town.seen_by("dov", "x"))


def in_private(town: Town, cleo: Page, ben: Page) -> None:
    """Asked on WhatsApp, where an answer is taken for a day only; nobody else sees it."""
    ask(town, cleo, "whatsapp", "cleo", "Please send it to 4 Mill Lane.", public=False)
    open_case(town, cleo, ben)
    expect(ben.get_by_text("can be answered by WhatsApp until")).to_be_visible()
    expect(ben.get_by_label("Public reply")).to_have_count(0)
    ben.get_by_label("Your message").fill("It is on its way to Mill Lane.")
    ben.get_by_role("button", name="Send & wait").click()
    expect(ben.locator("#case-thread")).to_contain_text("delivered to +1650")
    expect(ben.get_by_text("can be answered by WhatsApp until")).to_have_count(0)
    expect(cleo.locator("#lines")).to_contain_text("It is on its way to Mill Lane.")
    assert all(not is_public for _, is_public in town.seen_by("cleo", "whatsapp"))
    assert not any("Mill Lane" in text for text, _ in town.seen_by("dov", "whatsapp"))


def only_heard(town: Town, dov: Page, ben: Page) -> None:
    """Spam waits in nobody's way; one press makes it a case all the same."""
    ask(town, dov, "x", "dov", SPAM, public=True)
    ben.goto(f"{town.url}/desk/mentions")
    town.acme.install.until(lambda: is_there(ben, "Dov (@dov)"), "the mention")
    assert not any(case.subject.startswith("Earn") for case in town.acme.all_cases())
    expect(ben.locator("#mentions-part")).to_contain_text("Dov (@dov)")
    ben.get_by_role("button", name="Make it a case: Dov (@dov)").click()
    ben.wait_for_url("**/desk/cases/**")
    expect(ben.locator("#case-thread")).to_contain_text("Earn $5000 a week")
    expect(dov.locator("#told")).to_contain_text("Earn $5000 a week")


def on_one_record(town: Town, ben: Page) -> None:
    """Three cases, whatever they came by; each answer stands with its question, once."""
    ben.goto(f"{town.url}/desk?list=everything")
    for channel in ("X, public", "WhatsApp"):
        expect(ben.locator("#rows").get_by_text(channel, exact=True).first).to_be_visible()
    said = {}
    for case in town.acme.all_cases():
        messages = [one for one in town.acme.all_messages() if one.case_id == case.id]
        said[case.channel, case.is_public, messages[0].author_name] = [
            (one.direction, one.channel, one.visibility) for one in messages
        ]
    assert said == {
        ("x", True, "Cleo (@cleo)"): [("inbound", "x", "public"), ("outbound", "x", "public")],
        ("whatsapp", False, "Cleo Marsh"): [
            ("inbound", "whatsapp", "private"),
            ("outbound", "whatsapp", "private"),
        ],
        ("x", True, "Dov (@dov)"): [("inbound", "x", "public")],
    }


def ask(town: Town, page: Page, network: str, person: str, text: str, *, public: bool) -> None:
    page.goto(f"{town.url}/demo/customers?network={network}&person={person}")
    page.get_by_label(f"What {person.capitalize()} says").fill(text)
    page.get_by_role("button", name="Post it" if public else "Write in private").click()
    expect(page.locator("#lines")).to_contain_text(text)


def open_case(town: Town, cleo: Page, ben: Page) -> None:
    """Ben opens the case that stands beside what was said, once it is there."""
    way = cleo.locator(".demo-case h3 a")
    expect(way).to_have_count(1)
    ben.goto(f"{town.url}{way.get_attribute('href')}")


def is_there(page: Page, words: str) -> bool:
    page.reload()
    return page.get_by_text(words).count() > 0
