"""What is sent to us: only what its sender has signed comes in, once, and whole."""

import json
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.inbound import Inbound
from fairline.channels import store_raw
from fairline.channels.activitypub import actors, gathering, places, receiving, store
from fairline.channels.activitypub.envelope import opened
from fairline.channels.activitypub.fetching import ASK_AGAIN
from fairline.channels.activitypub.translate import translate
from fairline.core.clock import now
from tests.channels.activitypub.abroad import Abroad, Person, create, send
from tests.channels.activitypub.acme import Acme

Client = TestClient[Litestar]


@pytest.fixture
def cleo(abroad: Abroad) -> Person:
    return abroad.person("cleo")


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
def test_a_stranger_is_looked_up_once_and_heard(
    acme: Acme, abroad: Abroad, cleo: Person, scheme: str
) -> None:
    for text in ("Where is it?", "Still not here"):
        activity = create(abroad.note(cleo, text), to=acme.actor)
        assert acme.told(cleo, activity, scheme=scheme) == 202
    assert len(acme.stored) == 2
    assert abroad.asked.count("/users/cleo") == 1
    said = opened(json.dumps(acme.stored[0]).encode())
    assert said.actor == cleo.id
    assert said.objects[cleo.id]["followersCount"] == 12


def test_told_twice_is_stored_once_at_both_doors(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    activity = create(abroad.note(cleo, "Where is it?"), to=acme.actor)
    assert acme.told(cleo, activity) == acme.told_to_all(cleo, activity) == 202
    acme.work()
    assert acme.told(cleo, activity) == 202
    assert len(acme.stored) == 1


def test_what_proves_nothing_is_refused(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    activity = create(abroad.note(cleo, "I am Cleo"), to=acme.actor)
    dov = abroad.person("dov")
    path = "/" + acme.actor.split("/", 3)[3] + "/inbox"
    assert acme.client.post(path, content=json.dumps(activity)).status_code == 401
    assert acme.told(cleo, activity, at=now() - timedelta(hours=2)) == 401
    assert acme.told(cleo, activity, digest="SHA-256=AAAA") == 401
    assert acme.told(dov, activity) == 401, "signed by somebody else"
    stolen = Person(id=cleo.id, key_id=cleo.key_id, private=dov.private, public=dov.public)
    assert acme.told(stolen, activity) == 401, "signed with another's key"
    assert acme.stored == []


def test_a_key_is_its_owners_only(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    """A profile that claims somebody else's key, and a key that claims somebody else."""
    activity = create(abroad.note(cleo, "I am Cleo"), to=acme.actor)
    dov = abroad.person("dov")
    abroad.docs["/users/dov"]["publicKey"]["owner"] = cleo.id
    assert acme.told(dov, activity) == 401
    abroad.docs["/keys/1"] = {
        "id": f"{abroad.url}/keys/1",
        "owner": cleo.id,
        "publicKeyPem": dov.public,
    }
    thief = Person(
        id=cleo.id, key_id=f"{abroad.url}/keys/1", private=dov.private, public=dov.public
    )
    assert acme.told(thief, activity) == 401
    assert acme.stored == []


def test_a_key_with_a_document_of_its_own_is_found(acme: Acme, abroad: Abroad) -> None:
    """As GoToSocial publishes them."""
    cleo = abroad.person("cleo")
    key = f"{abroad.url}/users/cleo/main-key"
    abroad.docs["/users/cleo"]["publicKey"]["id"] = key
    abroad.docs["/users/cleo/main-key"] = {
        "id": cleo.id,
        "publicKey": {"id": key, "owner": cleo.id, "publicKeyPem": cleo.public},
    }
    own = Person(id=cleo.id, key_id=key, private=cleo.private, public=cleo.public)
    assert acme.told(own, create(abroad.note(cleo, "Hello"), to=acme.actor)) == 202
    assert len(acme.stored) == 1


def test_a_renewed_key_of_the_same_name_is_asked_for_once(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    assert acme.told(cleo, create(abroad.note(cleo, "Old key"), to=acme.actor)) == 202
    acme.work()
    renewed = abroad.person("cleo", key="renewed")
    activity = create(abroad.note(cleo, "New key"), to=acme.actor)
    assert acme.told(renewed, activity) == 401, "it was fetched a moment ago"
    with acme.office.database.write() as unit:
        known = store.actor_by_id(unit, cleo.id)
        assert known
        doc = known.doc
        store.put_actor(
            unit, actors.read_actor(doc | {"id": cleo.id}, now() - ASK_AGAIN, key_id=cleo.key_id)
        )
    assert acme.told(renewed, activity) == 202
    assert acme.told(cleo, create(abroad.note(cleo, "Old again"), to=acme.actor)) == 401
    assert len(acme.stored) == 2


def test_a_key_that_is_none_is_not_asked_for_again_and_again(acme: Acme, abroad: Abroad) -> None:
    nobody = abroad.person("nobody")
    del abroad.docs["/users/nobody"]
    for _ in range(3):
        assert acme.told(nobody, {"type": "Like", "actor": nobody.id, "object": "x"}) == 401
    assert abroad.asked == ["/users/nobody"]


def test_one_server_may_say_so_much_and_no_more(
    acme: Acme, abroad: Abroad, cleo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_PER_HOST", 2.0)
    statuses = []
    for n in range(3):
        like = {"id": f"{cleo.id}#{n}", "type": "Like", "actor": cleo.id, "object": acme.actor}
        statuses.append(acme.told(cleo, like))
    assert statuses == [202, 202, 429]
    assert len(acme.stored) == 2


def test_a_farewell_of_somebody_unknown_costs_nothing(acme: Acme, abroad: Abroad) -> None:
    gone = abroad.person("gone")
    activity = {"id": f"{gone.id}#delete", "type": "Delete", "actor": gone.id, "object": gone.id}
    assert acme.told_to_all(gone, activity) == 202
    assert abroad.asked == []
    assert acme.stored == []


def test_a_server_that_cannot_be_reached_is_asked_to_come_again(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    """Not refused for good: their server sends it once more."""
    activity = create(abroad.note(cleo, "Hello"), to=acme.actor)
    away = Person(
        id=cleo.id,
        key_id="http://127.0.0.1:9/users/cleo#main-key",
        private=cleo.private,
        public=cleo.public,
    )
    assert acme.told(away, activity) == 503


def test_servers_and_accounts_that_are_kept_out(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    activity = create(abroad.note(cleo, "Hello"), to=acme.actor)
    acme.set(blocked="other.example\n127.0.0.1 localhost")
    assert acme.told(cleo, activity) == 403
    assert abroad.asked == [], "refused before anything is fetched"
    acme.set(blocked=cleo.id)
    assert acme.told(cleo, activity) == 202
    acme.set(blocked="", allowed_only="friends.example")
    assert acme.told(cleo, activity) == 403
    assert acme.stored == []


def test_each_account_keeps_out_whom_it_wants(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    """At the shared inbox too: what one of ours does not want to hear, another may."""
    other = acme.second
    activity = create(abroad.note(cleo, "To both"), to=acme.actor)
    activity["cc"].append(places.actor_id(other))
    acme.set(blocked="127.0.0.1 localhost")
    assert acme.told_to_all(cleo, activity) == 202
    acme.work()
    with acme.office.database.read() as unit:
        rows = store_raw.oldest_stored(unit, limit=5)
    assert [row.inbox_id for row in rows] == [other.id]


def test_what_is_too_much_or_no_activity_is_refused(acme: Acme, cleo: Person) -> None:
    assert acme.told(cleo, b'{"x": "' + b"x" * 1_100_000 + b'"}') == 413
    assert acme.told(cleo, b"[1, 2") == 422
    assert acme.told(cleo, b"[" * 100_000) == 422
    assert acme.told(cleo, {"type": "Create"}) == 401
    assert acme.stored == []


def test_nobody_can_use_up_the_id_of_anothers_post(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    note = abroad.note(cleo, "The real one")
    thief = abroad.person("thief")
    false = {"id": "https://elsewhere.example/1", "type": "Like", "actor": thief.id}
    assert acme.told(thief, {**false, "object": note["id"]}) == 202
    assert acme.told(cleo, create(note, to=acme.actor)) == 202
    assert note["id"] in acme.native_ids
    assert "https://elsewhere.example/1" not in acme.native_ids


def test_the_shared_inbox_drops_what_is_for_none_of_us(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    assert acme.told_to_all(cleo, create(abroad.note(cleo, "Lunch"), to=f"{cleo.id}/f")) == 202
    assert acme.stored == []
    assert acme.told_to_all(cleo, create(abroad.note(cleo, "Help"), to=acme.actor)) == 202
    assert len(acme.stored) == 1


def test_what_an_answer_answers_is_fetched_up_the_thread(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    first = abroad.note(cleo, "first")
    for text in ("second", "third"):
        first = abroad.note(cleo, text, inReplyTo=first["id"])
    note = abroad.note(cleo, "Can you help?", inReplyTo=first["id"])
    assert acme.told(cleo, create(note, to=acme.actor)) == 202
    assert len(acme.understood().in_reply_to) == 3


def test_a_thread_without_end_is_followed_so_far_and_no_further(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    one = abroad.note(cleo, "one")
    two = abroad.note(cleo, "two", inReplyTo=one["id"])
    one["inReplyTo"] = two["id"]
    up = two
    for n in range(30):
        up = abroad.note(cleo, f"deep {n}", inReplyTo=up["id"])
    note = abroad.note(cleo, "Can you help?", inReplyTo=up["id"])
    assert acme.told(cleo, create(note, to=acme.actor)) == 202
    assert len(acme.stored) == 1
    fetched = [path for path in abroad.asked if path.startswith("/posts/")]
    assert 1 <= len(fetched) <= gathering.MOST_DOCUMENTS


def test_what_cannot_be_had_now_is_tried_again_and_then_left_out(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    note = abroad.note(cleo, "Hello?", inReplyTo="http://127.0.0.1:9/posts/1")
    assert acme.told(cleo, create(note, to=acme.actor)) == 202
    assert len(acme.stored) == 1, "words that are here wait for nothing"

    shared = {"id": f"{cleo.id}#1", "type": "Announce", "actor": cleo.id, "to": [acme.actor]}
    assert acme.told(cleo, {**shared, "object": "http://127.0.0.1:9/posts/1"}) == 202
    assert len(acme.stored) == 1, "a later try may find it"
    for _ in gathering.TRIES_AFTER_S:
        acme.hurry()
    assert len(acme.stored) == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "https://elsewhere.example/posts/1"}, "lives on another server"),
        ({"attributedTo": "https://elsewhere.example/users/dov"}, "is another's"),
    ],
)
def test_words_are_put_into_nobodys_mouth(
    acme: Acme, abroad: Abroad, cleo: Person, change: dict[str, Any], why: str
) -> None:
    """A bare address leads to a document that is not what it should be."""
    note = abroad.note(cleo, "Believe me")
    uri = note["id"]
    note |= {**change, "cc": [acme.actor]}
    activity = {"id": f"{uri}/c", "type": "Create", "actor": cleo.id, "object": uri}
    assert acme.told(cleo, {**activity, "to": [acme.actor]}) == 202
    [item] = acme.stored
    said = translate(json.dumps(item).encode(), acme.account, received_at=now())
    assert not isinstance(said, Inbound), why


def test_only_documents_of_the_network_count(acme: Acme, abroad: Abroad, cleo: Person) -> None:
    """An upload that reads like a post is served as something else."""
    activity = create(abroad.note(cleo, "Hello"), to=acme.actor)
    dov = abroad.person("dov")
    abroad.media_type = "application/json"
    assert acme.told(dov, create(abroad.note(dov, "Hello"), to=acme.actor)) == 401
    abroad.media_type = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert acme.told(cleo, activity) == 202


def test_strangers_hold_only_a_few_threads_with_what_they_name(
    acme: Acme, abroad: Abroad, cleo: Person
) -> None:
    """At the plain hook everything is fetched while its sender waits, however slow that is."""
    door = f"{acme.account.public_url}/hooks/{acme.inbox_id}"
    activity = create(abroad.note(cleo, "Where is it?"), to=acme.actor)
    busy = acme.office.fediverse.gathering
    while busy.acquire(blocking=False):
        pass
    try:
        assert send(acme.client, cleo, door, activity) == 429
    finally:
        busy.release(4)
    assert send(acme.client, cleo, door, activity) == 202
