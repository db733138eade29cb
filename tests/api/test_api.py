"""The JSON API as a program meets it: tokens, pages, idempotency, one error shape."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.changes import get_case
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.people import staff
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import PASSWORD, Cast, said

Client = TestClient[Litestar]


@pytest.fixture
def token(office: Office, cast: Cast) -> str:
    with office.database.write() as unit:
        return create_token(unit, cast.ben, "test")


@pytest.fixture
def client(office: Office, token: str) -> Iterator[Client]:
    with TestClient(app_of(office)) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def case(office: Office, cast: Cast) -> str:
    """The reference of Cleo's case."""
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said("Where is my parcel?"))
    with office.database.read() as unit:
        return get_case(unit, taken.case_id).reference


def test_without_a_token_nothing_is_told(client: Client, case: str) -> None:
    for wrong in ("", "Bearer nonsense", "Bearer fl_nonsense", "Basic abc"):
        answer = client.get(f"/api/v1/cases/{case}", headers={"authorization": wrong})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not_signed_in"


def test_a_revoked_token_is_refused(office: Office, cast: Cast, client: Client) -> None:
    with office.database.write() as unit:
        (row,) = people.tokens_of(unit, cast.ben.id)
        people.revoke_token(unit, row["id"], cast.ben.id)
    assert client.get("/api/v1/me").status_code == 401


def test_a_reading_token_may_not_write(
    office: Office, cast: Cast, client: Client, case: str
) -> None:
    with office.database.write() as unit:
        token = create_token(unit, cast.ben, "reader", read_only=True)
    headers = {"authorization": f"Bearer {token}"}
    assert client.get(f"/api/v1/cases/{case}", headers=headers).status_code == 200
    refused = client.patch(f"/api/v1/cases/{case}", json={"subject": "x"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "read_only_token")


def test_a_case_shows_its_place(client: Client, case: str) -> None:
    shown = client.get(f"/api/v1/cases/{case}").json()
    assert shown["place"]["position"] == 1
    assert shown["status"] == "new"


def test_opening_a_case_twice_with_one_native_id_is_one_case(client: Client) -> None:
    asked = {
        "inbox": "support@acme.test",
        "address": "Cleo@Mail.test",
        "text": "Hello",
        "native_id": "crm-1",
    }
    first = client.post("/api/v1/cases", json=asked)
    second = client.post("/api/v1/cases", json=asked)
    assert (first.status_code, first.json()["outcome"]) == (201, "new_case")
    assert second.json()["outcome"] == "duplicate"
    assert second.json()["reference"] == first.json()["reference"]


def test_an_idempotency_key_answers_again_and_does_it_once(client: Client, case: str) -> None:
    body = {"text": "It is on its way."}
    key = {"idempotency-key": "k1"}
    first = client.post(f"/api/v1/cases/{case}/messages", json=body, headers=key)
    second = client.post(f"/api/v1/cases/{case}/messages", json=body, headers=key)
    other = client.post(f"/api/v1/cases/{case}/messages", json={"text": "No"}, headers=key)
    thread = client.get(f"/api/v1/cases/{case}/messages").json()["messages"]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert [message["direction"] for message in thread] == ["inbound", "outbound"]
    assert thread[1]["deliveries"][0]["state"] == "queued"


def test_a_change_is_all_or_nothing(client: Client, case: str) -> None:
    refused = client.patch(
        f"/api/v1/cases/{case}", json={"subject": "Changed", "severity": "safety"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "reason_needed")
    assert client.get(f"/api/v1/cases/{case}").json()["subject"] != "Changed"
    changed = client.patch(
        f"/api/v1/cases/{case}",
        json={
            "subject": "Changed",
            "severity": "safety",
            "severity_reason": "telecare",
            "add_tags": ["Late"],
            "status": "on_hold",
        },
    ).json()
    assert (changed["subject"], changed["severity"], changed["tags"], changed["status"]) == (
        "Changed",
        "safety",
        ["late"],
        "on_hold",
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": "nonsense"}, 422),
        ({"owner_id": "nonsense"}, 400),
        ({"unknown": 1}, 400),
        ({"snoozed_until": "2026-01-01T00:00:00Z"}, 422),
        ([], 400),
    ],
)
def test_a_wrong_change_says_what_is_wrong(
    client: Client, case: str, body: object, status: int
) -> None:
    answer = client.patch(f"/api/v1/cases/{case}", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert answer.json()["error"]["text"]


def test_pages_go_on_from_where_they_ended(office: Office, cast: Cast, client: Client) -> None:
    with office.database.write() as unit:
        for number in range(5):
            receive(unit, cast.mailbox_ref, said(f"Q{number}", by=f"c{number}@mail.test"))
    seen: list[str] = []
    after = ""
    while True:
        page = client.get(
            "/api/v1/cases", params={"waiting": True, "after": after, "limit": 2}
        ).json()
        seen += [case["subject"] for case in page["cases"]]
        after = page["after"]
        if not after:
            break
    assert seen == [f"Q{number}" for number in range(5)]
    assert client.get("/api/v1/cases", params={"after": "x"}).status_code == 422


def test_the_next_case_is_claimed_for_the_tokens_agent(
    client: Client, cast: Cast, case: str
) -> None:
    claimed = client.post("/api/v1/next").json()
    assert (claimed["reference"], claimed["owner_id"]) == (case, cast.ben.id)


def test_another_brands_cases_are_not_there(office: Office, cast: Cast, case: str) -> None:
    with office.database.write() as unit:
        other = create_brand(unit, name="Other")
        eve = staff.create_agent(
            unit,
            email="eve@other.test",
            name="Eve",
            role="supervisor",
            password=PASSWORD,
            brand_ids=(other.id,),
        )
        token = create_token(unit, eve, "t")
    with TestClient(app_of(office)) as client:
        client.headers["authorization"] = f"Bearer {token}"
        assert client.get(f"/api/v1/cases/{case}").status_code == 404
        assert client.get("/api/v1/cases", params={"waiting": True}).json()["cases"] == []
        assert client.get("/api/v1/search", params={"q": "parcel"}).json()["found"] == []
        assert client.get("/api/v1/contacts").json()["contacts"] == []
        assert client.get("/api/v1/inboxes").json()["inboxes"] == []
        assert client.get("/api/v1/events").json()["events"] == []
        assert client.post("/api/v1/next").json() is None


def test_search_contacts_inboxes_events(client: Client, case: str) -> None:
    (hit,) = client.get("/api/v1/search", params={"q": "parc"}).json()["found"]
    assert hit["case"]["reference"] == case
    (contact,) = client.get("/api/v1/contacts").json()["contacts"]
    assert contact["identities"][0]["address"] == "cleo@mail.test"
    changed = client.patch(f"/api/v1/contacts/{contact['id']}", json={"remark": "vip? no"}).json()
    assert changed["remark"] == "vip? no"
    inboxes = client.get("/api/v1/inboxes")
    assert {inbox["kind"] for inbox in inboxes.json()["inboxes"]} == {"web", "email"}
    assert "secrets" not in inboxes.text
    events = client.get("/api/v1/events").json()
    assert "message_received" in [event["kind"] for event in events["events"]]
    assert client.get("/api/v1/events", params={"after": events["after"]}).json()["events"] == []


def test_the_description_names_every_path(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert "/api/v1/cases/{reference}" in described["paths"]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_figures_are_for_those_who_know_the_token(office: Office, case: str) -> None:
    from msgspec.structs import replace

    office.settings = replace(office.settings, metrics_token="t")
    with TestClient(app_of(office)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/metrics").status_code == 404
        figures = client.get("/metrics", headers={"authorization": "Bearer t"}).text
    assert 'fairline_waiting{brand="acme"} 1.0' in figures


def test_a_repeat_names_the_case_whose_place_it_has(
    office: Office, cast: Cast, client: Client
) -> None:
    author = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)
    with office.database.write() as unit:
        first, again = (
            receive(unit, cast.mailbox_ref, said("My parcel 4711 has not come", author=author))
            for _ in range(2)
        )
        references = [get_case(unit, taken.case_id).reference for taken in (first, again)]
    leader, repeat = (client.get(f"/api/v1/cases/{one}").json() for one in references)
    assert (leader["repeat_of"], repeat["repeat_of"]) == (None, leader["id"])
    assert repeat["place"]["position"] == leader["place"]["position"] == 1
