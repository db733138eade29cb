"""Hostile words that come while one looks: scripts of ours put them on the page, and nothing runs.

What the server writes into pages is gone through in `test_hostile_content.py`.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fairline.cases import actions
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes
from fairline.knowledge.actions import create_reply
from tests.browser.chromium import Site
from tests.browser.test_widget import OPEN
from tests.browser.windows import Windows
from tests.journeys.company import Company

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile/dompurify_expect.json"
ATTACK = (
    "\"><img src=x onerror=alert(1)><script>alert(2)</script><a href='javascript:alert(3)'>go</a>"
)
MOST = 15_000
TRAP = """
window.ran = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  window[name] = (...words) => { window.ran.push(`${name} ${words.join(" ")}`); };
"""
# What ran, and what could have.
AUDIT = """() => [...window.ran, ...[...document.querySelectorAll("*")].flatMap(({ attributes }) =>
  [...attributes].filter(({ name, value }) => /^on|^srcdoc$/.test(name) || /^\\s*javascript:/i.test(value))
    .map(({ name, value }) => `${name}=${value}`))]"""


@pytest.fixture
def words() -> str:
    """Many attacks, as one may type them."""
    if not HOSTILE.is_file():
        pytest.skip("the hostile strings of ../shared/data are not here")
    known = [one["payload"] for one in json.loads(HOSTILE.read_text())]
    return "\n\n".join([ATTACK, *sorted(known, key=len)])[:MOST]


def asked(page: Page, acme: Company, text: str) -> str:
    """Cleo's browser is on her thread; the reference of the case."""
    page.add_init_script(TRAP)
    page.goto(acme.install.url)
    page.get_by_label("Your question").fill(text)
    page.get_by_text("Leave a name or a mail address").click()
    page.get_by_label("Name", exact=True).fill(ATTACK[:80])
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/*")
    return acme.all_cases()[-1].reference


def answer(acme: Company, text: str) -> None:
    with acme.install.office.database.write() as unit:
        actions.reply(unit, acme.all_cases()[-1].id, acme.ben, text)


def test_the_trap_is_sprung_by_what_runs(windows: Windows) -> None:
    page = windows.open()
    page.add_init_script(TRAP)
    page.goto("data:text/html,<img src=x onerror=alert(1)>")
    page.wait_for_function("() => window.ran.length")
    windows.complaints.clear()
    assert page.evaluate(AUDIT) == ["alert 1", "onerror=alert(1)"]


def test_a_case_that_grows_while_one_works(windows: Windows, acme: Company, words: str) -> None:
    """The thread, the list, the drafts of colleagues, who is writing, and the composer's lists."""
    cleo, ben = windows.open(), windows.at_desk(acme.install.url, "ben@acme.test")
    ben.add_init_script(TRAP)
    reference = asked(cleo, acme, words)
    with acme.install.office.database.write() as unit:
        create_reply(unit, title=ATTACK, text=f"{ATTACK} {ATTACK}", by=SYSTEM)
    ben.goto(f"{acme.install.url}/desk/cases/{reference}")
    cleo.get_by_label("Your reply").press_sequentially("I ")
    expect(ben.locator("[data-presence]")).to_contain_text("<script>")
    case_id = acme.all_cases()[-1].id
    with acme.install.office.database.write() as unit:
        actions.save_draft(unit, case_id, acme.bea, "note", words)
        actions.note(unit, case_id, acme.bea, f"live @[{words}]")
    expect(ben.locator(".message.is-note")).to_contain_text(ATTACK)
    ben.get_by_role("button", name="Saved reply").click()
    expect(ben.get_by_role("option").first).to_contain_text("onerror")
    ben.keyboard.press("Escape")
    ben.keyboard.press("Control+k")
    ben.get_by_role("combobox").last.fill("onerror")
    expect(ben.get_by_role("option").filter(has_text="onerror").first).to_be_visible()
    assert ben.evaluate(AUDIT) == []


def test_the_widget_shows_words_and_runs_none(windows: Windows, acme: Company, words: str) -> None:
    with Site() as site:
        with acme.install.office.database.write() as unit:
            (inbox,) = store_inboxes.all_inboxes(unit, kind="web")
            store_inboxes.update(unit, inbox.id, {"options": {"allowed_origins": site.url}})
        line = f'<script src="{acme.install.url}/widget/fairline.js" data-inbox="{inbox.id}">'
        site.html = f"<!doctype html><html lang=en><title>Shop</title>{line}</script>"
        page = windows.open()
        page.add_init_script(TRAP + OPEN)
        page.goto(site.url)
        page.get_by_role("button", name="Ask Acme").click()
        widget = page.get_by_role("dialog", name="Acme")
        widget.get_by_role("textbox").first.fill(words)
        widget.get_by_role("button", name="Send").click()
        expect(widget.get_by_role("log")).to_contain_text(ATTACK)
        answer(acme, f"live {words}")
        expect(widget.get_by_text(f"live {ATTACK}").first).to_be_visible()
        assert page.evaluate("() => window.ran") == []
        assert widget.locator("img, script, [onerror], [href^='javascript' i]").count() == 0
        windows.close()
