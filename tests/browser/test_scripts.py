"""What the pages' own scripts promise, in a real browser on a real install: nothing typed is lost,
live pages stay calm, and everything has a key."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from fairline.cases.actions import reply
from fairline.cases.rows import Case
from tests.browser.chromium import complaints_of
from tests.conftest import PASSWORD
from tests.journeys.company import Company

HALF = "I was about to say that"


@pytest.fixture
def ben(chromium: Browser, acme: Company) -> Iterator[Page]:
    """Ben's browser, at the desk."""
    with chromium.new_context(viewport={"width": 1500, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{acme.install.url}/desk")
        page.get_by_label("E-mail address").fill("ben@acme.test")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/desk")
        yield page


def ask(page: Page, acme: Company, text: str) -> Case:
    """Cleo asks; her browser is on her thread."""
    page.goto(acme.install.url)
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/*")
    return acme.all_cases()[-1]


def answer(acme: Company, case: Case, text: str) -> None:
    """Ben answers from elsewhere."""
    with acme.install.office.database.write() as unit:
        reply(unit, case.id, acme.ben, text)


def test_an_answer_arrives_while_one_types_and_nothing_moves(page: Page, acme: Company) -> None:
    complaints = complaints_of(page)
    case = ask(page, acme, "Does the shelf hold books?")
    box = page.get_by_label("Your reply")
    box.fill(HALF)
    answer(acme, case, "Thirty of them.")
    expect(page.get_by_role("heading", name="Ben")).to_be_visible()
    expect(page.get_by_text("Thirty of them.")).to_be_visible()
    expect(box).to_have_value(HALF)
    expect(box).to_be_focused()
    expect(page.locator(".sr-only[aria-live]")).to_contain_text("new on your thread")
    assert complaints == []


def test_a_cut_is_told_and_made_up_for(page: Page, acme: Company) -> None:
    case = ask(page, acme, "Is anybody there?")
    page.get_by_label("Your reply").fill(HALF)
    acme.install.kill()
    banner = page.locator("#live-banner")
    expect(banner).to_contain_text("out of date")
    answer(acme, case, "We are back.")
    acme.install.serve()
    expect(page.get_by_text("We are back.")).to_be_visible(timeout=60_000)
    expect(banner).to_have_count(0)
    expect(page.get_by_label("Your reply")).to_have_value(HALF)


def test_words_outlive_a_reload_until_they_are_sent(page: Page, acme: Company) -> None:
    page.goto(acme.install.url)
    page.get_by_label("Your question").fill(HALF)
    page.reload()
    expect(page.get_by_label("Your question")).to_have_value(HALF)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/*")
    page.goto(acme.install.url)
    expect(page.get_by_label("Your question")).to_have_value("")


def test_a_link_into_the_page_does_not_load_it_again(page: Page, acme: Company) -> None:
    ask(page, acme, "Where am I?")
    page.get_by_label("Your reply").fill(HALF)
    page.evaluate("() => { window.stayed = true; }")
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate("() => window.stayed") is True
    expect(page.get_by_label("Your reply")).to_have_value(HALF)


def test_an_impatient_double_click_asks_once(page: Page, acme: Company) -> None:
    before = len(acme.all_cases())
    page.goto(acme.install.url)
    page.get_by_label("Your question").fill("Twice?")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/t/*")
    assert len(acme.all_cases()) == before + 1


def test_a_file_can_be_taken_back(page: Page, acme: Company) -> None:
    page.goto(acme.install.url)
    page.get_by_label("Your question").fill("Two photographs")
    page.get_by_label("Add a file").set_input_files(
        [
            FilePayload(name=name, mimeType="text/plain", buffer=b"words")
            for name in ("keep.txt", "private.txt")
        ]
    )
    page.get_by_role("button", name="Take back private.txt").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="keep.txt")).to_be_visible()
    expect(page.get_by_text("private.txt")).to_have_count(0)


def test_the_theme_chosen_is_kept(page: Page, acme: Company) -> None:
    page.goto(acme.install.url)
    page.get_by_role("button", name="Dark or light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(21, 20, 18)"
    )


def test_both_see_that_the_other_writes(page: Page, ben: Page, acme: Company) -> None:
    case = ask(page, acme, "Who is there?")
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    page.get_by_label("Your reply").press_sequentially("It is about")
    expect(ben.locator("[data-presence]")).to_contain_text("writing")
    ben.get_by_label("Your message").press_sequentially("Let me")
    expect(page.locator(".writing")).to_contain_text("Ben is writing an answer")


def test_a_note_in_the_making_is_nobody_elses_business(
    page: Page, ben: Page, acme: Company
) -> None:
    case = ask(page, acme, "Who is that?")
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    ben.keyboard.press("i")
    expect(ben.locator(".composer-reads")).to_have_text(re.compile("Only colleagues"))
    with ben.expect_response("**/presence"):
        ben.get_by_label("Your message").press_sequentially("Careful")
    expect(page.locator(".writing")).not_to_contain_text("Ben")


def test_a_draft_is_kept_on_the_server(ben: Page, page: Page, acme: Company) -> None:
    case = ask(page, acme, "When do you open?")
    there = f"{acme.install.url}/desk/cases/{case.reference}"
    ben.goto(there)
    box = ben.get_by_label("Your message")
    box.fill("At nine, and ")
    expect(ben.locator("[data-composer-state]")).to_have_text("Draft saved")
    box.press_sequentially("@be")
    expect(ben.get_by_role("option", name="Bea")).to_be_visible()
    ben.keyboard.press("Enter")
    expect(box).to_have_value("At nine, and @[Bea] ")
    with ben.expect_response("**/draft"):
        pass
    ben.reload()
    expect(ben.get_by_label("Your message")).to_have_value(re.compile(r"^At nine, and @\[Bea\]"))


def test_sent_by_key_without_leaving_the_page(ben: Page, page: Page, acme: Company) -> None:
    case = ask(page, acme, "How late is it?")
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    ben.evaluate("() => { window.stayed = true; }")
    ben.keyboard.press("i")
    ben.get_by_label("Your message").fill("She asks for the time.")
    ben.keyboard.press("Control+Enter")
    note = ben.locator(".message.is-note")
    expect(note).to_contain_text("She asks for the time.")
    expect(ben.get_by_label("Your message")).to_have_value("")
    ben.get_by_label("Private reply", exact=False).first.check(force=True)
    ben.get_by_label("Your message").fill("Ten past four.")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator(".message.is-private").last).to_contain_text("Ten past four.")
    expect(page.get_by_text("Ten past four.")).to_be_visible()
    expect(page.get_by_text("She asks for the time.")).to_have_count(0)
    assert ben.evaluate("() => window.stayed") is True


def test_the_palette_finds_a_case_and_does_things(ben: Page, page: Page, acme: Company) -> None:
    case = ask(page, acme, "The hinge squeaks at night")
    palette = ben.get_by_role("dialog", name="Find or do anything")
    ben.keyboard.press("Control+k")
    palette.get_by_role("combobox").fill("hinge")
    palette.get_by_role("option").filter(has_text="hinge").click()
    ben.wait_for_url(f"**/desk/cases/{case.reference}*")
    ben.keyboard.press("Control+k")
    palette.get_by_role("combobox").fill("asstome")
    expect(palette.get_by_role("option").first).to_contain_text("Assign to me")
    ben.keyboard.press("Enter")
    expect(ben.get_by_text("You own this")).to_be_visible()


def test_keys_are_listed_and_can_be_switched_off(ben: Page, acme: Company) -> None:
    ben.keyboard.press("?")
    keys = ben.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Next case")
    keys.get_by_role("switch").click()
    keys.get_by_role("button", name="Close").click()
    ben.keyboard.press("g")
    ben.keyboard.press("m")
    expect(ben.get_by_role("heading", name="The line", level=1)).to_be_attached()
    ben.keyboard.press("?")
    keys.get_by_role("switch").click()
    keys.get_by_role("button", name="Close").click()
    ben.keyboard.press("g")
    ben.keyboard.press("m")
    ben.wait_for_url("**/desk?list=mine")


def test_the_list_is_walked_by_keys(ben: Page, page: Page, acme: Company) -> None:
    ask(page, acme, "One of at least two")
    ask(page, acme, "The other of at least two")
    ben.goto(f"{acme.install.url}/desk")
    titles = ben.locator("[data-item] a.title")
    expect(titles.nth(1)).to_be_visible()
    ben.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    ben.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    ben.keyboard.press("k")
    ben.keyboard.press("Enter")
    ben.wait_for_url("**/desk/cases/*")
