"""A fediverse account of Acme, its server, and a server of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pytest_httpserver import HTTPServer

from fairline.app import build_app
from fairline.cases.rows import SYSTEM
from fairline.channels.activitypub import crypto, keys
from fairline.channels.contract import InboxInfo
from fairline.channels.inboxes import create_inbox
from fairline.core.settings import Settings
from fairline.wiring import Office
from tests.channels.activitypub.abroad import Abroad
from tests.conftest import Cast


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=str(tmp_path),
        database_url=database_url,
        base_url="http://help.acme.test",
        sender_checks=False,
        outside_allow=("127.0.0.0/8", "::1/128"),
    )


@pytest.fixture(scope="session")
def pair() -> tuple[str, str]:
    """A key of ours, made once."""
    return crypto.make_key()


@pytest.fixture
def account(
    office: Office, cast: Cast, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> InboxInfo:
    """`@support@help.acme.test`."""
    monkeypatch.setattr(keys.crypto, "make_key", lambda: pair)
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="fediverse",
            name="Acme",
            address="support@help.acme.test",
            options={"summary": "We help."},
            by=SYSTEM,
        )
        return office.channels.info(unit, inbox)


@pytest.fixture
def client(office: Office, account: InboxInfo) -> Iterator[TestClient[Litestar]]:
    del account
    with TestClient(build_app(office, works=False)) as client:
        yield client


@pytest.fixture
def abroad(httpserver: HTTPServer) -> Abroad:
    return Abroad(httpserver)
