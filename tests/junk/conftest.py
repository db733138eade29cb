"""A served install with a company, a token and a signed-in browser, for liars to talk to."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.links import issue
from fairline.cases.rows import SYSTEM
from fairline.cases.store import participants_of
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import inbox_ref
from fairline.desk.session import cookie_name
from fairline.people.sessions import find_session, start_session
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tokens import create_token
from fairline.web.guard import csrf_token
from tests.conftest import PASSWORD
from tests.journeys.server import Install


@dataclass
class Target:
    """What an attacker has who knows a little: addresses, a token, a link, a session."""

    install: Install
    token: str
    link: str
    reference: str
    inbox_id: str
    cookie: str
    csrf: str


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with Install(tmp_path_factory.mktemp("junk"), log_level="error") as install:
        office = install.office
        with office.database.write() as unit:
            brand = create_brand(unit, name="Acme")
            ben = create_agent(
                unit, email="ben@acme.test", name="Ben", role="administrator", password=PASSWORD
            )
            board = create_inbox(
                unit,
                office.channels,
                brand_id=brand.id,
                kind="web",
                name="Board",
                address="board",
                options={"allowed_origins": "http://shop.test"},
                by=SYSTEM,
            )
            words = Inbound(
                native_id="q",
                author=Author(channel="web", address="browser", name="Cleo"),
                text="Where is my parcel?",
                is_public=True,
            )
            taken = receive(unit, inbox_ref(unit, board), words)
            case = get_case(unit, taken.case_id)
            link = issue(unit, case, participants_of(unit, case.id)[0].identity_id)
            token = create_token(unit, ben, "junk")
            session = start_session(unit, ben.id, address="127.0.0.1", browser="junk")
        install.serve()
        cookie = f"{cookie_name(install.settings)}={session}"
        with office.database.read() as unit:
            row = find_session(unit, session)
            assert row
        csrf = csrf_token(office.keyring, row.id)
        yield Target(install, token, link, case.reference, board.id, cookie, csrf)
