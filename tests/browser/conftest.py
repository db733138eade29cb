"""A browser and a serving company for all tests of this folder, and a fresh page for each."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fairline.web.tables import rate_buckets
from tests.browser.chromium import find_chromium, launch
from tests.browser.windows import Windows
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install

MISSING = "Chromium is not installed: apt-get install chromium"
REQUIRED = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"
# Other tests may share these cores.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need Chromium."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


# Of the folder, not of the session: while Playwright is open, its event loop is the main thread's.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not find_chromium():
        pytest.fail(MISSING) if REQUIRED else pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company that serves, the same for all tests of this folder."""
    with Install(tmp_path_factory.mktemp("acme")) as install:
        company = found_company(install)
        # Nothing is listening there: no test of this folder sends mail through it.
        company.serve_mailbox(smtp_host="127.0.0.1", smtp_port="1", smtp_security="none")
        install.serve()
        yield company


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest) -> None:
    """What the tests before asked does not count: all come from one address."""
    if "acme" in request.fixturenames:
        company: Company = request.getfixturevalue("acme")
        with company.install.office.database.write() as unit:
            unit.execute(sa.delete(rate_buckets))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of a browser that has never been here."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def windows(chromium: Browser) -> Iterator[Windows]:
    """Opens windows; the test fails when one of them had anything to complain of."""
    opened = Windows(chromium)
    yield opened
    opened.close()
