"""Asking for details over the API: what and why goes out, how many answers comes back."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.changes import get_case
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.handoff.forms import sending, sets
from fairline.handoff.forms.fields import Field
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast, said

IBAN = "DE89 3704 0044 0532 0130 00"


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


def test_asking_and_what_came_of_it(
    office: Office, cast: Cast, client: TestClient[Litestar], case: Case
) -> None:
    with office.database.write() as unit:
        fields = [Field(key="iban", label="Account", kind="iban")]
        bank = sets.make_set(
            unit, name="Bank", intro="", fields=fields, kept_days=30, wiped_on_close=False
        )
    (known,) = client.get("/api/v1/field-sets").json()["field_sets"]
    assert known["fields"] == ["Account"]
    path = f"/api/v1/cases/{case.reference}/forms"
    wanted = {"field_set_id": known["id"], "why": "To refund you."}

    asked = client.post(path, json=wanted)

    assert asked.status_code == 201, asked.text
    assert asked.json()["state"] == "open"
    assert client.post(path, json=wanted).json()["error"]["code"] == "asked_already"
    assert client.post(path, json={**wanted, "field_set_id": "x"}).status_code == 422
    with office.database.write() as unit:
        sending.send(
            unit,
            office.keyring,
            case,
            asked.json()["id"],
            sending.check_all(bank, {"iban": IBAN}, {}, 1),
            by=Actor(kind="contact", id=case.contact_id),
            author=Author(channel="web", address="cleo-browser"),
            inbox=cast.board_ref,
        )
    (form,) = client.get(path).json()["forms"]
    assert (form["state"], form["answers"], form["name"]) == ("sent", 1, "Bank")
    for ending in ("/forms", "/events", "/messages", ""):
        text = client.get(f"/api/v1/cases/{case.reference}{ending}").text
        assert "3704" not in text
    assert "3704" not in client.get("/api/v1/events").text
