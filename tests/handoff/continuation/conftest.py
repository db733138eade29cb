"""Acme on Plaza, with links or without, and browsers that come to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar.testing import TestClient

from fairline.cases.rows import Case
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast
from tests.handoff.continuation.square import Browser, OpenBrowser, Square, square_of


@pytest.fixture
def square(office: Office, cast: Cast) -> Iterator[Square]:
    """A network that prices links and lets one write in private."""
    with square_of(office, cast, takes_links=False, private=True) as square:
        yield square


@pytest.fixture
def linked(office: Office, cast: Cast) -> Iterator[Square]:
    """A network on which links are free."""
    with square_of(office, cast, takes_links=True, private=True) as square:
        yield square


@pytest.fixture
def loud(office: Office, cast: Cast) -> Iterator[Square]:
    """A network where nothing can be said in private."""
    with square_of(office, cast, takes_links=False, private=False) as square:
        yield square


@pytest.fixture
def browsers() -> Iterator[Callable[[Square], OpenBrowser]]:
    """`browsers(square)()`: a browser that has never been here."""
    with ExitStack() as stack:

        def at(square: Square) -> OpenBrowser:
            app = app_of(square.office)
            first = stack.enter_context(TestClient(app, base_url="http://board.test"))
            made: list[Browser] = []

            def new() -> Browser:
                made.append(first if not made else TestClient(app, "http://board.test"))
                return made[-1]

            return new

        yield at


@pytest.fixture
def case(linked: Square) -> Case:
    """Cleo asked on Plaza, Ben goes on with her in private by a link."""
    case = linked.asked("My parcel is lost!")
    linked.offers(case, "So sorry.")
    return case
