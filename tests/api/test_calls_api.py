"""Calls for integrations: asked for, listed, taken back, and logged when they came in."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import PASSWORD, Cast, said

NUMBER = "+49 30 901820"


@pytest.fixture
def client(office: Office, cast: Cast) -> Iterator[TestClient[Litestar]]:
    with office.database.write() as unit:
        token = create_token(unit, cast.ben, "test")
    with TestClient(app_of(office)) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def case(office: Office, cast: Cast) -> Case:
    with office.database.write() as unit:
        taken = receive(unit, cast.board_ref, said(channel="web", by="cleo-browser"))
        return get_case(unit, taken.case_id)


def test_a_call_is_asked_for_and_taken_back(client: TestClient[Litestar], case: Case) -> None:
    path = f"/api/v1/cases/{case.reference}/call"
    assert client.get(path).status_code == 404
    windows = client.get(f"{path}-windows").json()["windows"]
    wanted = {"number": NUMBER, "when": windows[0]["key"], "note": "Slowly", "zone": "UTC"}

    asked = client.post(path, json=wanted)

    assert asked.status_code == 201, asked.text
    assert asked.json()["number"] == "+4930901820"
    assert client.post(path, json=wanted).json()["error"]["code"] == "call_open"
    assert client.get("/api/v1/calls").json()["calls"][0]["reference"] == case.reference
    assert client.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert client.get("/api/v1/calls").json()["calls"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "112"}, "number"),
        ({"when": "20200101T0900Z"}, "when"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_what_is_wrong_is_named(
    client: TestClient[Litestar], case: Case, change: dict[str, str], field: str
) -> None:
    path = f"/api/v1/cases/{case.reference}/call"
    answer = client.post(path, json={"number": NUMBER, **change})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field


def test_a_call_that_came_in_is_logged_once(client: TestClient[Litestar], case: Case) -> None:
    heard = {"text": "It has not come", "number": NUMBER, "name": "Cleo", "kind": "problem"}
    key = {"Idempotency-Key": "pbx-1"}
    first = client.post("/api/v1/calls", json=heard, headers=key)
    again = client.post("/api/v1/calls", json=heard, headers=key)
    assert first.status_code == 201, first.text
    assert first.json()["outcome"] == "new_case"
    assert again.json()["case_id"] == first.json()["case_id"]
    joined = client.post("/api/v1/calls", json={**heard, "reference": case.reference})
    assert joined.json()["reference"] == case.reference


def test_another_brand_s_calls_are_not_there(
    office: Office, client: TestClient[Litestar], case: Case
) -> None:
    client.post(f"/api/v1/cases/{case.reference}/call", json={"number": NUMBER})
    with office.database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
        dora = create_agent(
            unit, email="dora@other.test", name="Dora", role="agent", password=PASSWORD,
            brand_ids=(other.id,),
        )  # fmt: skip
        client.headers["authorization"] = f"Bearer {create_token(unit, dora, 'test')}"
    assert client.get("/api/v1/calls").json()["calls"] == []
    path = f"/api/v1/cases/{case.reference}/call"
    assert client.get(path).status_code == 404
    assert client.post(path, json={"number": NUMBER}).status_code == 404
    assert client.post(f"{path}/cancel").status_code == 404
    logged = client.post("/api/v1/calls", json={"text": "x", "brand": "acme"})
    assert logged.status_code == 404
