"""Updates of Telegram become what was said, by whom, where; whatever comes, nothing breaks."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import (
    Consent,
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Translation,
)
from fairline.channels.telegram.stored import describe, items_in
from fairline.channels.telegram.translate import SERVICE, translate

CAPTURES = Path(__file__).parents[4] / "shared/data/providers/meta"
INBOX = InboxInfo(
    id="i",
    brand_id="b",
    brand_name="Acme",
    kind="telegram",
    name="Bot",
    address="@acme_bot",
    options={"token": "7001:" + "a" * 35},
    public_url="https://help.acme.test",
)
CLEO = {
    "id": 5001,
    "is_bot": False,
    "first_name": "Cleo",
    "last_name": "Marsh",
    "username": "cleo",
    "language_code": "en",
}
PRIVATE = {"id": 5001, "type": "private"}
PUBLIC = {"id": -1001, "type": "supergroup", "username": "neighbours"}
CLOSED = {"id": -77, "type": "group", "title": "Family"}


def read(update: dict[str, Any]) -> Translation:
    return translate(json.dumps({"update_id": 9, **update}).encode(), INBOX)


def said(holds: dict[str, Any], *, chat: dict[str, Any] = PRIVATE, **more: Any) -> Translation:
    message = {"message_id": 3, "date": 1_700_000_000, "from": CLEO, "chat": chat, **holds}
    return read({"message": message | more})


def heard(holds: dict[str, Any], **more: Any) -> Inbound:
    found = said(holds, **more)
    assert isinstance(found, Inbound), found
    return found


def test_a_private_message_is_said_by_a_person_known_by_number() -> None:
    found = heard({"text": "My parcel has not come"})
    assert (found.native_id, found.text, found.is_public) == (
        "5001:3",
        "My parcel has not come",
        False,
    )
    assert found.author.address == "5001"
    assert found.author.name == "Cleo Marsh (@cleo)"
    assert found.author.verified
    assert found.sent_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert found.language == "en"


def test_an_answer_names_what_it_answers() -> None:
    assert heard({"text": "yes", "reply_to_message": {"message_id": 2}}).in_reply_to == ("5001:2",)


def test_the_largest_size_of_a_photo_is_fetched_by_its_id() -> None:
    sizes = [
        {"file_id": "small", "width": 90, "height": 90, "file_size": 900},
        {"file_id": "large", "width": 1280, "height": 900, "file_size": 90_000},
        {"file_id": "vast", "width": 9000, "height": 9000, "file_size": 30_000_000},
    ]
    found = heard({"photo": sizes, "caption": "Broken"})
    assert [(file.url, file.media_type) for file in found.files] == [
        ("telegram:large", "image/jpeg")
    ]
    assert found.text == "Broken"


@pytest.mark.parametrize(
    ("holds", "words", "files"),
    [
        ({"voice": {"file_id": "v", "duration": 72}}, "(a voice message, 1:12)", 1),
        ({"document": {"file_id": "d", "file_name": "bill.pdf"}}, "(a file)", 1),
        ({"video": {"file_id": "x", "file_size": 31_000_000}}, "31 MB", 0),
        ({"location": {"latitude": 52.5, "longitude": 13.4}}, "Their place: 52.5, 13.4", 0),
        ({"venue": {"title": "Shop", "address": "Main Road 1"}}, "Shop, Main Road 1", 0),
        ({"sticker": {"file_id": "s", "emoji": "🎉"}}, "🎉 (a sticker)", 0),
        ({"dice": {"emoji": "🎲", "value": 4}}, "🎲 4", 0),
        ({"poll": {"question": "Red?", "options": [{"text": "yes"}]}}, "A vote: Red?\n- yes", 0),
        (
            {"contact": {"phone_number": "4930901820", "user_id": 5001}},
            "My own telephone number: +4930901820",
            0,
        ),
        (
            {"contact": {"phone_number": "+4930901820", "user_id": 1, "first_name": "Dov"}},
            "A contact: Dov +4930901820",
            0,
        ),
        ({"gift": {"id": 1}}, "(something that bots are not shown)", 0),
    ],
)
def test_what_is_no_text_is_said_in_words(holds: dict[str, Any], words: str, files: int) -> None:
    found = heard(holds)
    assert words in found.text
    assert len(found.files) == files


def test_addresses_behind_words_are_kept_though_emoji_stand_before_them() -> None:
    text = "👍🏽 see this page now"
    at = len("👍🏽 see ".encode("utf-16-le")) // 2
    entity = {"type": "text_link", "offset": at, "length": 9, "url": "https://shop.test/x"}
    found = heard({"text": text, "entities": [entity]})
    assert found.text == "👍🏽 see this page (https://shop.test/x) now"


def test_in_a_group_only_what_is_said_to_us_is_heard() -> None:
    assert isinstance(said({"text": "hello all"}, chat=PUBLIC), Ignored)
    named = {"type": "mention", "offset": 0, "length": 9}
    found = heard({"text": "@acme_bot my parcel", "entities": [named]}, chat=PUBLIC)
    assert found.is_public
    assert found.native_id == "-1001:3"
    assert found.permalink == "https://t.me/neighbours/3"
    answered = {"message_id": 2, "from": {"id": 7001}}
    assert heard({"text": "and now?", "reply_to_message": answered}, chat=PUBLIC).is_public


def test_another_bot_of_a_like_name_is_not_us() -> None:
    text = "@acme_bot2 hello"
    entity = {"type": "mention", "offset": 0, "length": 10}
    assert isinstance(said({"text": text, "entities": [entity]}, chat=PUBLIC), Ignored)


def test_what_is_said_in_a_closed_group_stays_private() -> None:
    named = {"type": "mention", "offset": 0, "length": 9}
    found = heard({"text": "@acme_bot my bill", "entities": [named]}, chat=CLOSED)
    assert not found.is_public
    assert not found.permalink


def test_bots_channels_and_news_of_the_chat_are_not_heard() -> None:
    assert isinstance(said({"text": "x", "from": {**CLEO, "is_bot": True}}), Ignored)
    assert isinstance(said({"text": "x", "sender_chat": {"id": -5}}), Ignored)
    for name in sorted(SERVICE):
        assert isinstance(said({name: {"id": 1}}), Ignored), name
    assert isinstance(read({"channel_post": {"text": "x"}}), Ignored)


def test_an_edit_is_of_the_message_and_knows_its_author() -> None:
    message = {"message_id": 3, "from": CLEO, "chat": PRIVATE, "text": "new", "edit_date": 1_700}
    found = read({"edited_message": message})
    assert isinstance(found, Edited)
    assert (found.of, found.address, found.text) == ("5001:3", "5001", "new")
    assert found.inbound
    assert found.inbound.native_id == "5001:3"


def test_a_moving_place_is_no_edit() -> None:
    spot = {"latitude": 1.0, "longitude": 2.0, "live_period": 60}
    message = {"message_id": 3, "from": CLEO, "chat": PRIVATE, "location": spot}
    assert isinstance(read({"edited_message": message}), Ignored)


@pytest.mark.parametrize(("status", "stops"), [("kicked", True), ("member", False)])
def test_blocking_the_bot_is_a_wish_for_silence(status: str, stops: bool) -> None:
    told = {"chat": PRIVATE, "from": CLEO, "new_chat_member": {"status": status}}
    found = read({"my_chat_member": told})
    assert isinstance(found, Consent)
    assert (found.address, found.stops) == ("5001", stops)


def test_being_put_out_of_a_group_is_nobodys_wish() -> None:
    told = {"chat": CLOSED, "from": CLEO, "new_chat_member": {"status": "kicked"}}
    assert isinstance(read({"my_chat_member": told}), Ignored)


def test_start_says_nothing_and_its_payload_leads_to_a_case() -> None:
    assert isinstance(said({"text": "/start"}), Ignored)
    found = heard({"text": "/start abc-DEF_1"})
    assert found.case_token == "abc-DEF_1"
    assert not heard({"text": "/starting is hard"}).case_token


def test_a_button_says_what_stands_on_it() -> None:
    query = {"id": "77", "from": CLEO, "data": "Option 1", "message": "VAR"}
    found = read({"callback_query": query})
    assert isinstance(found, Inbound)
    assert (found.native_id, found.text) == ("button-77", "Option 1")


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captured payloads are not here")
def test_captured_updates_are_understood() -> None:
    texts = []
    for _, item in items_in(CAPTURES):
        found = translate(item.payload, INBOX)
        assert isinstance(found, Inbound)
        texts.append(found.text)
        assert describe(item.payload)["text"] == found.text
    assert texts == ["test", "Option 1"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["from", "chat", "text", "id", "type", "entities", "photo", "document", "location", "contact",
     "poll", "sticker", "dice", "date", "message_id", "reply_to_message", "username", "data",
     "voice", "venue", "new_chat_member", "language_code", "first_name", "is_bot"]
)  # fmt: skip
_STRUCT = st.recursive(
    _JSON,
    lambda inner: st.dictionaries(_KEYS, inner, max_size=8) | st.lists(inner, max_size=3),
    max_leaves=14,
)


@given(kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "x"]),
       holds=_STRUCT)  # fmt: skip
def test_no_update_breaks_us(kind: str, holds: Any) -> None:
    with contextlib.suppress(Invalid):
        translate(json.dumps({"update_id": 1, kind: holds}).encode(), INBOX)


@given(holds=st.dictionaries(_KEYS, _STRUCT, max_size=8))
def test_no_message_breaks_us(holds: dict[str, Any]) -> None:
    message = {"message_id": 3, "from": CLEO, "chat": PRIVATE, **holds}
    with contextlib.suppress(Invalid):
        translate(json.dumps({"update_id": 1, "message": message}).encode(), INBOX)


@given(st.binary(max_size=200))
def test_no_bytes_break_us(payload: bytes) -> None:
    with contextlib.suppress(Invalid):
        translate(payload, INBOX)


def test_a_deep_nest_is_refused() -> None:
    with pytest.raises(Invalid):
        translate(b'{"update_id":1,"message":' + b"[" * 100_000 + b"]" * 100_000 + b"}", INBOX)
