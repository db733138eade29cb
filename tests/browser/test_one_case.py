"""One case from a public question to a public "solved": private words, a sealed form and a call.

Cleo says each thing once. What every page demands of her is written down, and no page demands what
another has had.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from fairline.cases import store_messages
from fairline.handoff.calls import store as calls
from fairline.handoff.forms import store as forms
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.sets import make_set
from tests.browser.test_calls_and_letters import open_always
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.journeys.company import Company

QUESTION = "I was charged twice for the lamp of last week. Where is my money?"
IBAN = "DE89370400440532013000"
FIELDS = (
    Field(key="holder", label="Account holder", kind="text"),
    Field(key="iban", label="Account number", kind="iban"),
)
# What a page demands: it is empty, it can be seen, and the form does not go without it.
DEMANDED = """() => [...document.querySelectorAll('input, textarea, select')]
  .filter((one) => one.required && !one.value && one.offsetParent && one.form)
  .map((one) => one.labels?.[0]?.textContent.replace("*", "").trim() || one.name)"""


class Customer:
    """Cleo, and all she had to say: `told` holds the label of each field she filled in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[str] = []

    def tell(self, label: str, words: str) -> None:
        again = set(self.page.evaluate(DEMANDED)) & set(self.told)
        assert not again, f"asked again for {again}"
        self.told.append(label)
        self.page.get_by_label(label).fill(words)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 780)])
def test_a_customer_repeats_nothing(
    windows: Windows, acme: Company, width: int, height: int
) -> None:
    open_always(acme)
    keep_a_set(acme)
    cleo = Customer(windows.open(width, height))
    ben = windows.at_desk(acme.install.url, "ben@acme.test", PASSWORD)
    reference = in_public(acme, cleo)
    thread = cleo.page.url.partition("?")[0]
    case_url = f"{acme.install.url}/desk/cases/{reference}"
    into_private(cleo, ben, case_url)
    by_a_sealed_form(cleo, ben, reference)
    by_a_call(cleo, ben, thread, case_url)
    solved_in_public(windows.open(width, height), ben, acme, reference)

    assert cleo.told == [
        "Your question",
        "Account holder",
        "Account number",
        "Your telephone number",
    ]
    with acme.install.office.database.read() as unit:
        (case,) = [one for one in acme.all_cases() if one.reference == reference]
        said = [m.text for m in store_messages.thread(unit, case.id) if m.direction == "inbound"]
        assert case.status == "solved"
        assert calls.open_of(unit, case.id) is None
    assert sum(QUESTION in text for text in said) == 1
    assert cleo.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def keep_a_set(acme: Company) -> None:
    with acme.install.office.database.write() as unit:
        if not any(one.name == "Bank details" for one in forms.all_sets(unit)):
            make_set(
                unit, name="Bank details", intro="", fields=FIELDS, kept_days=7, wiped_on_close=True
            )


def in_public(acme: Company, cleo: Customer) -> str:
    """Asked without an account. Returns the reference."""
    cleo.page.goto(acme.install.url)
    cleo.tell("Your question", QUESTION)
    cleo.page.get_by_text("Public", exact=True).click()
    cleo.page.get_by_role("button", name="Send").click()
    cleo.page.wait_for_url("**/t/*")
    found = re.search(r"FL-\w{6}", cleo.page.inner_text("#who"))
    assert found
    return found[0]


def into_private(cleo: Customer, ben: Page, case_url: str) -> None:
    """Ben answers in public and goes on in private, in one step."""
    ben.goto(case_url)
    ben.keyboard.press("p")
    ben.keyboard.type("I am sorry. I look at it with you.")
    ben.get_by_label("and go on in private").check()
    ben.keyboard.press("Control+Enter")
    expect(ben.locator("#private-side")).to_contain_text("Goes on in private")
    expect(cleo.page.get_by_text("goes on with you in private")).to_be_visible()
    assert cleo.page.evaluate(DEMANDED) == []


def by_a_sealed_form(cleo: Customer, ben: Page, reference: str) -> None:
    ben.keyboard.press("Escape")
    ben.keyboard.press("q")
    ben.wait_for_url("**/ask-for-details")
    ben.get_by_label("Bank details").check()
    ben.get_by_label("Why you need it").fill("To pay it back.")
    ben.keyboard.press("Control+Enter")
    ben.wait_for_url(f"**/desk/cases/{reference}")
    cleo.page.get_by_role("link", name="Fill it in").click()
    cleo.tell("Account holder", "Cleo Philopator")
    cleo.tell("Account number", IBAN)
    cleo.page.get_by_role("button", name="Send it sealed").click()
    expect(cleo.page.locator("#receipt")).to_contain_text("2 answers are sealed")


def by_a_call(cleo: Customer, ben: Page, thread: str, case_url: str) -> None:
    """Ben has the whole record before him while they talk."""
    cleo.page.goto(thread)
    cleo.page.get_by_role("link", name="Call me").click()
    cleo.tell("Your telephone number", "+49 30 901820")
    cleo.page.get_by_role("button", name="Call me").click()
    expect(cleo.page.locator("#call")).to_contain_text("We call you as soon as we can")
    ben.goto(case_url)
    ben.keyboard.press("c")
    expect(ben.locator("#log")).to_contain_text("charged twice")
    ben.get_by_label("Talked", exact=True).check()
    ben.get_by_label("Summary for the customer").fill("The money is on its way.")
    ben.get_by_label("Then").select_option("solved")
    ben.get_by_role("button", name="Keep how it went").click()
    expect(cleo.page.locator("#messages")).to_contain_text("The money is on its way.")


def solved_in_public(dov: Page, ben: Page, acme: Company, reference: str) -> None:
    """Everybody reads how it stands, and nothing else."""
    ben.goto(f"{acme.install.url}/desk/cases/{reference}")
    ben.keyboard.press("u")
    ben.get_by_role("button", name="Solved in private.").click()
    expect(ben.locator("#log")).to_contain_text("Solved in private.")
    dov.goto(f"{acme.install.url}/q/{reference}")
    expect(dov.get_by_text("Solved in private.").first).to_be_visible()
    page = dov.content()
    for secret in ("Philopator", "370400440532013000", "901820", "money is on its way"):
        assert secret not in page
