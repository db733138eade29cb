"""What X pushes: its question answered, its signature checked, its events cut apart."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import HookRequest, Ignored, InboxInfo, NotAllowed
from fairline.channels.x import XChannel
from fairline.channels.x.hooks import SIGNATURE, signature
from tests.channels.x.people import inbox

VECTORS = Path(__file__).parents[4] / "shared/data/providers/webhook_signature_vectors.json"
SECRET = "the secret of the app"


def request(
    body: bytes = b"", *, signed: str | None = None, method: str = "POST", token: str = ""
) -> HookRequest:
    given = signature(SECRET, body) if signed is None else signed
    return HookRequest(
        method=method,
        url="https://help.acme.example/hooks/1",
        at=datetime.now(UTC),
        query=(("crc_token", token),) if token else (),
        headers={SIGNATURE: given} if given else {},
        body=body,
    )


@pytest.fixture
def acme() -> InboxInfo:
    return inbox(consumer_secret=SECRET)


def pushed(acme: InboxInfo, body: Any) -> list[tuple[str, dict[str, Any]]]:
    answer = XChannel().hook(request(json.dumps(body).encode()), acme)
    return [(one.item.native_id, json.loads(one.item.payload)) for one in answer.items]


def vector(scheme: str) -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("the shared test data is not here")
    every: list[dict[str, Any]] = json.loads(VECTORS.read_text())
    return next(one for one in every if one["scheme"] == scheme)


def test_the_published_answer_to_the_question() -> None:
    known = vector("x-crc")
    acme = inbox(consumer_secret=known["consumer_secret"])
    answer = XChannel().hook(request(method="GET", token=known["crc_token"]), acme)
    assert json.loads(answer.body) == {"response_token": known["response_token"]}
    assert answer.media_type == "application/json"
    assert answer.items == ()


def test_the_published_signature_is_taken() -> None:
    known = vector("x-post-signature")
    acme = inbox(consumer_secret=known["consumer_secret"])
    (given,) = known["header"].values()
    body = known["body"].encode()
    assert XChannel().hook(request(body, signed=given), acme).status == 200
    with pytest.raises(NotAllowed):
        XChannel().hook(request(body + b" ", signed=given), acme)


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "sha256=",
        "sha256=AAAA",
        "ungültig",
        # The right digest in the wrong form, and with the wrong hash.
        hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest(),
        "sha1=" + base64.b64encode(hmac.new(SECRET.encode(), b"{}", "sha1").digest()).decode(),
    ],
)
def test_a_forged_push_is_refused(acme: InboxInfo, signed: str) -> None:
    with pytest.raises(NotAllowed):
        XChannel().hook(request(b"{}", signed=signed), acme)


def test_without_a_secret_nothing_is_taken() -> None:
    body = b"{}"
    nobody = request(body, signed=signature("", body))
    with pytest.raises(NotAllowed):
        XChannel().hook(nobody, inbox())
    with pytest.raises(NotAllowed):
        XChannel().hook(request(method="GET", token="who"), inbox())


def test_a_question_without_a_token_is_refused(acme: InboxInfo) -> None:
    with pytest.raises(NotAllowed):
        XChannel().hook(request(method="GET"), acme)


@pytest.mark.parametrize("token", ['{"for_user_id":"2"}', "a b", "é", "x" * 501, "[1]", "a\n"])
def test_the_answer_to_the_question_is_never_the_signature_of_a_push(
    acme: InboxInfo, token: str
) -> None:
    """Anybody may ask: whoever sends an event as the token would get its signature back."""
    with pytest.raises(NotAllowed):
        XChannel().hook(request(method="GET", token=token), acme)


def test_what_was_a_token_is_no_push(acme: InboxInfo) -> None:
    answer = XChannel().hook(request(method="GET", token="once"), acme)
    signed = json.loads(answer.body)["response_token"]
    with pytest.raises(NotAllowed):
        XChannel().hook(request(b"once", signed=signed), acme)


def test_news_of_an_account_without_an_inbox_is_nobodys() -> None:
    """One app tells of all its accounts at one address: a letter to another one stays unread."""
    acme = inbox(consumer_secret=SECRET, user_id="1001")
    letter = {
        "type": "message_create",
        "id": "77",
        "created_timestamp": "1700000000000",
        "message_create": {
            "sender_id": "5",
            "target": {"recipient_id": "2002"},
            "message_data": {"text": "Only for the other brand"},
        },
    }
    body = {"for_user_id": "2002", "direct_message_events": [letter]}
    ((_, payload),) = pushed(acme, body)
    told = XChannel().translate(json.dumps(payload).encode(), acme, received_at=datetime.now(UTC))
    assert isinstance(told, Ignored)
    assert told.inbound is None


def test_a_body_of_several_events_is_cut(acme: InboxInfo) -> None:
    body = {
        "for_user_id": "1001",
        "user_has_blocked": False,
        "tweet_create_events": [{"id_str": "11", "text": "a"}, {"id_str": "12", "text": "b"}],
        "tweet_delete_events": [{"status": {"id": "9", "user_id": "7"}, "timestamp_ms": "1"}],
    }
    found = dict(pushed(acme, body))
    assert list(found) == ["11", "12", "gone:9"]
    assert found["12"]["tweet_create_events"] == [{"id_str": "12", "text": "b"}]
    assert found["12"]["for_user_id"] == "1001"
    assert "tweet_delete_events" not in found["12"]


def test_the_same_post_by_two_subscriptions_has_one_id(acme: InboxInfo) -> None:
    def event(kind: str, number: str) -> dict[str, Any]:
        payload = {"id": "77", "text": "@acme hi", "author_id": "5"}
        filtered = {"user_id": "1001"}
        data = {"event_uuid": number, "event_type": kind, "filter": filtered, "payload": payload}
        return {"data": data}

    (mention,) = pushed(acme, event("post.mention.create", "1"))
    (reply,) = pushed(acme, event("post.reply.create", "2"))
    assert mention[0] == reply[0] == "77"


def test_news_without_an_id_is_the_same_when_told_twice(acme: InboxInfo) -> None:
    body = {"for_user_id": "1001", "follow_events": [{"type": "follow", "created_timestamp": "1"}]}
    (first,), (second,) = pushed(acme, body), pushed(acme, body)
    assert first[0] == second[0]
    (later,) = pushed(
        acme, {**body, "follow_events": [{"type": "follow", "created_timestamp": "2"}]}
    )
    assert later[0] != first[0]


def test_what_x_signed_and_nobody_knows_is_kept(acme: InboxInfo) -> None:
    answer = XChannel().hook(request(b"[1, 2"), acme)
    (one,) = answer.items
    assert one.item.payload == b"[1, 2"


def test_news_of_another_account_goes_to_its_inbox() -> None:
    acme = inbox(consumer_secret=SECRET, user_id="1001")
    user = {"id_str": "5", "screen_name": "cleo", "name": "Cleo"}
    mentions = [{"id_str": "2002", "screen_name": "AcmeCare"}]
    event = {
        "id_str": "3",
        "text": "@AcmeCare",
        "user": user,
        "entities": {"user_mentions": mentions},
    }
    body = json.dumps({"for_user_id": "2002", "tweet_create_events": [event]}).encode()
    (one,) = XChannel().hook(request(body), acme).items
    assert one.address == "@acmecare"
    (own,) = XChannel().hook(request(body.replace(b'"2002"', b'"1001"')), acme).items
    assert own.address == ""


KEYS = ["data", "payload", "filter", "user_id", "event_type", "event_uuid", "id", "id_str", "users",
        "for_user_id", "tweet_create_events", "direct_message_events", "includes", "status",
        "entities", "mentions", "user_mentions", "attachments", "media_keys", "media", "sender_id",
        "tweet_id", "inbound", "user_event"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


# Everything X pushes is an object; a bare word could be a token that somebody had signed.
@given(JSON.filter(lambda body: isinstance(body, dict | list | str)))
def test_whatever_x_signs_is_kept(body: Any) -> None:
    acme = inbox(consumer_secret=SECRET, user_id="1001")
    payload = json.dumps(body).encode()
    answer = XChannel().hook(request(payload), acme)
    assert answer.items
    assert all(one.item.payload and one.item.native_id for one in answer.items)
