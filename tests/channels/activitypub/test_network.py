"""The made-up server keeps what Mastodon documents: it believes nobody without a good signature."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fairline.core.clock import now
from fairline.demo.networks.fediverse import FediverseNetwork
from fairline.demo.networks.fediverse_post import PUBLIC, Doc, Person
from fairline.demo.networks.kit import Call, Push

INBOX = "/users/cleo/inbox"


@pytest.fixture
def network() -> FediverseNetwork:
    made = FediverseNetwork()
    made.url = "http://127.0.0.1:1/fediverse"
    made.hook_url = "https://help.acme.example/hooks/0192f0c1-0000-7000-8000-000000000001"
    made.person("cleo")
    return made


def company(network: FediverseNetwork) -> Person:
    """Somebody else with a key, whose profile stands at the company's address."""
    by = Person(username="support", root="https://help.acme.example")
    key = {"id": f"{by.id}#main-key", "publicKeyPem": by.pem}
    network.gate.look_up = lambda url: {"id": url, "publicKey": key}
    return by


def posted(by: Person, network: FediverseNetwork) -> Push:
    note: Doc = {
        "id": f"{by.id}/1",
        "type": "Note",
        "attributedTo": by.id,
        "content": "<p>It comes</p>",
        "to": [PUBLIC],
    }
    activity = {"id": f"{by.id}/1/create", "type": "Create", "actor": by.id, "object": note}
    return by.signed(f"{network.url}{INBOX}", json.dumps(activity).encode(), now())


def status(network: FediverseNetwork, push: Push) -> tuple[int, str]:
    call = Call(method="POST", path=INBOX, query={}, headers=dict(push.headers), body=push.body)
    reply = network.answer(call)
    return reply.status, (reply.data or {}).get("error", "")


def test_what_is_signed_is_taken_once(network: FediverseNetwork) -> None:
    push = posted(company(network), network)

    assert status(network, push) == (202, "")
    assert status(network, push) == (202, "")
    assert [shown.text for _, shown in network.answers()] == ["It comes"]


def test_what_is_not_is_refused_with_a_reason(network: FediverseNetwork) -> None:
    by = company(network)
    push = posted(by, network)
    old = by.signed(push.url, push.body, now() - timedelta(hours=13))
    bare = {key: value for key, value in push.headers.items() if key != "signature"}
    short = push.headers["signature"].replace(" digest", "")

    assert status(network, replace(push, headers=bare)) == (401, "Request not signed")
    assert status(network, replace(push, body=push.body + b" ")) == (401, "Invalid Digest value")
    assert status(network, old)[1] == "Signed request date outside acceptable time window"
    assert status(network, replace(push, headers={**push.headers, "signature": short}))[0] == 401
    assert network.taken == {}


def test_a_new_key_is_fetched_when_the_old_one_does_not_fit(network: FediverseNetwork) -> None:
    by = company(network)
    network.gate.keys[f"{by.id}#main-key"] = Person(username="before", root="https://x.test").pem

    assert status(network, posted(by, network)) == (202, "")


def test_nobody_fetches_what_is_direct_or_gone(network: FediverseNetwork) -> None:
    said = network.say("cleo", "Everybody may read this")
    direct = network.say("cleo", "Nobody else may", public=False)

    def fetched(address: str) -> int:
        path = address.removeprefix(network.url)
        return network.answer(Call(method="GET", path=path, query={}, headers={}, body=b"")).status

    assert (fetched(said), fetched(direct)) == (200, 404)
    network.remove(said)
    assert fetched(said) == 410
