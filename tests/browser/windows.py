"""Windows of several people, each a browser of its own, and what went wrong in any of them.

An error in the console, content that a policy blocked, a script that failed, an answer of 5xx or a
dialog that nobody expects is a complaint; `close` raises when there was one.
"""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.conftest import PASSWORD

WAITS_MS = 20_000


class Windows:
    """`complaints` may be emptied by a test that provokes one."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, width: int = 1280, height: int = 800, **options: Any) -> Page:
        """A window of somebody who has never been here."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(WAITS_MS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._see)
        self._contexts.append(context)
        return context.new_page()

    def at_desk(
        self,
        url: str,
        email: str,
        password: str = PASSWORD,
        *,
        width: int = 1500,
        height: int = 900,
    ) -> Page:
        """A window of an agent, signed in."""
        page = self.open(width, height)
        page.goto(f"{url}/desk")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        page.locator("#rail-part").wait_for(state="attached")
        return page

    def check(self) -> None:
        """Raises when there was a complaint."""
        assert not self.complaints, "\n".join(self.complaints)

    def close(self) -> None:
        """Before the server is stopped: that it leaves open pages alone would be a complaint."""
        while self._contexts:
            self._contexts.pop().close()
        self.check()

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is refused is refused on purpose; what fails inside a page is not.
        refused = (
            message.text.startswith("Failed to load resource") and "status of 4" in message.text
        )
        is_page = message.page is not None and message.location["url"] == message.page.url
        if message.type == "error" and not (refused and is_page):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _see(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")
