"""Merging as a program does it: once for one key, within one's brands, and back again."""

from fairline.cases import store_messages
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.api.test_api import Client, case, client, token  # noqa: F401
from tests.conftest import Cast, said


def another(office: Office, cast: Cast, text: str, **more: object) -> tuple[str, str]:
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(text, **more))  # type: ignore[arg-type]
        return get_case(unit, taken.case_id).reference, taken.message_id


def test_a_merge_and_its_undo(office: Office, cast: Cast, client: Client, case: str) -> None:  # noqa: F811
    other, _ = another(office, cast, "The invoice, too")
    key = {"idempotency-key": "merge-1"}
    path = f"/api/v1/cases/{other}/merge"
    done = client.post(path, json={"into": case}, headers=key)
    assert done.status_code == 201, done.text
    assert client.post(path, json={"into": case}, headers=key).json() == done.json()
    assert client.get(f"/api/v1/cases/{other}").json()["reference"] == case
    said_there = client.get(f"/api/v1/cases/{other}/messages").json()["messages"]
    assert [one["text"] for one in said_there] == ["Where is my parcel?", "The invoice, too"]
    again = client.post(path, json={"into": case})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_merged")
    undo = f"/api/v1/merges/{done.json()['id']}/undo"
    assert client.post(undo).status_code == 200
    assert client.get(f"/api/v1/cases/{other}").json()["reference"] == other
    assert client.post(undo).json()["error"]["code"] == "already_undone"


def test_split_move_and_people(office: Office, cast: Cast, client: Client, case: str) -> None:  # noqa: F811
    more, _ = another(office, cast, "Another", native_id="x@mail.test")
    _, second = another(office, cast, "And a third", in_reply_to=("x@mail.test",))
    split = client.post(f"/api/v1/cases/{more}/split", json={"message_ids": [second]})
    assert split.status_code == 201, split.text
    new = client.get(f"/api/v1/cases/{split.json()['into_id']}").json()
    moved = client.post(
        f"/api/v1/cases/{new['reference']}/move", json={"message_ids": [second], "into": case}
    )
    assert moved.status_code == 201, moved.text
    assert moved.json()["what"] == "merge"  # it was all that was said there
    dovs, _ = another(office, cast, "Mine", by="dov@mail.test", name="Dov")
    refused = client.post(f"/api/v1/cases/{dovs}/merge", json={"into": case})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "two_people")
    people_ids = [client.get(f"/api/v1/cases/{one}").json()["contact_id"] for one in (dovs, case)]
    path = f"/api/v1/contacts/{people_ids[0]}/merge"
    one_person = client.post(path, json={"into": people_ids[1]})
    assert one_person.status_code == 201, one_person.text
    assert client.get(f"/api/v1/cases/{dovs}").json()["contact_id"] == people_ids[1]
    undo = f"/api/v1/merges/{one_person.json()['id']}/undo"
    assert client.post(undo).status_code == 200
    assert client.get(f"/api/v1/cases/{dovs}").json()["contact_id"] == people_ids[0]


def test_another_brand_s_merge_is_not_there(
    office: Office,
    cast: Cast,
    client: Client,  # noqa: F811
    case: str,  # noqa: F811
) -> None:
    other, _ = another(office, cast, "The invoice, too")
    done = client.post(f"/api/v1/cases/{other}/merge", json={"into": case}).json()
    with office.database.write() as unit:
        brand = create_brand(unit, name="Other", slug="other")
        people.update_agent(unit, cast.ben.id, {"brand_ids": [brand.id]})
    answer = client.post(f"/api/v1/merges/{done['id']}/undo")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_merge")
    assert client.post(f"/api/v1/cases/{case}/merge", json={"into": case}).status_code in {403, 404}
    with office.database.read() as unit:
        assert store_messages.thread(unit, done["into_id"])
