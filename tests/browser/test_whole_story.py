"""The whole job as people see it: Cleo on her phone and by mail, Ben at the desk, both live."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.windows import Windows
from tests.journeys.company import Company, found_company
from tests.journeys.conftest import StallingSmtp, dovecot, smtp  # noqa: F401  fixtures
from tests.journeys.mails import letter, sent_by
from tests.journeys.server import Install
from tests.journeys.test_main_job import moved_equal
from tests.mailserver import MailServer

QUESTION = "My lamp does not light up.\nOrder 1234."


def test_the_whole_story(
    windows: Windows,
    dovecot: MailServer,  # noqa: F811
    smtp: StallingSmtp,  # noqa: F811
    tmp_path: Path,
) -> None:
    with Install(tmp_path / "acme") as install:
        acme = found_company(install)
        acme.serve_mailbox(dovecot=dovecot, smtp=smtp)
        install.serve()
        cleo = windows.open(390, 780)
        ask(cleo, acme)

        # Ben signs in and takes the next case, with one key.
        ben = windows.at_desk(install.url, "ben@acme.test")
        ben.keyboard.press("n")
        ben.wait_for_url("**/desk/cases/FL-*")
        reference = ben.locator("#main").get_attribute("data-reference") or ""
        expect(ben.get_by_text("Order 1234.", exact=False).first).to_be_visible()
        expect(ben.get_by_text("You own this")).to_be_visible()
        expect(cleo.locator("#place")).to_contain_text("Ben")
        both_see_each_other(cleo, ben)
        answer(cleo, ben)

        # The answer goes out as a mail too; she answers that mail.
        mails = acme.install.until(lambda: smtp.taken[1:], "the answer to go out")
        sent = sent_by(mails[0])
        assert mails[0].recipients == ("cleo@example.test",)
        reply_to = sent["Reply-To"].addresses[0].addr_spec
        mail = letter(
            f"Re: {sent['Subject']}",
            "It has come, thank you!\n\nOn Monday Ben wrote:\n> A new bulb is on its way.",
            to=reply_to,
            In_Reply_To=sent["Message-ID"],
        )
        dovecot.deliver(reply_to, mail)
        expect(ben.get_by_text("It has come, thank you!").first).to_be_visible()
        expect(cleo.get_by_text("It has come, thank you!")).to_be_visible()
        assert [case.reference for case in acme.all_cases()] == [reference]

        solve(cleo, ben)
        for page in (cleo, ben):
            assert page.evaluate("() => window.stayed"), "reloaded on the way"
        windows.close()
        install.until(lambda: len(smtp.taken) == 3, "the last mail to go out")
        install.until(lambda: set(acme.delivery_states()) == {"sent"}, "the ledger to know it")
        moved_equal(install, Install(tmp_path / "other"), reference)


def ask(cleo: Page, acme: Company) -> None:
    """In private, without an account; she leaves an address and sees her place."""
    cleo.goto(acme.install.url)
    cleo.get_by_label("Your question").fill(QUESTION)
    cleo.get_by_text("Leave a name or a mail address").click()
    cleo.get_by_label("Name", exact=True).fill("Cleo")
    cleo.get_by_label("Mail address").fill("cleo@example.test")
    cleo.get_by_role("button", name="Send").click()
    cleo.wait_for_url("**/t/*")
    expect(cleo.get_by_text("You are next").first).to_be_visible()
    expect(cleo.get_by_text("only you and Acme")).to_be_visible()
    cleo.evaluate("() => { window.stayed = true; }")


def both_see_each_other(cleo: Page, ben: Page) -> None:
    ben.evaluate("() => { window.stayed = true; }")
    ben.keyboard.press("r")
    box = ben.get_by_label("Your message")
    expect(box).to_be_focused()
    ben.keyboard.type("A new bulb")
    expect(cleo.locator(".writing")).to_contain_text("Ben is writing")
    cleo.get_by_label("Your reply").press_sequentially("By the way")
    expect(ben.locator("[data-presence]")).to_contain_text("Cleo is writing")
    expect(box).to_have_value("A new bulb")
    expect(box).to_be_focused()


def answer(cleo: Page, ben: Page) -> None:
    """It is on her page at once, and what she was typing is still there."""
    ben.keyboard.type(" is on its way.")
    ben.keyboard.press("Control+Enter")
    expect(cleo.get_by_text("A new bulb is on its way.")).to_be_visible()
    expect(cleo.get_by_role("heading", name="Ben")).to_be_visible()
    expect(cleo.get_by_label("Your reply")).to_have_value("By the way")
    expect(cleo.locator("#place")).to_contain_text("Your turn")
    expect(ben.get_by_label("Your message")).to_have_value("")


def solve(cleo: Page, ben: Page) -> None:
    ben.get_by_label("Your message").fill("You are welcome.")
    ben.get_by_label("Send and…").click()
    ben.get_by_role("button", name="Send & solve").click()
    expect(ben.locator("#m-status > summary")).to_have_text("Solved")
    expect(cleo.get_by_text("This is solved").first).to_be_visible()
    expect(cleo.get_by_text("You are welcome.")).to_be_visible()
