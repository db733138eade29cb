"""What Bluesky tells, understood; whatever comes, only Invalid is raised."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.bluesky import BlueskyChannel, names
from fairline.channels.bluesky.stored import item_of
from fairline.channels.contract import (
    Echo,
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Removed,
    Translation,
)
from fairline.core.clock import now
from fairline.core.ids import new_id
from tests.channels.bluesky.snapshots import DATA, VIEWS, snapshots

CHANNEL = BlueskyChannel()
INBOX = InboxInfo(
    id="inbox", brand_id="brand", brand_name="Acme", kind="bluesky", name="Acme",
    address="acme.example", options={}, public_url="https://help.acme.example",
)  # fmt: skip
CLEO = {"did": "did:plc:cleo", "handle": "cleo.example", "displayName": "Cleo Marsh"}
POST = "at://did:plc:cleo/app.bsky.feed.post/3k2yihcrp6f2c"
OURS = "at://did:plc:acme/app.bsky.feed.post/3k2yihcrp6f2a"
CID = "bafyreifzi5xyrf3c5jw7cci4zrltyl25ik2dboznop4qo4cotcfbyjtita"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the captured payloads are not here: ../shared/data/providers/bluesky"
)


def record(**more: object) -> dict[str, object]:
    return {"$type": "app.bsky.feed.post", "text": "@acme.example my parcel is late",
            "createdAt": "2026-11-20T10:00:00.000Z", "langs": ["en"], **more}  # fmt: skip


def notification(reason: str = "mention", **more: object) -> dict[str, object]:
    return {"uri": POST, "cid": CID, "author": CLEO, "reason": reason, "record": record(),
            "isRead": False, "indexedAt": "2026-11-20T10:00:01.000Z", **more}  # fmt: skip


def chat(**more: object) -> dict[str, object]:
    message = {"$type": "chat.bsky.convo.defs#messageView", "id": "m1", "rev": "3k", "text": "psst",
               "sender": {"did": "did:plc:cleo"}, "sentAt": "2026-11-20T10:00:00.000Z", **more}  # fmt: skip
    return {"$type": "chat.bsky.convo.defs#logCreateMessage", "rev": "3k", "convoId": "c1",
            "message": message, "relatedProfiles": [CLEO]}  # fmt: skip


def streamed(operation: str, **more: object) -> dict[str, object]:
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": "3k2yihcrp6f2c"}
    return {"did": "did:plc:cleo", "time_us": 1, "kind": "commit", "commit": {**commit, **more}}


def understood(told: object, inbox: InboxInfo = INBOX) -> Translation:
    return CHANNEL.translate(msgspec.json.encode(told), inbox, received_at=now())


def said(told: object) -> Inbound:
    heard = understood(told)
    assert isinstance(heard, Inbound)
    return heard


def test_a_mention_is_a_public_message_of_a_did() -> None:
    heard = said(notification())
    assert heard.native_id == POST
    assert heard.text == "my parcel is late"
    assert heard.author.address == "did:plc:cleo"
    assert heard.author.name == "Cleo Marsh (@cleo.example)"
    assert (heard.is_public, heard.author.verified, heard.language) == (True, True, "en")
    assert heard.permalink == "https://bsky.app/profile/did:plc:cleo/post/3k2yihcrp6f2c"


def test_a_reply_names_what_it_answers_nearest_first() -> None:
    root = "at://did:plc:dov/app.bsky.feed.post/3k2yihcrp6f22"
    reply = {"root": {"uri": root, "cid": CID}, "parent": {"uri": OURS, "cid": CID}}
    heard = said(notification("reply", record=record(reply=reply)))
    assert heard.in_reply_to == (OURS, root)


@pytest.mark.parametrize("deep", [False, True], ids=["alone", "with a picture"])
def test_a_quote_answers_what_it_quotes(deep: bool) -> None:
    quoted = {"uri": OURS, "cid": CID}
    embed = {"$type": "app.bsky.embed.record", "record": {"record": quoted} if deep else quoted}
    assert said(notification("quote", record=record(embed=embed))).in_reply_to == (OURS,)


def test_a_date_from_the_future_or_from_nowhere_gains_nothing() -> None:
    late = said(notification(record=record(createdAt="2999-01-01T00:00:00Z")))
    odd = said(notification(record=record(createdAt="yesterday")))
    assert late.sent_at == odd.sent_at
    assert late.sent_at
    assert late.sent_at.isoformat() == "2026-11-20T10:00:01+00:00"


def test_links_are_whole_and_counted_by_bytes() -> None:
    text = "🧑‍🚒 see acme.example/a/very/lo… or here"
    start = len("🧑‍🚒 see ".encode())
    end = start + len("acme.example/a/very/lo…".encode())
    whole = "https://acme.example/a/very/long/way"
    facets = [
        {"index": {"byteStart": start, "byteEnd": end},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": whole}]},
        {"index": {"byteStart": 1, "byteEnd": 3},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://cut.example"}]},
        {"index": {"byteStart": end + 4, "byteEnd": end + 8},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://other.example"}]},
    ]  # fmt: skip
    heard = said(notification(record=record(text=text, facets=facets)))
    assert heard.text == f"🧑‍🚒 see {whole} or here <https://other.example>"


def test_pictures_are_files_with_what_they_show() -> None:
    blob = {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/png", "size": 3}
    bad = {"$type": "blob", "ref": {"$link": "../../etc"}, "mimeType": "image/png", "size": 3}
    embed = {"$type": "app.bsky.embed.images",
             "images": [{"image": blob, "alt": "a broken cup"}, {"image": bad, "alt": ""}]}  # fmt: skip
    (file,) = said(notification(record=record(embed=embed))).files
    assert (file.alt, file.name, file.media_type) == ("a broken cup", "picture-1.png", "image/png")
    assert file.url == (f"https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:cleo/{CID}@jpeg")


def test_a_card_and_warnings_are_told() -> None:
    embed = {"$type": "app.bsky.embed.external",
             "external": {"uri": "https://acme.example/x", "title": "Our page"}}  # fmt: skip
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
    heard = said(notification(record=record(embed=embed, labels=labels)))
    assert heard.text == "[graphic-media]\n\nmy parcel is late\n\nOur page\nhttps://acme.example/x"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("like", "like"), ("repost", "repost"), ("follow", "chatter"), ("like-via-repost", "like")],
)
def test_applause_is_no_case(reason: str, outcome: str) -> None:
    heard = understood(notification(reason))
    assert isinstance(heard, Ignored)
    assert heard.outcome == outcome
    assert heard.inbound


@pytest.mark.parametrize("reason", ["starterpack-joined", "verified", "tomorrow's reason"])
def test_other_news_is_only_kept(reason: str) -> None:
    heard = understood(notification(reason, author=None, record=None))
    assert isinstance(heard, Ignored)
    assert heard.outcome == "chatter"


def test_what_a_moderator_calls_spam_stays_off_the_line() -> None:
    label = {"val": "spam", "src": "did:plc:moderator", "uri": POST, "cts": "2026-11-20T10:00:00Z"}
    heard = understood(notification(labels=[label]))
    assert isinstance(heard, Ignored)
    assert heard.outcome == "spam"
    assert heard.inbound
    assert isinstance(understood(notification(labels=[{**label, "neg": True}])), Inbound)


def test_a_direct_message_is_private() -> None:
    heard = said(chat())
    assert heard.native_id == "chat:c1:m1"
    assert not heard.is_public
    assert heard.author.name == "Cleo Marsh (@cleo.example)"
    under = {"id": "m0", "rev": "3j", "text": "?", "sender": {"did": "did:plc:acme"}}
    assert said(chat(replyTo=under)).in_reply_to == ("chat:c1:m0",)


def test_what_we_said_ourselves_in_a_chat_is_an_echo() -> None:
    told = chat(sender={"did": "did:plc:acme"})
    told["relatedProfiles"] = [CLEO, {"did": "did:plc:acme", "handle": "acme.example"}]
    heard = understood(told)
    assert isinstance(heard, Echo)
    assert (heard.recipient, heard.is_public) == ("did:plc:cleo", False)


@pytest.mark.parametrize("kind", ["logBeginConvo", "logDeleteMessage", "logAddReaction"])
def test_other_news_of_a_chat_is_no_message(kind: str) -> None:
    told = chat() | {"$type": f"chat.bsky.convo.defs#{kind}"}
    assert isinstance(understood(told), Ignored)


def test_the_stream_tells_what_was_taken_back_and_changed() -> None:
    gone = understood(streamed("delete"))
    assert isinstance(gone, Removed)
    assert (gone.of, gone.address) == ((POST,), "did:plc:cleo")
    changed = understood(streamed("update", record=record(text="other words"), cid=CID))
    assert isinstance(changed, Edited)
    assert (changed.of, changed.text) == (POST, "other words")


def test_a_post_that_only_passed_by_is_no_message() -> None:
    assert isinstance(understood(streamed("create", record=record(), cid=CID)), Ignored)
    here = msgspec.structs.replace(INBOX, address="did:plc:acme")
    facet = {"index": {"byteStart": 0, "byteEnd": 13},
             "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:acme"}]}  # fmt: skip
    told = streamed("create", record=record(facets=[facet]), cid=CID)
    assert isinstance(understood(told, here), Inbound)


def test_our_own_post_is_an_echo() -> None:
    ours = {"did": "did:plc:acme", "handle": "acme.example"}
    told = {"uri": OURS, "cid": CID, "author": ours, "record": record(text="Sorry!")}
    heard = understood(told)
    assert isinstance(heard, Echo)
    assert heard.text == "Sorry!"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*record(), *notification(), *chat(), "facets", "embed", "index"]),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_whatever_comes_only_invalid_is_raised(told: object) -> None:
    facet = {"index": {"byteStart": 2, "byteEnd": 9}, "features": told}
    for one in (
        told,
        notification() | {"record": told},
        notification() | {"author": told, "labels": told},
        notification() | {"record": record(embed=told, reply=told, facets=[facet])},
        chat() | {"message": told, "relatedProfiles": told},
        streamed("update", record=told),
    ):
        try:
            understood(one)
        except Invalid:
            continue


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90))))
def test_no_annotation_breaks_a_text(text: str, places: list[tuple[int, int]]) -> None:
    facets = [
        {"index": {"byteStart": start, "byteEnd": end},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/y"}]}
        for start, end in places
    ]  # fmt: skip
    assert isinstance(understood(notification(record=record(text=text, facets=facets))), Inbound)


@given(st.binary(max_size=200) | st.integers(1, 5000).map(lambda n: b"[" * n + b'{"a":' * n))
def test_no_bytes_are_too_odd(payload: bytes) -> None:
    CHANNEL.describe(payload)
    assert item_of(payload).native_id
    try:
        CHANNEL.translate(payload, INBOX, received_at=now())
    except Invalid:
        return


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("@Cleo.Example.com", "cleo.example.com"),
        ("did:plc:cleo", "did:plc:cleo"),
        ("https://bsky.app/profile/cleo.example.com", "cleo.example.com"),
        ("https://bsky.app/profile/did:plc:cleo/post/3k", "did:plc:cleo"),
    ],
)
def test_an_address_has_one_form(given: str, normal: str) -> None:
    assert CHANNEL.normalise(given) == normal


def lines(name: str) -> list[str]:
    text = (DATA / "interop-tests/syntax" / name).read_text()
    return [line for line in text.split("\n") if line and not line.startswith("#")]


@needs_data
@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        ("did", names.is_did),
        ("handle", names.is_handle),
        ("tid", names.is_tid),
        ("recordkey", names.is_key),
    ],
)
def test_names_are_told_apart_as_the_projects_vectors_do(
    kind: str, is_one: Callable[[str], bool]
) -> None:
    assert [one for one in lines(f"{kind}_syntax_valid.txt") if not is_one(one)] == []
    assert [one for one in lines(f"{kind}_syntax_invalid.txt") if is_one(one)] == []


@needs_data
def test_addresses_of_records_are_told_apart_as_the_projects_vectors_do() -> None:
    # An account or a collection by itself is a valid address too, of no record.
    valid = [one for one in lines("aturi_syntax_valid.txt") if one.count("/") == 4]
    assert [one for one in valid if names.parts_of(one) is None] == []
    assert [one for one in lines("aturi_syntax_invalid.txt") if names.parts_of(one)] == []


def test_keys_of_deliveries_are_in_order_and_valid() -> None:
    keys = [names.tid_of(new_id()) for _ in range(300)]
    assert all(names.is_tid(one) for one in keys)
    assert [one[:9] for one in keys] == sorted(one[:9] for one in keys)
    assert len(set(keys)) == len(keys)
    assert names.tid_of("any other key") == names.tid_of("any other key")
    assert names.is_tid(names.tid_of("any other key"))


@needs_data
def test_the_networks_own_views_are_understood() -> None:
    counts: Counter[str] = Counter()
    for name, told in snapshots():
        for entry in told if isinstance(told, list) else [told]:
            payload = msgspec.json.encode(entry)
            if isinstance(entry, dict) and "reason" in entry and "record" in entry:
                heard = CHANNEL.translate(payload, INBOX, received_at=now())
                counts[f"{entry['reason']}: {type(heard).__name__}"] += 1
                assert CHANNEL.describe(payload)["from"] or isinstance(heard, Ignored), name
    for reason in ("mention", "reply", "quote"):
        assert counts[f"{reason}: Inbound"], counts
    for reason in ("like", "repost", "follow"):
        assert counts[f"{reason}: Ignored"], counts


@needs_data
def test_every_post_in_the_views_is_understood(tmp_path: Path) -> None:
    assert VIEWS.is_dir()
    for number, (_, told) in enumerate(snapshots()):
        (tmp_path / f"{number:04d}.json").write_bytes(msgspec.json.encode(told))
    outcomes: Counter[str] = Counter()
    for _, item in CHANNEL.items_in(tmp_path):
        outcomes[type(CHANNEL.translate(item.payload, INBOX, received_at=now())).__name__] += 1
    assert sum(outcomes.values()) > 100
    for _, item in CHANNEL.items_in(DATA):
        CHANNEL.translate(item.payload, INBOX, received_at=now())
