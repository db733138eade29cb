"""Profiles of others are read strictly: their keys stand in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.activitypub import actor, crypto
from fairline.channels.activitypub.actors import read_actor
from fairline.channels.activitypub.rows import KeyPair
from fairline.channels.activitypub.tables import MOST_URI
from fairline.channels.contract import InboxInfo
from fairline.core.clock import now
from fairline.core.errors import Invalid

CAPTURES = Path(__file__).parents[4] / "shared/data/activitypub"
PRIVATE, PUBLIC = crypto.make_key()
ID = "https://town.example/users/cleo"
KEY = f"{ID}#main-key"


def profile(**more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": ID,
        "type": "Person",
        "preferredUsername": "cleo",
        "inbox": f"{ID}/inbox",
        "endpoints": {"sharedInbox": "https://town.example/inbox"},
        "publicKey": {"id": KEY, "owner": ID, "publicKeyPem": PUBLIC},
        **more,
    }


def test_a_profile_tells_who_where_and_by_what_key() -> None:
    found = read_actor(profile(), now(), key_id=KEY)
    assert (found.id, found.handle) == (ID, "@cleo@town.example")
    assert (found.inbox, found.shared_inbox) == (f"{ID}/inbox", "https://town.example/inbox")
    assert found.public == PUBLIC.strip()


def test_of_several_keys_the_one_that_signed_counts() -> None:
    other = {"id": f"{ID}#old", "owner": ID, "publicKeyPem": crypto.make_key()[1]}
    own = {"id": KEY, "owner": ID, "publicKeyPem": PUBLIC}
    assert read_actor(profile(publicKey=[other, own]), now(), key_id=KEY).public == PUBLIC.strip()


@pytest.mark.parametrize(
    "key",
    [
        {"id": KEY, "owner": "https://town.example/users/dov", "publicKeyPem": PUBLIC},
        {"id": "https://other.example/key", "owner": ID, "publicKeyPem": PUBLIC},
        {"id": f"{ID}#another", "owner": ID, "publicKeyPem": PUBLIC},
        {"id": KEY, "owner": ID, "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nAA==\n-----END"},
        {"id": KEY, "owner": ID, "publicKeyPem": PUBLIC + "x" * 5000},
        {"id": KEY, "publicKeyPem": PUBLIC},
        KEY,
        [],
    ],
)
def test_a_key_that_is_not_surely_theirs_is_none(key: Any) -> None:
    with pytest.raises(Invalid):
        read_actor(profile(publicKey=key), now(), key_id=KEY)


def test_a_shared_inbox_elsewhere_is_not_believed() -> None:
    """Else a profile could have a stranger's server flooded with what is meant for many."""
    stolen = {"sharedInbox": "https://victim.example/inbox"}
    assert read_actor(profile(endpoints=stolen), now()).shared_inbox == ""


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not an address"},
        {"id": f"https://town.example/{'x' * MOST_URI}"},
        {"id": None},
        {"inbox": "file:///etc/passwd"},
        {"inbox": None},
    ],
)
def test_without_address_or_inbox_it_is_no_profile(change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_actor(profile(**change), now())


def test_others_can_read_ours() -> None:
    inbox = InboxInfo(
        id="01a203c5-b50e-79e8-b456-a9d36258c1bc",
        brand_id="b",
        brand_name="Acme",
        kind="fediverse",
        name="Acme",
        address="@support@help.acme.test",
        options={"summary": "<b>Not bold</b>", "icon_url": "https://help.acme.test/icon.png"},
        public_url="https://help.acme.test",
    )
    us = f"https://help.acme.test/ap/actors/{inbox.id}"
    key = KeyPair(key_id=f"{us}#main-key", number=1, private=PRIVATE, public=PUBLIC)
    for doc in (actor.profile(inbox, key), actor.bare(inbox, key)):
        found = read_actor(doc, now(), key_id=key.key_id)
        assert (found.id, found.handle) == (us, "@support@help.acme.test")
        assert found.shared_inbox == "https://help.acme.test/ap/inbox"
        assert PRIVATE not in json.dumps(doc)
    assert "&lt;b&gt;" in actor.profile(inbox, key)["summary"]


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(ID),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "owner", "publicKeyPem", "sharedInbox", "href", "type", "@value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(profile())), NESTED)
def test_whatever_stands_in_a_profile_it_is_read_or_refused(name: str, value: Any) -> None:
    try:
        found = read_actor(profile(**{name: value}), now())
    except Invalid:
        return
    assert found.id
    assert found.inbox


def _captured() -> list[Any]:
    found = []
    for path in sorted(CAPTURES.rglob("*.json")) if CAPTURES.exists() else []:
        try:
            doc = json.loads(path.read_text())
        except (json.JSONDecodeError, UnicodeDecodeError):
            continue
        if isinstance(doc, dict) and isinstance(doc.get("publicKey"), dict) and doc.get("inbox"):
            found.append(pytest.param(doc, id=path.name))
    return found


@pytest.mark.skipif(not _captured(), reason="captured profiles are not at hand")
@pytest.mark.parametrize("doc", _captured())
def test_profiles_as_servers_write_them(doc: dict[str, Any]) -> None:
    found = read_actor(doc, now())
    assert found.inbox == doc["inbox"]
