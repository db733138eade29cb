"""A fediverse account of Acme, its server, and a server of others."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pytest_httpserver import HTTPServer

from fairline.channels.contract import InboxInfo
from tests.apps import app_of
from tests.channels.activitypub.abroad import Abroad
from tests.channels.activitypub.acme import Acme
from tests.cluster import Cluster
from tests.conftest import Cast, copied


@pytest.fixture(scope="module")
def acme_server(
    staffed_database: tuple[str, Cast],
    cluster: Cluster | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Acme]:
    """One server for the tests of a module."""
    source, cast = staffed_database
    folder = tmp_path_factory.mktemp("acme")
    url = copied(source, folder, cluster, name=f"fediverse_{folder.name}")
    acme = Acme(str(folder), url, cast.brand.id)
    with TestClient(app_of(acme.office)) as client:
        acme.client = client
        yield acme
    acme.office.close()


@pytest.fixture
def acme(acme_server: Acme) -> Acme:
    """It knows nobody, and has heard nothing."""
    acme_server.begin_anew()
    return acme_server


@pytest.fixture
def account(acme: Acme) -> InboxInfo:
    """`@support@help.acme.test`."""
    return acme.account


@pytest.fixture
def client(acme: Acme) -> TestClient[Litestar]:
    return acme.client


@pytest.fixture
def abroad(httpserver: HTTPServer) -> Abroad:
    return Abroad(httpserver)
