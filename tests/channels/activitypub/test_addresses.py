"""What other servers read of us: names, profile, posts, and what nobody is shown."""

from typing import Any

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from pytest_httpserver import HTTPServer

from fairline.channels.activitypub import composing, delivering, followers, places, webfinger
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.hosted import PURPOSE
from fairline.channels.contract import Check, InboxInfo
from fairline.core.clock import now
from fairline.core.ids import new_id
from tests.channels.activitypub.abroad import Abroad
from tests.channels.activitypub.acme import Acme

AS2 = {"accept": "application/activity+json"}
Client = TestClient[Litestar]


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def publish(acme: Acme, text: str) -> dict[str, Any]:
    with acme.office.database.write() as unit:
        note = composing.public_note(acme.account, new_id(), text, at=unit.now)
        delivering.publish(unit, acme.inbox_id, composing.create(note, acme.account), note)
    return note


def test_a_handle_leads_to_the_profile(client: Client, account: InboxInfo) -> None:
    for resource in (
        "acct:support@help.acme.test",
        "acct:Support@Help.Acme.Test",
        places.actor_id(account),
    ):
        answer = client.get("/.well-known/webfinger", params={"resource": resource})
        assert answer.headers["content-type"].startswith("application/jrd+json")
        assert answer.json()["subject"] == "acct:support@help.acme.test"
        assert answer.json()["links"][0]["href"] == places.actor_id(account)
    assert client.head("/.well-known/webfinger?resource=acct:support@help.acme.test").content == b""
    for resource, status in (
        ("acct:nobody@help.acme.test", 404),
        ("acct:support@other.test", 404),
        ("", 422),
    ):
        answer = client.get("/.well-known/webfinger", params={"resource": resource})
        assert answer.status_code == status


def test_an_account_may_bear_the_bare_domain_of_its_company(
    acme: Acme, account: InboxInfo, httpserver: HTTPServer
) -> None:
    """Whoever asks there is sent on to us; we say that the account's true name is there."""
    here = Abroad(httpserver)
    named = msgspec.structs.replace(account, address=f"@support@{here.url.rpartition('/')[2]}")
    assert webfinger.answer(named)["subject"] == f"acct:{named.address.lstrip('@')}"
    assert webfinger.is_meant(named, "acct:support@help.acme.test")
    wire = acme.office.channels.of_kind("fediverse").open(named)

    def check() -> Check:
        [found] = [one for one in wire.verify() if one.name == "Name"]
        return found

    assert "redirect" in check().text
    httpserver.expect_request("/.well-known/webfinger").respond_with_json(webfinger.answer(named))
    assert check().ok


def test_what_the_server_is_stands_where_all_look_for_it(client: Client) -> None:
    links = client.get("/.well-known/nodeinfo").json()["links"]
    for link, version in zip(links, ("2.0", "2.1"), strict=True):
        found = client.get(path(link["href"])).json()
        assert (found["version"], found["software"]["name"]) == (version, "fairline")
        assert found["usage"] == {"users": {"total": 2}}
    assert client.get("/nodeinfo/3.0").status_code == 404
    assert "/.well-known/webfinger?resource={uri}" in client.get("/.well-known/host-meta").text


def test_the_profile_is_for_machines_and_people_see_the_board(
    client: Client, account: InboxInfo
) -> None:
    address = path(places.actor_id(account))
    profile = client.get(address, headers=AS2)
    assert profile.headers["content-type"].startswith("application/activity+json")
    assert "accept" in profile.headers["vary"]
    doc = profile.json()
    assert doc["id"] == doc["publicKey"]["owner"] == places.actor_id(account)
    assert doc["preferredUsername"] == "support"
    assert doc["summary"] == "<p>We help.</p>"
    assert "PRIVATE" not in profile.text
    assert client.head(address, headers=AS2).status_code == 200
    page = client.get(address, headers={"accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (302, "http://help.acme.test/")
    assert client.get(f"/ap/actors/{new_id()}", headers=AS2).status_code == 404


def test_the_outbox_is_paged_newest_first(client: Client, acme: Acme, account: InboxInfo) -> None:
    notes = [publish(acme, f"News {n}") for n in range(23)]
    outbox = path(f"{places.actor_id(account)}/outbox")
    head = client.get(outbox, headers=AS2).json()
    assert head["totalItems"] == 23
    first = client.get(path(head["first"]), headers=AS2).json()
    second = client.get(path(first["next"]), headers=AS2).json()
    found = [act["object"]["id"] for act in first["orderedItems"] + second["orderedItems"]]
    assert found == [note["id"] for note in reversed(notes)]
    assert "next" not in second


def test_a_post_can_be_fetched_until_it_is_taken_back(
    client: Client, acme: Acme, account: InboxInfo
) -> None:
    note = publish(acme, "Open on Sunday")
    found = client.get(path(note["id"]), headers=AS2)
    assert found.json()["content"] == "<p>Open on Sunday</p>"
    act = client.get(path(note["id"]) + "/create", headers=AS2).json()
    assert (act["type"], act["object"]["id"]) == ("Create", note["id"])

    changed = {**note, "content": "<p>Closed on Sunday</p>"}
    with acme.office.database.write() as unit:
        update = composing.update(changed, account, at=now())
        delivering.publish(unit, account.id, update, changed)
    act = client.get(path(note["id"]) + "/create", headers=AS2).json()
    assert (act["type"], act["object"]["content"]) == ("Create", "<p>Closed on Sunday</p>")

    with acme.office.database.write() as unit:
        gone = composing.delete(changed, account, at=now())
        delivering.publish(unit, account.id, gone, composing.tombstone(changed, at=now()))
    answer = client.get(path(note["id"]), headers=AS2)
    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    outbox = client.get(path(f"{places.actor_id(account)}/outbox"), headers=AS2).json()
    assert outbox["totalItems"] == 0


def test_who_follows_is_shown_only_where_we_say_so(
    client: Client, acme: Acme, account: InboxInfo, abroad: Abroad
) -> None:
    cleo = abroad.person("cleo")
    Fetcher(acme.office.fediverse, account).actor(cleo.id)
    with acme.office.database.write() as unit:
        followers.follow(unit, account.id, cleo.id, "f", unit.now)
    address = path(places.followers(account))
    assert client.get(address, headers=AS2).json()["totalItems"] == 1
    assert "orderedItems" not in client.get(address + "?page=", headers=AS2).json()
    acme.set(shows_followers="yes")
    assert client.get(address + "?page=", headers=AS2).json()["orderedItems"] == [cleo.id]
    following = client.get(path(f"{places.actor_id(account)}/following"), headers=AS2)
    assert following.json()["totalItems"] == 0


def test_a_closed_account_shows_strangers_no_more_than_its_key(
    client: Client, acme: Acme, account: InboxInfo
) -> None:
    note = publish(acme, "For those who sign")
    acme.set(authorised_fetch="yes")
    profile = client.get(path(places.actor_id(account)), headers=AS2)
    assert "publicKey" in profile.json()
    assert "summary" not in profile.json()
    assert profile.headers["cache-control"] == "private, no-store"
    for address in (note["id"], f"{places.actor_id(account)}/outbox", places.followers(account)):
        assert client.get(path(address), headers=AS2).status_code == 401


def test_a_file_is_had_by_its_whole_address_only(client: Client, acme: Acme) -> None:
    key = new_id()
    tag = acme.office.keyring.sign(f"{key}/0", purpose=PURPOSE)
    for address in (f"{key}/0/{'0' * 32}/a.png", f"{key}/1/{tag}/a.png", f"{key}/0/{tag}/a.png"):
        assert client.get(f"/ap/files/{address}").status_code == 404
