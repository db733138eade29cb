"""Visitors of the board, as plain HTTP sees them: no JavaScript, no cookies needed."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.wiring import Office
from tests.apps import app_of
from tests.board.visitor import Visitor
from tests.conftest import Cast


@pytest.fixture
def client(office: Office) -> Iterator[TestClient[Litestar]]:
    with TestClient(app_of(office)) as client:
        yield client


@pytest.fixture
def cleo(client: TestClient[Litestar], cast: Cast, office: Office) -> Visitor:
    """A customer at the brand's board."""
    return Visitor(client, office, cast)
