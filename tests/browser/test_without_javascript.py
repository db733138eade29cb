"""The board with JavaScript switched off: all that a customer can do works all the same."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from fairline.cases.actions import reply
from fairline.channels import store_deliveries
from tests.browser.windows import Windows
from tests.journeys.company import Company

PICTURE = FilePayload(name="order.txt", mimeType="text/plain", buffer=b"Order 1234")


@pytest.fixture
def cleo(windows: Windows) -> Page:
    return windows.open(390, 780, java_script_enabled=False)


def ask(cleo: Page, acme: Company, text: str) -> None:
    cleo.goto(acme.install.url)
    cleo.get_by_label("Your question").fill(text)
    cleo.get_by_role("button", name="Send").click()
    cleo.wait_for_url("**/t/*")


def test_ask_with_a_file_and_follow(cleo: Page, acme: Company) -> None:
    cleo.goto(acme.install.url)
    cleo.get_by_label("Your question").fill("Where is my parcel?")
    cleo.get_by_label("Add a file").set_input_files(PICTURE)
    cleo.get_by_text("Leave a name or a mail address").click()
    cleo.get_by_label("Name", exact=True).fill("Cleo")
    cleo.get_by_role("button", name="Send").click()
    cleo.wait_for_url("**/t/*")
    expect(cleo.get_by_role("link", name="order.txt")).to_be_visible()
    expect(cleo.locator("#place")).to_contain_text("We answer by")

    case = acme.all_cases()[-1]
    with acme.install.office.database.write() as unit:
        said = reply(unit, case.id, acme.ben, "In the van.")
    cleo.reload()
    expect(cleo.get_by_text("In the van.")).to_be_visible()
    with acme.install.office.database.read() as unit:
        (sending,) = store_deliveries.of_messages(unit, [said.id])[said.id]
    assert sending.state == "read"


def test_reply_with_a_file_and_edit(cleo: Page, acme: Company) -> None:
    ask(cleo, acme, "Is it open on Sunday?")
    cleo.get_by_label("Your reply").fill("I mean the shop.")
    cleo.get_by_label("Add a file").set_input_files(PICTURE)
    cleo.get_by_role("button", name="Send").click()
    expect(cleo.get_by_text("I mean the shop.")).to_be_visible()
    expect(cleo.get_by_role("link", name="order.txt")).to_be_visible()
    cleo.get_by_role("link", name="Edit").last.click()
    cleo.get_by_label("Your message").fill("I mean the shop in town.")
    cleo.get_by_role("button", name="Change").click()
    expect(cleo.get_by_text("I mean the shop in town.")).to_be_visible()
    expect(cleo.get_by_text("edited")).to_be_visible()


def test_make_public_and_private_again(cleo: Page, acme: Company) -> None:
    ask(cleo, acme, "Does the shelf hold books?")
    reference = acme.all_cases()[-1].reference
    cleo.get_by_text("Let everybody read it").click()
    cleo.get_by_role("button", name="Make it public").click()
    expect(cleo.get_by_text("public: everybody can read")).to_be_visible()
    there = f"{acme.install.url}/q/{reference}"
    assert cleo.request.get(there).ok
    cleo.get_by_text("Take it off the public board").click()
    cleo.get_by_role("button", name="Make it private").click()
    expect(cleo.get_by_text("only you and Acme")).to_be_visible()
    assert cleo.request.get(there).status in {404, 410}


def test_solved_and_opened_again(cleo: Page, acme: Company) -> None:
    ask(cleo, acme, "My lamp is dark")
    cleo.get_by_role("button", name="This is solved, thank you").click()
    expect(cleo.get_by_text("This is solved").first).to_be_visible()
    cleo.get_by_label("Your reply").fill("Dark again.")
    cleo.get_by_role("button", name="Send").click()
    expect(cleo.get_by_text("Dark again.")).to_be_visible()
    assert acme.all_cases()[-1].status in {"new", "open"}


def test_a_mistake_keeps_what_was_typed(cleo: Page, acme: Company) -> None:
    cleo.goto(acme.install.url)
    cleo.get_by_label("Your question").fill("A long story about a chair")
    cleo.get_by_text("Leave a name or a mail address").click()
    cleo.get_by_label("Mail address").fill("cleo@nowhere")
    cleo.get_by_role("button", name="Send").click()
    expect(cleo.get_by_label("Your question")).to_have_value("A long story about a chair")
    expect(cleo.get_by_label("Mail address")).to_have_value("cleo@nowhere")
    expect(cleo.get_by_label("Mail address")).to_have_attribute("aria-invalid", "true")


def test_a_lost_link_is_asked_for(cleo: Page, acme: Company) -> None:
    cleo.goto(acme.install.url)
    cleo.get_by_role("link", name="Find my thread").click()
    cleo.get_by_label("The mail address you left").fill("nobody@example.test")
    cleo.get_by_role("button", name="Send me a new link").click()
    expect(cleo.get_by_text("Look into your mailbox")).to_be_visible()
