"""What each thing that X tells means to us, in both of its forms; and that nothing makes it fall."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import (
    Echo,
    Edited,
    Ignored,
    Inbound,
    Invalid,
    RawItem,
    Receipt,
    Removed,
)
from fairline.channels.x import XChannel
from tests.channels.x.people import (
    ACME,
    CLEO,
    DOV,
    NOON,
    activity,
    inbox,
    old_post,
    polled,
    post,
    pushed,
    understood,
)

TWEETS = Path(__file__).parents[4] / "shared/data/twitter-threads/tweets.csv"


def heard(body: Any, **options: str) -> Inbound:
    found = understood(body, **options)
    assert isinstance(found, Inbound), found
    return found


@pytest.mark.parametrize(
    "body",
    [
        polled(post()),
        activity("post.mention.create", post()),
        pushed("tweet_create_events", old_post("@acme hi")),
    ],
)
def test_a_mention_in_each_form(body: dict[str, Any]) -> None:
    said = heard(body)
    assert (said.native_id, said.text, said.is_public) == ("77", "@acme hi", True)
    assert said.author.address == CLEO
    assert said.author.name == "Cleo Marsh (@cleomarsh)"
    assert said.author.audience == 97
    assert said.author.verified
    assert said.sent_at == datetime(2026, 11, 2, 11, 59, tzinfo=UTC)
    assert said.permalink == "https://x.com/cleomarsh/status/77"
    assert said.language == "en"


def test_an_answer_names_what_it_answers_nearest_first() -> None:
    refers = [{"type": "replied_to", "id": "70"}, {"type": "quoted", "id": "60"}]
    body = polled(post(referenced_tweets=refers, conversation_id="50", in_reply_to_user_id=ACME))
    assert heard(body).in_reply_to == ("70", "60", "50")
    new_words = post(referenced_posts=refers, conversation_id="50")
    assert heard(polled(new_words)).in_reply_to == ("70", "60", "50")


def test_the_mentions_before_an_answer_are_not_its_text() -> None:
    text = "@acme @dov It is still not here"
    refers = [{"type": "replied_to", "id": "70"}]
    body = post(text, referenced_tweets=refers, display_text_range=[11, 31])
    said = heard(polled(body))
    assert said.text == "It is still not here"
    assert said.full_text == text
    # A range that cuts into what was said is not believed.
    odd = post("Not here, @acme", referenced_tweets=refers, display_text_range=[10, 15])
    assert heard(polled(odd)).text == "Not here, @acme"


def test_long_posts_are_whole() -> None:
    long = "@acme " + "We waited. " * 60
    new = polled(post("@acme We…", note_tweet={"text": long, "entities": {}}))
    old = pushed(
        "tweet_create_events",
        old_post("@acme We…", truncated=True, extended_tweet={"full_text": long, "entities": {}}),
    )
    assert heard(new).text == long.strip()
    assert heard(old).text == long.strip()


def test_short_addresses_are_opened_and_entities_read() -> None:
    urls = [
        {"url": "https://t.co/Ab1", "expanded_url": "https://acme.com/p", "display_url": "acme.com/p",
         "unwound_url": "https://acme.com/parcels?id=1&x=2"},
        {"url": "https://t.co/Pic", "display_url": "pic.x.com/abc", "media_key": "3_1",
         "expanded_url": "https://x.com/c/status/77/photo/1"},
        {"url": "https://t.co/Evil", "expanded_url": "javascript:alert(1)"},
    ]  # fmt: skip
    text = "@acme see https://t.co/Ab1 &amp; https://t.co/Ab1x &lt;b&gt; https://t.co/Evil https://t.co/Pic"
    said = heard(polled(post(text, entities={"urls": urls})))
    assert said.text == (
        "@acme see https://acme.com/parcels?id=1&x=2 & https://t.co/Ab1x <b> https://t.co/Evil"
    )
    assert said.html == ""


def test_pictures_and_films_come_along_with_what_they_show() -> None:
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/a.png",
         "alt_text": "A torn parcel"},
        {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/p.jpg",
         "variants": [
             {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a.m3u8"},
             {"content_type": "video/mp4", "bit_rate": 256000, "url": "https://video.twimg.com/s.mp4"},
             {"content_type": "video/mp4", "bit_rate": 832000, "url": "https://video.twimg.com/l.mp4"},
         ]},
        {"media_key": "3_9", "type": "photo", "url": "https://pbs.twimg.com/media/other.jpg"},
    ]  # fmt: skip
    body = polled(post(attachments={"media_keys": ["3_1", "7_2"]}), media=media)
    files = heard(body).files
    assert [(one.media_type, one.url, one.alt) for one in files] == [
        ("image/png", "https://pbs.twimg.com/media/a.png", "A torn parcel"),
        ("video/mp4", "https://video.twimg.com/l.mp4", ""),
    ]
    old = {"media_url_https": "https://pbs.twimg.com/media/a.jpg", "url": "https://t.co/Pic",
           "type": "photo", "ext_alt_text": "A box", "display_url": "pic.twitter.com/x"}  # fmt: skip
    event = old_post("@acme look https://t.co/Pic", extended_entities={"media": [old]})
    event["entities"]["media"] = [old]
    said = heard(pushed("tweet_create_events", event))
    assert said.text == "@acme look"
    assert [(one.url, one.alt) for one in said.files] == [(old["media_url_https"], "A box")]


def test_an_edit_is_the_same_post_under_its_first_id() -> None:
    body = polled(post("@acme order 4712", id_="79", edit_history_tweet_ids=["77", "78", "79"]))
    found = understood(body)
    assert isinstance(found, Edited)
    assert (found.native_id, found.of, found.address) == ("79", "77", CLEO)
    assert found.text == "@acme order 4712"
    assert found.inbound
    assert found.inbound.native_id == "77"


def test_what_is_protected_is_no_public_talk() -> None:
    assert not heard(polled(post(by=DOV))).is_public


def test_a_repost_and_a_like_make_no_case() -> None:
    refers = [{"type": "retweeted", "id": "70"}]
    for body in (
        polled(post("RT @acme: hello", referenced_tweets=refers)),
        pushed(
            "tweet_create_events", old_post("RT @acme: hello", retweeted_status={"id_str": "7"})
        ),
    ):
        found = understood(body)
        assert isinstance(found, Ignored)
        assert found.outcome == "repost"
        assert found.inbound
        assert found.inbound.in_reply_to == ()
    liked = pushed("favorite_events", {"id": "a7ba", "favorited_status": {}, "user": {}})
    for body in (liked, activity("like.create", {"id": "8771", "liked_tweet_id": "1"})):
        found = understood(body)
        assert isinstance(found, Ignored)
        assert found.outcome == "like"


def test_a_post_that_does_not_mean_us_is_chatter() -> None:
    body = polled(post("Nothing about you", entities={}))
    found = understood(body)
    assert isinstance(found, Ignored)
    assert (found.outcome, found.inbound is not None) == ("chatter", True)
    assert isinstance(
        understood(polled(post("Thank you", entities={}, in_reply_to_user_id=ACME))), Inbound
    )
    assert isinstance(understood(polled(post("ask @ACME!", entities={}))), Inbound)
    assert isinstance(understood(polled(post("ask @acmeco", entities={}))), Ignored)


def test_our_own_posts_are_echoes() -> None:
    refers = [{"type": "replied_to", "id": "70"}]
    answer = post("@CleoMarsh It comes tomorrow", by=ACME, referenced_tweets=refers,
                  in_reply_to_user_id=CLEO)  # fmt: skip
    for body in (polled(answer), activity("post.create", answer)):
        found = understood(body)
        assert isinstance(found, Echo)
        assert found.in_reply_to[0] == "70"
        assert found.recipient == CLEO
        assert found.is_public
    by_handle = polled(answer)
    del by_handle["for_user_id"]
    assert isinstance(understood(by_handle), Echo)


OLD_DIRECT = {
    "type": "message_create",
    "id": "954",
    "created_timestamp": "1793620740000",
    "message_create": {
        "target": {"recipient_id": ACME},
        "sender_id": CLEO,
        "message_data": {"text": "My number is 4711 &amp; more", "entities": {"urls": []}},
    },
}
NEW_DIRECT = {
    "id": "954",
    "event_type": "MessageCreate",
    "text": "My number is 4711 &amp; more",
    "sender_id": CLEO,
    "dm_conversation_id": f"{ACME}-{CLEO}",
    "created_at": "2026-11-02T11:59:00.000Z",
}
PEOPLE = {CLEO: {"data": {"id": CLEO, "username": "CleoMarsh", "name": "Cleo Marsh"}}}


@pytest.mark.parametrize(
    "body",
    [
        polled(NEW_DIRECT),
        pushed("direct_message_events", OLD_DIRECT, users=PEOPLE),
        activity("dm.received", {"direct_message_events": [OLD_DIRECT], "users": PEOPLE}),
    ],
)
def test_a_direct_message_in_each_form(body: dict[str, Any]) -> None:
    said = heard(body)
    assert said.native_id == "dm:954"
    assert said.text == "My number is 4711 & more"
    assert not said.is_public
    assert said.author.address == CLEO
    assert said.author.name == "Cleo Marsh (@cleomarsh)"


def test_our_own_direct_messages_are_echoes_to_whom_they_went() -> None:
    created = {"target": {"recipient_id": CLEO}, "sender_id": ACME, "message_data": {"text": "Hi"}}
    old = {**OLD_DIRECT, "message_create": created}
    for body in (
        polled({**NEW_DIRECT, "sender_id": ACME}),
        pushed("direct_message_events", old),
        activity("dm.sent", {"direct_message_events": [old]}),
    ):
        found = understood(body)
        assert isinstance(found, Echo)
        assert (found.is_public, found.recipient) == (False, CLEO)


def test_read_receipts_and_removals() -> None:
    event = {"sender_id": CLEO, "target": {"recipient_id": ACME}, "last_read_event_id": "963"}
    read = understood(pushed("direct_message_mark_read_events", event))
    assert isinstance(read, Receipt)
    assert (read.state, read.native_ids) == ("read", ("dm:963",))
    status = {"status": {"id": "77", "user_id": CLEO}, "timestamp_ms": "1"}
    for body in (
        pushed("tweet_delete_events", status),
        activity("post.delete", {"id": "77", "author_id": CLEO}),
    ):
        gone = understood(body)
        assert isinstance(gone, Removed)
        assert (gone.of, gone.address) == (("77",), CLEO)


def test_an_encrypted_message_is_not_lost_in_silence() -> None:
    found = heard(activity("chat.received", {"sender_id": CLEO}))
    assert "read in X" in found.text
    assert not found.is_public


@pytest.mark.parametrize(
    "body",
    [
        pushed("follow_events", {"type": "follow"}),
        pushed("direct_message_indicate_typing_events", {"sender_id": CLEO}),
        activity("follow.follow", {"source": {}, "target": {}}),
        activity("profile.update.bio", {"before": "a", "after": "b"}),
        {"user_event": {"revoke": {"source": {"user_id": ACME}}}},
        polled({**NEW_DIRECT, "event_type": "ParticipantsJoin"}),
    ],
)
def test_other_news_makes_no_case(body: dict[str, Any]) -> None:
    found = understood(body)
    assert isinstance(found, Ignored)
    assert found.reason


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"null", b"{}", b'{"data": {}}', b'{"data": {"text": "x"}}', b"\xff\xfe",
     b'{"tweet_create_events": [{}]}', b"[" * 100_000, b'{"data":' * 50_000],
)  # fmt: skip
def test_what_is_no_news_of_x_is_refused_in_words(payload: bytes) -> None:
    with pytest.raises(Invalid):
        understood(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
REAL = [
    polled(post(referenced_tweets=[{"type": "replied_to", "id": "1"}], attachments={"media_keys": ["3_1"]}),
           media=[{"media_key": "3_1", "url": "https://pbs.twimg.com/a"}]),
    activity("post.mention.create", post()),
    activity("dm.received", {"direct_message_events": [OLD_DIRECT], "users": PEOPLE}),
    pushed("tweet_create_events", old_post("@acme hi", display_text_range=[0, 2], extended_tweet={})),
    pushed("direct_message_events", OLD_DIRECT, users=PEOPLE),
    pushed("tweet_delete_events", {"status": {"id": "1", "user_id": "2"}}),
    polled(NEW_DIRECT),
    {"tweet_id": "1", "author_id": "2", "inbound": "True", "text": "x", "created_at": "y"},
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(place for key, one in inner for place in places(one, (*at, key)))]


@given(st.data())
def test_whatever_stands_in_a_payload_only_invalid_is_raised(data: st.DataObject) -> None:
    body = json.loads(json.dumps(data.draw(st.sampled_from(REAL))))
    place = data.draw(st.sampled_from(places(body)[1:]))
    holder = body
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = data.draw(JSON)
    payload = json.dumps(body, allow_nan=False, default=str).encode() if _is_json(body) else b"{"
    try:
        understood(payload)
    except Invalid as error:
        assert error.text  # noqa: PT017  either is right
    XChannel().describe(payload)


def _is_json(body: Any) -> bool:
    try:
        json.dumps(body, allow_nan=False)
    except ValueError:
        return False
    return True


def test_a_table_of_posts_is_fed(tmp_path: Path) -> None:
    table = tmp_path / "posts.csv"
    table.write_text(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        '2,115,True,Tue Oct 31 22:11:45 +0000 2017,"@acme, where is it?",3,\n'
        '3,acme,False,Tue Oct 31 22:12:45 +0000 2017,"@115 ""soon"" &amp; safe",,2\n'
        ",,True,,nothing,,\n"
    )
    items: list[tuple[str, RawItem]] = list(XChannel().items_in(table))
    assert [item.native_id for _, item in items][:2] == ["2", "3"]
    said, answered = (
        XChannel().translate(item.payload, inbox(), received_at=NOON) for _, item in items[:2]
    )
    assert isinstance(said, Inbound)
    assert (said.author.address, said.is_public) == ("115", True)
    assert said.sent_at == datetime(2017, 10, 31, 22, 11, 45, tzinfo=UTC)
    assert isinstance(answered, Echo)
    assert (answered.text, answered.in_reply_to) == ('@115 "soon" & safe', ("2",))
    with pytest.raises(Invalid):
        XChannel().translate(items[2][1].payload, inbox(), received_at=NOON)


def test_captured_payloads_are_fed_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"data": [post(), post(id_="78")], "includes": {}}))
    (tmp_path / "b.jsonl").write_text(
        json.dumps(activity("post.mention.create", post(id_="79"))) + "\n\nnot json\n"
    )
    (tmp_path / "notes.txt").write_text("passed over")
    found = [(Path(name).name, item.native_id) for name, item in XChannel().items_in(tmp_path)]
    assert [name for name, _ in found] == ["a.json:1", "a.json:2", "b.jsonl:1", "b.jsonl:2"]
    assert [native_id for _, native_id in found][:3] == ["77", "78", "79"]


def test_every_real_post_of_the_shared_table_is_understood() -> None:
    if not TWEETS.exists():
        pytest.skip("the shared test data is not here")
    channel = XChannel()
    found = [
        channel.translate(item.payload, inbox(), received_at=NOON)
        for _, item in channel.items_in(TWEETS)
    ]
    assert len(found) > 1000
    assert {type(one) for one in found} == {Inbound, Echo}
