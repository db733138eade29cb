"""HEAD says what GET would, without a body; a stream and a secret link are not asked so."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from fairline.cases.intake import receive
from fairline.cases.links import issue
from fairline.cases.store import case_by_id, participants_of
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast, said


@pytest.fixture
def client(office: Office) -> Iterator[TestClient[Any]]:
    with TestClient(app_of(office), base_url="http://board.test") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/questions", "/lost", "/questions.atom", "/api/openapi.json"]
)
def test_like_get_without_a_body(client: TestClient[Any], cast: Cast, path: str) -> None:
    assert cast.brand
    shown, asked = client.get(path), client.head(path)
    assert asked.status_code == shown.status_code
    assert asked.content == b""
    for name in ("content-type", "content-security-policy", "x-content-type-options"):
        assert asked.headers[name] == shown.headers[name]


def test_what_is_not_there_is_not_there(client: TestClient[Any], cast: Cast) -> None:
    assert cast.brand
    answer = client.head("/q/FL-NOSUCH")
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_stream_is_not_opened(client: TestClient[Any], cast: Cast) -> None:
    assert cast.brand
    assert client.head("/questions/stream").status_code == 405


def test_a_scanner_of_links_has_read_nothing(
    client: TestClient[Any], office: Office, cast: Cast
) -> None:
    """The gateways of mail providers try links before the customer does."""
    with office.database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said()).case_id
        case, (cleo,) = case_by_id(unit, case_id), participants_of(unit, case_id)
        assert case
        token = issue(unit, case, cleo.identity_id)
    assert client.head(f"/t/{token}").status_code == 405
