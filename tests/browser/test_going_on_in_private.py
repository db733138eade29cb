"""Asked in public, gone on in private, and back: Cleo on her phone and at a desk, Ben, and Dov."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fairline.cases import store
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.channels.inboxes import create_inbox, set_state
from fairline.channels.ingest import inbox_ref
from fairline.channels.marks import token_of
from fairline.channels.registry import Channels
from fairline.channels.web import WebChannel
from fairline.handoff.continuation.offering import offer
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from tests.browser.windows import Windows
from tests.fakes.plaza import PlazaChannel
from tests.journeys.company import Company, found_company
from tests.journeys.conftest import StallingSmtp, smtp  # noqa: F401  fixtures
from tests.journeys.mails import sent_by
from tests.journeys.server import Install

PRIVATE = "Your parcel waits at 12 Harbour Road, door code 77."
SIZES = {"desk": (1280, 800), "phone": (390, 780)}


@pytest.mark.parametrize("size", SIZES)
def test_public_to_private_and_back(
    windows: Windows,
    smtp: StallingSmtp,  # noqa: F811
    tmp_path: Path,
    size: str,
) -> None:
    with Install(tmp_path / "acme") as install:
        acme = found_company(install)
        acme.serve_mailbox(smtp=smtp)
        posted, way = post_on_plaza(acme)
        install.serve()
        ben = windows.at_desk(install.url, "ben@acme.test")
        on_the_board(windows, install.url, ben, SIZES[size])
        by_a_link(windows, acme, smtp, ben, posted, way, SIZES[size])
        windows.close()


def on_the_board(windows: Windows, url: str, ben: Page, size: tuple[int, int]) -> None:
    """Cleo asks on our own board; Ben goes on in private with one box, and says how it ended."""
    cleo = windows.open(*size)
    cleo.goto(url)
    cleo.get_by_label("Your question").fill("Where is my parcel? It should be here by now.")
    cleo.get_by_text("Public", exact=True).click()
    cleo.get_by_role("button", name="Send").click()
    cleo.wait_for_url("**/t/*")
    reference = re.search(r"FL-\w{6}", cleo.inner_text("#who"))
    assert reference

    ben.goto(f"{url}/desk/cases/{reference[0]}")
    ben.keyboard.press("p")
    ben.keyboard.type("Sorry to hear that.")
    ben.get_by_label("and go on in private").check()
    shot(ben, "desk-composer", size)
    ben.keyboard.press("Control+Enter")
    expect(ben.locator("#private-side")).to_contain_text("Goes on in private")
    expect(cleo.get_by_text("goes on with you in private")).to_be_visible()
    say_in_private(ben)
    expect(cleo.get_by_text(PRIVATE)).to_be_visible()
    shot(cleo, "own-thread", size)

    dov = windows.open(*size)
    dov.goto(f"{url}/q/{reference[0]}")
    expect(dov.get_by_text("Goes on in private").first).to_be_visible()
    expect(dov.get_by_text("Harbour Road")).to_have_count(0)
    ben.keyboard.press("Escape")
    ben.keyboard.press("u")
    shot(ben, "desk-status", size)
    ben.get_by_role("button", name="Solved in private.").click()
    expect(dov.get_by_text("Solved in private.").first).to_be_visible()
    expect(dov.get_by_text("Harbour Road")).to_have_count(0)
    dov.reload()
    shot(dov, "question", size)
    cleo.locator("#way > summary").click()
    shot(cleo, "own-way", size)


def by_a_link(
    windows: Windows,
    acme: Company,
    smtp: StallingSmtp,  # noqa: F811
    ben: Page,
    posted: Case,
    way: str,
    size: tuple[int, int],
) -> None:
    """Cleo asked elsewhere; the link in our answer leads her to the same case, after six digits."""
    url = acme.install.url
    ben.goto(f"{url}/desk/cases/{posted.reference}")
    say_in_private(ben)
    cleo = windows.open(*size)
    cleo.goto(f"{url}{way}")
    expect(cleo.get_by_text("My lamp is broken")).to_be_visible()
    shot(cleo, "way-fresh", size)
    cleo.get_by_role("button", name="Go on here").click()
    cleo.get_by_label("Your message").fill("It is order 1234")
    cleo.get_by_role("button", name="Send", exact=True).click()
    expect(cleo.get_by_text("It is order 1234")).to_be_visible()
    expect(cleo.get_by_text("Harbour Road")).to_have_count(0)
    expect(ben.get_by_text("Not confirmed yet").first).to_be_visible()
    shot(cleo, "way-here", size)

    dov = windows.open(*size)
    dov.goto(f"{url}{way}")
    expect(dov.get_by_text("This is open in another browser")).to_be_visible()
    expect(dov.get_by_text("order 1234")).to_have_count(0)
    shot(dov, "way-elsewhere", size)

    before = len(smtp.taken)
    cleo.get_by_role("button", name="Send me six digits").click()
    mail = acme.install.until(lambda: smtp.taken[before:], "the digits to go out")[0]
    digits = re.search(r"\b\d{6}\b", str(sent_by(mail).get_body(("plain",))))
    assert digits
    shot(cleo, "way-digits", size)
    cleo.get_by_label("Six digits").fill("000000" if digits[0] != "000000" else "000001")
    cleo.keyboard.press("Enter")
    expect(cleo.get_by_role("alert")).to_contain_text("not right")
    shot(cleo, "way-wrong", size)
    cleo.get_by_label("Six digits").fill(digits[0])
    cleo.keyboard.press("Enter")
    cleo.wait_for_url("**/t/*")
    for words in ("My lamp is broken", "It is order 1234", PRIVATE):
        expect(cleo.get_by_text(words).last).to_be_visible()
    expect(ben.locator("#private-side")).to_contain_text("showed who they are")
    expect(ben.get_by_text("Confirmed by six digits")).to_be_visible()
    shot(ben, "desk-strip", size)
    with acme.install.office.database.read() as unit:
        people = store.participants_of(unit, posted.id)
    assert {one.contact_id for one in people} == {posted.contact_id}

    cleo.goto(f"{url}/continue")
    shot(cleo, "continue", size)


def say_in_private(ben: Page) -> None:
    ben.get_by_label("Private reply").check(force=True)
    ben.get_by_label("Your message").fill(PRIVATE)
    ben.keyboard.press("Control+Enter")
    expect(ben.locator("#case-thread").get_by_text(PRIVATE)).to_be_visible()


def post_on_plaza(acme: Company) -> tuple[Case, str]:
    """Cleo, whose mail address is proven, asked on Plaza and got a link in public; its path."""
    office = acme.install.office
    channels = Channels(
        [WebChannel(), PlazaChannel(takes_links=True)],
        office.keyring,
        public_url=acme.install.url,
        install_id="test",
    )
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            channels,
            brand_id=acme.brand.id,
            kind="plaza",
            name="@acme",
            address="acme",
            options={"port": "1"},
            by=SYSTEM,
        )
        set_state(unit, inbox.id, "paused", by=SYSTEM)
        asked = Inbound(
            native_id="p1",
            author=Author(channel="plaza", address="cleo", name="cleo", verified=True),
            text="My lamp is broken",
            is_public=True,
        )
        taken = receive(unit, inbox_ref(unit, inbox), asked)
        case = store.case_by_id(unit, taken.case_id)
        assert case
        mail = resolve(unit, acme.brand.id, "email", "cleo@example.test")
        values = {"contact_id": case.contact_id, "confirmed_at": unit.now}
        store_contacts.update_identity(unit, mail.id, values)
        offered = offer(unit, channels, case.id, acme.ben, "Sorry.", form="link")
    return case, f"/c/{token_of(office.keyring, offered.message.id)}"


def shot(page: Page, name: str, size: tuple[int, int]) -> None:
    """A picture to look at, where somebody wants to: FAIRLINE_TEST_PICTURES names a folder."""
    if folder := os.environ.get("FAIRLINE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=size[0] < 600)
