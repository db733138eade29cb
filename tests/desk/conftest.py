"""Agents at their screens: each has a browser of their own, signed in over the real app."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from litestar.testing import TestClient

from fairline.cases import store
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.people.tables import Agent
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import PASSWORD, Cast, said
from tests.desk.courier_shop import Shop, shop_of

CSRF = re.compile(r'<meta name="csrf" content="([0-9a-f]+)"')


class Browser:
    """A browser at the desk. `press` is what a form does; `fetch` what a script does."""

    def __init__(self, client: TestClient[Any]) -> None:
        self.client = client
        self.csrf = ""

    def sign_in(self, email: str, password: str = PASSWORD) -> "Browser":
        answer = self.client.post(
            "/desk/sign-in", data={"email": email, "password": password}, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        page = self.client.get("/desk")
        found = CSRF.search(page.text)
        assert found, page.text
        self.csrf = found[1]
        return self

    def see(self, path: str, *, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def press(self, path: str, *, expect: int = 200, files: Any = None, **fields: Any) -> str:
        """Send a form and follow where it leads."""
        answer = self.client.post(path, data={"csrf": self.csrf, **fields}, files=files)
        assert answer.status_code == expect, answer.text
        return answer.text


Sit = Callable[[Agent], Browser]


@pytest.fixture
def browsers(office: Office) -> Iterator[Callable[[], Browser]]:
    """New browsers on one app."""
    with ExitStack() as stack:
        app = app_of(office)
        first = stack.enter_context(TestClient(app, base_url="http://board.test"))
        made: list[TestClient[Any]] = []

        def new() -> Browser:
            client: TestClient[Any] = first if not made else TestClient(app, "http://board.test")
            made.append(client)
            return Browser(client)

        yield new


@pytest.fixture
def sit(browsers: Callable[[], Browser], cast: Cast) -> Sit:
    """`sit(cast.ben)`: Ben at his screen."""
    return lambda agent: browsers().sign_in(agent.email)


@pytest.fixture
def ben(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.ben)


@pytest.fixture
def ada(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.ada)


@pytest.fixture
def ask(office: Office, cast: Cast) -> Callable[..., Case]:
    """`ask("My parcel…")`: Cleo wrote a mail; the case it became."""

    def now(text: str = "My parcel has not come", *, by_board: bool = False, **more: Any) -> Case:
        ref = cast.board_ref if by_board else cast.mailbox_ref
        if by_board:
            more = {"channel": "web", "by": "cleo-browser", **more}
        with office.database.write() as unit:
            taken = receive(unit, ref, said(text, **more))
            case = store.case_by_id(unit, taken.case_id)
        assert case
        return case

    return now


@pytest.fixture
def shop(office: Office, cast: Cast) -> Iterator[Shop]:
    """Acme on a network with rules; ask for it before anybody signs in."""
    with shop_of(office, cast) as opened:
        yield opened
