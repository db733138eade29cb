"""Merging by keyboard: found, looked at side by side, done, and undone from the strip."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from tests.browser.windows import Windows
from tests.conftest import said
from tests.journeys.company import Company

SHOTS = os.environ.get("MERGE_SHOTS", "")


def wrote(acme: Company, text: str, **more: object) -> Case:
    """A mail came in."""
    with acme.install.office.database.write() as unit:
        (inbox,) = store_inboxes.all_inboxes(unit, kind="email")
        taken = receive(unit, inbox_ref(unit, inbox), said(text, **more))  # type: ignore[arg-type]
        return get_case(unit, taken.case_id)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, wide


def test_two_cases_become_one_and_two_again_without_a_mouse(
    windows: Windows, acme: Company
) -> None:
    by = "fay@mail.test"
    first = wrote(acme, "The kettle leaks at the spout since Monday", by=by, name="Fay Hall")
    second = wrote(acme, "Also, my invoice has the wrong name on it", by=by, name="Fay Hall")
    url = acme.install.url
    page = windows.at_desk(url, "ben@acme.test")
    page.goto(f"{url}/desk/cases/{second.reference}")
    expect(page.locator("#say")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Merge with another case")).to_be_visible()
    shot(page, "choose")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=f"Look at both: {first.reference}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Merge these two?")).to_be_visible()
    shot(page, "both")
    page.keyboard.press("Control+k")
    page.keyboard.type("Merge the two")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-reference='{first.reference}']")).to_be_visible()
    expect(page.get_by_text("Also, my invoice has the wrong name on it").first).to_be_visible()
    expect(page.get_by_text("Merged with")).to_be_visible()
    shot(page, "merged")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"Undo: merged with {second.reference}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("are two cases again")).to_be_visible()
    expect(page.locator("[id^=merge-]")).to_have_count(0)


def test_the_pages_fit_a_phone_and_the_dark(windows: Windows, acme: Company) -> None:
    by = "gil@mail.test"
    first = wrote(acme, "My parcel has not come", by=by, name="Gil", native_id="g1@mail.test")
    wrote(acme, "And the lamp flickers", by=by, name="Gil", in_reply_to=("g1@mail.test",))
    second = wrote(acme, "Still nothing here, it is a shame", by=by, name="Gil")
    wrote(acme, "The new app shows error 12 at sign-in since noon", by="a@mail.test", name="Ann")
    wrote(acme, "The new app shows error 14 at sign-in since noon!", by="b@mail.test", name="Bob")
    url = acme.install.url
    from fairline.cases import store_messages

    with acme.install.office.database.read() as unit:
        message = store_messages.thread(unit, second.id)[0]
    page = windows.at_desk(url, "ben@acme.test")
    paths = {
        "merge": f"cases/{first.reference}/merge?with={second.reference}",
        "split": f"cases/{first.reference}/split",
        "belongs": f"cases/{second.reference}/belongs?message={message.id}&q=lamp",
        "person": f"cases/{first.reference}/same-person?with=" + _other(acme),
        "people": f"cases/{first.reference}/same-person",
        "alike": "alike",
    }
    for name, path in paths.items():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{url}/desk/{path}")
        shot(page, f"{name}-wide")
        page.set_viewport_size({"width": 320, "height": 700})
        page.emulate_media(color_scheme="dark")
        fits(page)
        shot(page, f"{name}-phone")
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{url}/desk/alike")
    page.get_by_role("button", name="Answer these 2").click()
    page.get_by_label("The answer").fill("Dear {contact.first_name}, it is mended.")
    page.get_by_role("button", name="Show each as it goes out").click()
    expect(page.get_by_text("Dear Ann, it is mended.")).to_be_visible()
    shot(page, "together-wide")
    page.set_viewport_size({"width": 320, "height": 700})
    fits(page)
    shot(page, "together-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Send to those ticked").click()
    expect(page.get_by_role("heading", name="Answered together")).to_be_visible()
    shot(page, "sent")


def _other(acme: Company) -> str:
    """A case of somebody else."""
    return wrote(acme, "Hello from me", by="gil@work.test", name="Gil").reference
