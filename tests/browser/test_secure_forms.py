"""From the key `q` to the receipt on a phone without JavaScript, and what the browser keeps of it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fairline.cases.rows import Case
from fairline.handoff.forms import store
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import SecureForm
from fairline.handoff.forms.sets import make_set
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.journeys.company import Company

IBAN = "DE89 3704 0044 0532 0130 00"
FIELDS = (
    Field(key="holder", label="Account holder", kind="text"),
    Field(key="iban", label="Account number", kind="iban"),
)


@pytest.fixture
def case(acme: Company, windows: Windows) -> tuple[Case, Page]:
    """Cleo has asked on the board, and her thread is open on her phone, without JavaScript."""
    with acme.install.office.database.write() as unit:
        if not any(one.name == "Bank details" for one in store.all_sets(unit)):
            make_set(
                unit, name="Bank details", intro="", fields=FIELDS, kept_days=7, wiped_on_close=True
            )
    cleo = windows.open(360, 780, java_script_enabled=False)
    cleo.goto(acme.install.url)
    cleo.get_by_label("Your question").fill("Where is my refund?")
    cleo.get_by_role("button", name="Send").click()
    cleo.wait_for_url("**/t/*")
    return acme.all_cases()[-1], cleo


def ask(acme: Company, windows: Windows, case: Case) -> None:
    """Ben asks, with the keyboard alone."""
    ben = windows.at_desk(acme.install.url, "ben@acme.test", PASSWORD)
    ben.goto(f"{acme.install.url}/desk/cases/{case.reference}")
    ben.keyboard.press("q")
    ben.wait_for_url("**/ask-for-details")
    ben.get_by_label("Bank details").check()
    ben.get_by_label("Why you need it").fill("To refund you.")
    ben.keyboard.press("Control+Enter")
    ben.wait_for_url(f"**/desk/cases/{case.reference}")
    expect(ben.locator("#case-head")).to_contain_text("not sent yet")


def form_of(acme: Company, case: Case) -> SecureForm:
    with acme.install.office.database.read() as unit:
        return store.forms_of(unit, case.id)[-1]


def test_asked_by_keyboard_filled_in_on_a_phone_read_by_the_supervisor(
    acme: Company, windows: Windows, case: tuple[Case, Page]
) -> None:
    asked, cleo = case
    ask(acme, windows, asked)

    cleo.reload()
    cleo.get_by_role("link", name="Fill it in").click()
    cleo.get_by_label("Account holder").fill("Cleo Philopator")
    cleo.get_by_label("Account number").fill("DE00 1234")
    cleo.get_by_role("button", name="Send it sealed").click()
    expect(cleo.locator("#wrong")).to_contain_text("not an account number")
    expect(cleo.get_by_label("Account holder")).to_have_value("Cleo Philopator")
    expect(cleo.get_by_label("Account number")).to_have_value("DE00 1234")
    cleo.get_by_label("Account number").fill("de89370400440532013000")
    cleo.get_by_role("button", name="Send it sealed").click()
    expect(cleo.locator("#receipt")).to_contain_text("2 answers are sealed")
    assert "Philopator" not in cleo.url + cleo.content()

    ada = windows.at_desk(acme.install.url, "ada@acme.test", PASSWORD)
    ada.goto(f"{acme.install.url}/desk/cases/{asked.reference}")
    ada.get_by_role("link", name="Open Bank details").click()
    expect(ada.get_by_text("sealed", exact=True).first).to_be_visible()
    ada.get_by_role("button", name="Show Account number").click()
    expect(ada.locator(".sealed-answer")).to_have_text(IBAN)
    expect(ada.get_by_text("Ada: Account number")).to_be_visible()
    ada.get_by_role("link", name="Hide").click()
    expect(ada.locator(".sealed-answer")).to_have_count(0)
    assert IBAN not in ada.content()


def test_what_is_typed_is_kept_nowhere_in_the_browser(
    acme: Company, windows: Windows, case: tuple[Case, Page]
) -> None:
    """Half typed and left: no draft, no storage, nothing when going back."""
    asked, thread = case
    ask(acme, windows, asked)
    cleo = windows.open(1100, 800)
    sent: list[Any] = []
    cleo.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    cleo.goto(f"{thread.url.partition('?')[0]}/forms/{form_of(acme, asked).id}")
    cleo.get_by_label("Account holder").fill("Cleo Philopator")
    cleo.get_by_label("Account number").press_sequentially("DE89 3704")
    stored = cleo.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Philopator" not in stored
    assert "3704" not in stored
    cleo.get_by_role("link", name="Back to the thread").click()
    cleo.wait_for_url("**/t/*")
    cleo.go_back()
    expect(cleo.get_by_label("Account holder")).to_have_value("")
    assert not [one for one in sent if "Philopator" in one or "3704" in one]
