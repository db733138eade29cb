"""Takes the pictures in docs/screenshots anew: fills the demo company into a folder that is thrown
away, serves it, and opens its pages in Chromium, light, dark and on a phone.

    .venv/bin/python -m scripts.take_screenshots [NAME …]       # case, line, …; all without a name
"""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.small_png import small_png

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "tide tables and teapots"
MOST_BYTES = 150_000
STARTS_WITHIN_S = 120


class Look(NamedTuple):
    """One way to look at a page."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look("light", 1440, 900, "light"),
    Look("dark", 1440, 900, "dark"),
    Look("phone", 390, 800, "light"),
)


def board(page: Page, url: str) -> None:
    page.goto(url)


def question(page: Page, url: str) -> None:
    page.goto(f"{url}/questions")
    answered = page.locator("article", has_text="Answered by").first
    answered.get_by_role("link").first.click()
    page.wait_for_url("**/q/*")


def thread(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Your question").fill(
        "The lid of the Skerry teapot arrived with a chip, order AQ-41077.\n"
        "Could you send me another one? I do not need a new pot."
    )
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/*")


def line(page: Page, url: str) -> None:
    page.goto(f"{url}/desk")


def case(page: Page, url: str) -> None:
    """One that a colleague was asked about: mail, a note, and a draft in the making."""
    page.goto(f"{url}/desk?list=unassigned&tag=repeat-contact")
    page.locator("[data-item] a.title").first.click()
    page.wait_for_url("**/desk/cases/*")
    page.locator("#composer textarea").wait_for()


def settings(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/settings/inboxes")


def fairness(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/fairness")


def wall(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/wall")


def routing(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/settings/routing")


def inboxes(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/inboxes")


def mentions(page: Page, url: str) -> None:
    for person, text in (("gwen", "Thank you, the teapot is lovely!"), ("hugo", "haha 😂😂")):
        say(page, url, "mastodon", person, text)
    say(page, url, "x", "ines", "WIN a FREE phone!!! click https://prize.example/win #win #free")
    page.goto(f"{url}/desk/mentions")
    page.wait_for_timeout(3000)
    page.reload()


def customers(page: Page, url: str) -> None:
    say(page, url, "x", "cleo", "My kettle stopped after two days. What now?")
    page.locator(".demo-case").first.wait_for()


def say(page: Page, url: str, network: str, person: str, text: str) -> None:
    """Say something on a made-up network."""
    page.goto(f"{url}/demo/customers?network={network}&person={person}")
    page.get_by_label(f"What {person.capitalize()} says").fill(text)
    page.get_by_role("button", name="Post it").click()


PUBLIC = (board, question, thread)
PAGES: dict[str, Callable[[Page, str], None]] = {
    one.__name__: one
    for one in (
        *PUBLIC,
        line,
        case,
        settings,
        fairness,
        wall,
        routing,
        inboxes,
        mentions,
        customers,
    )
}


def main() -> None:
    wanted = sys.argv[1:] or list(PAGES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as url, sync_playwright() as playwright:
        path = next(path for name in CHROMIUM if (path := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        visitor, agent, blank = window(browser), window(browser), browser.new_page()
        sign_in(agent.new_page(), url)
        for name in wanted:
            context = visitor if PAGES[name] in PUBLIC else agent
            take(context.new_page(), url, name, blank)
        browser.close()


def take(page: Page, url: str, name: str, blank: Page) -> None:
    """The page in every look. A picture that is too heavy for the docs ends the run."""
    PAGES[name](page, url)
    for look in LOOKS:
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        page.evaluate("() => document.fonts.ready")
        path = FOLDER / f"{name}-{look.name}.png"
        path.write_bytes(small_png(blank, page.screenshot(animations="disabled", caret="hide")))
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
        if size > MOST_BYTES:
            sys.exit(f"{path.name} is larger than {MOST_BYTES // 1000} kB")
    page.close()


def window(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="en-GB", timezone_id="Europe/London")


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/sign-in")
    page.get_by_label("E-mail address").fill("ruth@estuary.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.close()


@contextmanager
def served() -> Iterator[str]:
    """The demo company on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        flags = ["demo", "--no-live", "--data-dir", folder, "--host", "127.0.0.1"]
        process = subprocess.Popen([sys.executable, "-m", "fairline", *flags, "--port", str(port)])
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    pause = threading.Event()
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            pause.wait(0.2)
        else:
            return
    sys.exit("fairline demo does not answer")


if __name__ == "__main__":
    main()
