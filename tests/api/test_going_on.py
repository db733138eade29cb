"""Going on in private over the API."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.people import store_contacts
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast, said

Client = TestClient[Litestar]


@pytest.fixture
def client(office: Office, cast: Cast) -> Iterator[Client]:
    with office.database.write() as unit:
        token = create_token(unit, cast.ben, "test")
    with TestClient(app_of(office)) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def asked(office: Office, cast: Cast, *, is_public: bool = True) -> str:
    with office.database.write() as unit:
        inbound = said("Where is my parcel?", channel="web", by="b1", is_public=is_public)
        taken = receive(unit, cast.board_ref, inbound)
        return get_case(unit, taken.case_id).reference


def test_offer_list_and_status(client: Client, office: Office, cast: Cast) -> None:
    path = f"/api/v1/cases/{asked(office, cast)}"
    key = {"Idempotency-Key": "once"}

    made = client.post(f"{path}/continuations", json={"text": "Sorry."}, headers=key)
    again = client.post(f"{path}/continuations", json={"text": "Sorry."}, headers=key)
    assert made.status_code == 201, made.text
    assert made.json() == again.json()
    assert made.json()["form"] == "own"
    assert [c["id"] for c in client.get(f"{path}/continuations").json()["continuations"]] == [
        made.json()["id"]
    ]

    said = client.post(f"{path}/public-status", json={"text": "Solved in private."})
    assert (said.status_code, said.json()["visibility"]) == (201, "public")
    refused = client.post(f"{path}/public-status", json={"text": "Call 0664 1234567"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "private_detail")

    revoked = client.post(f"{path}/continuations/{made.json()['id']}/revoke")
    assert revoked.status_code == 200, revoked.text
    assert revoked.json()["revoked_at"]
    other = f"/api/v1/cases/{asked(office, cast)}/continuations/{made.json()['id']}/revoke"
    assert client.post(other).status_code == 404


def test_a_private_case_has_nothing_to_go_on_from(
    client: Client, office: Office, cast: Cast
) -> None:
    path = f"/api/v1/cases/{asked(office, cast, is_public=False)}"
    refused = client.post(f"{path}/continuations", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_public")


def test_where_answers_go(client: Client, office: Office, cast: Cast) -> None:
    path = f"/api/v1/cases/{asked(office, cast)}"
    with office.database.read() as unit:
        one = store_contacts.identity_at(unit, cast.brand.id, "web", "b1")
    assert one
    assert client.patch(path, json={"answer_to_id": one.id}).json()["answer_to_id"] == one.id
    assert client.patch(path, json={"answer_to_id": None}).json()["answer_to_id"] is None
    assert client.patch(path, json={"answer_to_id": cast.ben.id}).status_code == 404
