"""What is pushed: judged by its signature, cut into pieces, sorted to whom it is for."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairline.channels.contract import HookAnswer, Hooked, HookRequest, Ignored, Invalid, NotAllowed
from tests.channels.meta.inboxes import (
    AT,
    CHANNELS,
    IG,
    PAGE,
    change,
    event,
    heard,
    inbox,
    page,
    request,
    whatsapp,
)


def push(kind: str, asked: HookRequest) -> HookAnswer:
    channel = CHANNELS[kind]
    assert isinstance(channel, Hooked)
    return channel.hook(asked, inbox(kind))


def handshake(**query: str) -> HookRequest:
    pairs = tuple((f"hub.{name}", value) for name, value in query.items())
    return HookRequest(method="GET", url="https://x/hooks/1", at=AT, query=pairs)


@pytest.mark.parametrize("kind", CHANNELS)
def test_the_handshake_gives_the_challenge_back(kind: str) -> None:
    asked = handshake(mode="subscribe", verify_token="acme listens", challenge="1158201444")

    assert push(kind, asked).body == b"1158201444"


@pytest.mark.parametrize("token", ["", "another", "acme listenş"])
def test_a_stranger_gets_no_challenge_back(token: str) -> None:
    with pytest.raises(NotAllowed):
        push("messenger", handshake(mode="subscribe", verify_token=token, challenge="1"))


def test_an_empty_verify_token_opens_nothing() -> None:
    channel = CHANNELS["messenger"]
    assert isinstance(channel, Hooked)
    with pytest.raises(NotAllowed):
        channel.hook(
            handshake(mode="subscribe", verify_token=""), inbox("messenger", verify_token="")
        )


def test_a_forged_request_is_refused() -> None:
    body = page(event(message={"mid": "m_1", "text": "Hi"}))
    genuine = request(body)
    bad = [
        request(body, secret="a guess"),
        msgspec.structs.replace(genuine, body=genuine.body + b" "),
        msgspec.structs.replace(genuine, headers={}),
        msgspec.structs.replace(genuine, headers={"x-hub-signature-256": "sha256="}),
        msgspec.structs.replace(genuine, headers={"x-hub-signature-256": "sha256=é"}),
    ]
    for forged in bad:
        with pytest.raises(NotAllowed):
            push("messenger", forged)
    assert push("messenger", genuine).items


def test_without_a_secret_nothing_is_believed() -> None:
    channel = CHANNELS["messenger"]
    assert isinstance(channel, Hooked)
    with pytest.raises(NotAllowed):
        channel.hook(request({}, secret=""), inbox("messenger", app_secret=""))


def test_one_request_with_many_messages_becomes_single_items() -> None:
    body = page(*(event(message={"mid": f"m_{n}", "text": f"number {n}"}) for n in range(3)))
    items = push("messenger", request(body)).items

    assert [one.item.native_id for one in items] == ["m_0", "m_1", "m_2"]
    assert all(b"number" in one.item.payload for one in items)


def test_a_receipt_about_many_messages_becomes_one_for_each() -> None:
    body = page(event(delivery={"mids": ["m_1", "m_2"], "watermark": 1763820000000}))

    assert [one.item.native_id for one in push("messenger", request(body)).items] == [
        "delivered:m_1",
        "delivered:m_2",
    ]


def test_a_message_and_its_states_each_have_an_id_of_their_own() -> None:
    statuses = [{"id": "wamid.A", "status": s} for s in ("sent", "delivered", "read")]
    body = whatsapp(messages=[{"id": "wamid.A", "from": "1", "type": "text"}], statuses=statuses)
    items = push("whatsapp", request(body)).items

    assert [one.item.native_id for one in items] == [
        "wamid.A",
        "sent:wamid.A",
        "delivered:wamid.A",
        "read:wamid.A",
    ]


@dataclass
class Sorted:
    kind: str
    address: str


@pytest.mark.parametrize(
    ("called", "body", "kind", "address"),
    [
        ("messenger", page(event(message={"mid": "1"}), own="999"), "messenger", "999"),
        ("messenger", change("feed", {"item": "status", "post_id": "1_2"}), "facebook", PAGE),
        ("facebook", page(event(message={"mid": "1"})), "messenger", PAGE),
        ("facebook", change("comments", {"id": "1"}, of="instagram", own=IG), "instagram", IG),
    ],
)
def test_news_of_another_account_names_it(called: str, body: Any, kind: str, address: str) -> None:
    (item,) = push(called, request(body)).items

    assert (item.kind, item.address) == (kind, address)


def test_news_for_nobody_is_kept_and_makes_no_case() -> None:
    (item,) = push("messenger", request(page(event(message={"mid": "1"}), own="999"))).items
    found = heard("messenger", msgspec.json.decode(item.item.payload))

    assert isinstance(found, Ignored)
    assert "999" in found.reason


def test_a_genuine_request_that_cannot_be_read_is_kept() -> None:
    (item,) = push("messenger", request(b"{torn")).items

    assert item.item.payload == b"{torn"


def test_a_deep_nest_breaks_nothing() -> None:
    assert push("messenger", request(b"[" * 100_000)).items


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["object", "entry", "messaging", "changes", "value", "field", "message", "mid", "sender",
             "recipient", "id", "from", "messages", "statuses", "text", "type", "timestamp",
             "attachments", "payload", "read", "delivery", "mids", "watermark", "item", "verb",
             "comment_id", "contacts", "status", "errors", "standby", "is_echo", "for", "edit"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=60)
@given(body=JSON, kind=st.sampled_from(sorted(CHANNELS)))
def test_whatever_comes_nothing_but_invalid_is_raised(body: Any, kind: str) -> None:
    try:
        heard(kind, body)
    except Invalid:
        return


@settings(max_examples=60)
@given(body=JSON, kind=st.sampled_from(sorted(CHANNELS)))
def test_whatever_is_signed_is_cut_and_each_piece_can_be_judged(body: Any, kind: str) -> None:
    items = push(kind, request(body)).items

    assert len({one.item.native_id for one in items}) == len(items)
    assert all(len(one.item.native_id) < 500 for one in items)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            ["mid", "text", "attachments", "reply_to", "is_echo", "is_deleted", "referral"]
        ),
        JSON,
    ),
    st.sampled_from(["messenger", "instagram"]),
)
def test_a_message_of_any_shape_is_judged(message: dict[str, Any], kind: str) -> None:
    body = page(event(message={"mid": "m", **message}), of="page" if kind == "messenger" else kind)
    try:
        heard(kind, body)
    except Invalid:
        return
