"""What Mastodon tells, understood; whatever comes, only Invalid is raised."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from fairline.channels.mastodon import MastodonChannel
from fairline.channels.mastodon.entities import Status
from fairline.channels.mastodon.limits import limits_of
from fairline.channels.mastodon.listening import stream_url
from fairline.core.clock import now

CHANNEL = MastodonChannel()
DATA = Path("../shared/data/providers/mastodon")
INBOX = InboxInfo(
    id="inbox", brand_id="brand", brand_name="Acme", kind="mastodon", name="Acme",
    address="acme@town.example", options={}, public_url="https://help.acme.example",
)  # fmt: skip
CLEO = {
    "id": "7", "acct": "Cleo@people.example", "display_name": "Cleo Marsh", "followers_count": 41,
    "url": "https://people.example/@Cleo",
}  # fmt: skip
MENTION = (
    '<p><span class="h-card"><a href="https://town.example/@acme" class="u-url mention">@'
    "<span>acme</span></a></span> my parcel <b>4711</b> is late</p><p>See "
    '<a href="https://people.example/tags/late" class="mention hashtag">#<span>late</span></a></p>'
)


def status(**more: object) -> dict[str, object]:
    return {
        "id": "109", "created_at": "2026-11-20T10:00:00.000Z", "visibility": "public",
        "content": MENTION, "account": CLEO, "url": "https://people.example/@Cleo/1",
        "mentions": [{"id": "1", "acct": "acme", "url": "https://town.example/@acme"}],
        "language": "en", "in_reply_to_id": None, "spoiler_text": "", **more,
    }  # fmt: skip


def notification(kind: object = "mention", **more: object) -> dict[str, object]:
    return {"id": "5", "type": kind, "created_at": "2026-11-20T10:00:01.000Z", "account": CLEO,
            "status": status(**more)}  # fmt: skip


def understood(told: object) -> Translation:
    return CHANNEL.translate(msgspec.json.encode(told), INBOX, received_at=now())


def said(**more: object) -> Inbound:
    heard = understood(notification(**more))
    assert isinstance(heard, Inbound)
    return heard


def test_a_mention_is_a_public_message() -> None:
    heard = said(in_reply_to_id="108")
    assert heard.native_id == "town.example:109"
    assert heard.in_reply_to == ("town.example:108",)
    assert heard.text == "my parcel 4711 is late\n\nSee #late"
    assert heard.full_text == "", "our own name is no quote that somebody may want to unfold"
    assert (heard.is_public, heard.language) == (True, "en")
    assert heard.permalink == "https://people.example/@Cleo/1"
    assert heard.author.address == "cleo@people.example"
    assert heard.author.name == "Cleo Marsh (@cleo@people.example)"
    assert (heard.author.audience, heard.author.verified) == (41, True)


@pytest.mark.parametrize(
    ("visibility", "is_public"),
    [("public", True), ("unlisted", True), ("private", False), ("direct", False), (None, False)],
)
def test_only_what_everybody_can_read_is_public(visibility: str | None, is_public: bool) -> None:
    assert said(visibility=visibility).is_public is is_public


def test_a_name_without_a_host_is_of_our_own_server() -> None:
    assert said(account={**CLEO, "acct": "Bea"}).author.address == "bea@town.example"


def test_a_warning_and_the_choices_of_a_poll_are_part_of_it() -> None:
    poll = {"options": [{"title": "yes"}, {"title": "no"}]}
    assert said(spoiler_text="money", poll=poll).text == (
        "money\n\nmy parcel 4711 is late\n\nSee #late\n\n- yes\n- no"
    )


def test_files_come_by_their_address_with_what_they_show() -> None:
    media = [
        {"id": "1", "type": "image", "url": "https://files.example/a/cup.jpeg",
         "description": "a broken cup"},
        {"id": "2", "type": "audio", "url": "javascript:alert(1)", "remote_url": None},
    ]  # fmt: skip
    cup, sound = said(media_attachments=media).files
    assert (cup.name, cup.media_type, cup.alt) == ("cup.jpeg", "image/jpeg", "a broken cup")
    assert cup.url == "https://files.example/a/cup.jpeg"
    assert (sound.url, sound.media_type) == ("", "audio/mpeg")


def test_html_is_cleaned() -> None:
    assert "<script" not in said(content="<p>hi<script>x()</script></p>").html


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("reblog", "repost"), ("favourite", "like"), ("follow", "chatter")],
)
def test_applause_is_no_case(kind: str, outcome: str) -> None:
    heard = understood(notification(kind))
    assert isinstance(heard, Ignored)
    assert heard.outcome == outcome
    assert heard.inbound
    assert heard.inbound.author.address == "cleo@people.example"


@pytest.mark.parametrize("kind", ["poll", "update", "status", "admin.sign_up", "tomorrow's type"])
def test_other_news_is_only_kept(kind: str) -> None:
    heard = understood(notification(kind))
    assert isinstance(heard, Ignored)
    assert heard.outcome == "chatter"


def test_a_quote_answers_what_it_quotes() -> None:
    quote = {"state": "accepted", "quoted_status": status(id="90")}
    heard = understood(notification("quote", quote=quote))
    assert isinstance(heard, Inbound)
    assert heard.in_reply_to == ("town.example:90",)


def test_an_edit_and_a_removal_name_what_they_change() -> None:
    edited = status(edited_at="2026-11-20T11:00:00.000Z", content="<p>4712</p>")
    payload = msgspec.json.encode(edited).decode()
    heard = understood({"stream": ["user"], "event": "status.update", "payload": payload})
    assert isinstance(heard, Edited)
    assert (heard.of, heard.text, heard.address) == (
        "town.example:109", "4712", "cleo@people.example",
    )  # fmt: skip
    assert heard.native_id != heard.of
    gone = understood({"stream": ["user"], "event": "delete", "payload": "109"})
    assert isinstance(gone, Removed)
    assert gone.of == ("town.example:109",)


def test_our_own_words_from_elsewhere_are_an_echo() -> None:
    mine = status(account={"acct": "acme", "id": "1"}, in_reply_to_id="108",
                  mentions=[{"acct": "Cleo@people.example", "id": "7"}])  # fmt: skip
    heard = understood(mine)
    assert isinstance(heard, Echo)
    assert heard.recipient == "cleo@people.example"
    assert heard.in_reply_to == ("town.example:108",)


def test_a_post_that_only_passed_by_is_no_message() -> None:
    heard = understood(status(mentions=[]))
    assert isinstance(heard, Ignored)


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("@Cleo@People.Example", "cleo@people.example"),
        ("acct:cleo@people.example", "cleo@people.example"),
        ("https://people.example/@Cleo", "cleo@people.example"),
        ("https://town.example/@cleo@people.example", "cleo@people.example"),
        ("cleo@bücher.example", "cleo@xn--bcher-kva.example"),
        ("cleo@127.0.0.1:8080", "cleo@127.0.0.1:8080"),
    ],
)
def test_an_address_has_one_form(given: str, normal: str) -> None:
    assert CHANNEL.normalise(given) == normal
    assert CHANNEL.normalise(normal) == normal


@pytest.mark.parametrize("given", ["", "cleo", "@", "cleo@", "@people.example", "a b@c.example"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        CHANNEL.normalise(given)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*status(), *notification(), "event", "payload", "poll", "quote"]),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_whatever_comes_only_invalid_is_raised(told: object) -> None:
    payloads = [told, notification() | {"account": told}, status() | {"mentions": told}]
    for one in (*payloads, status() | {"media_attachments": told, "poll": told, "quote": told}):
        try:
            understood(one)
        except Invalid:
            continue


@given(st.binary(max_size=200) | st.integers(1, 5000).map(lambda n: b"[" * n + b'{"a":' * n))
def test_no_bytes_are_too_odd(payload: bytes) -> None:
    CHANNEL.describe(payload)
    try:
        CHANNEL.translate(payload, INBOX, received_at=now())
    except Invalid:
        return


def test_the_captured_entities_are_understood() -> None:
    if not DATA.is_dir():
        pytest.skip("the captured payloads are not here: ../shared/data/providers/mastodon")
    outcomes: dict[str, int] = {}
    for _, item in CHANNEL.items_in(DATA):
        heard = CHANNEL.translate(item.payload, INBOX, received_at=now())
        outcomes[type(heard).__name__] = outcomes.get(type(heard).__name__, 0) + 1
        assert CHANNEL.describe(item.payload)
    assert outcomes["Inbound"] >= 3
    assert outcomes["Ignored"] >= 5


def test_a_file_of_several_lines_and_lists_is_taken_apart(tmp_path: Path) -> None:
    one = msgspec.json.encode(notification())
    (tmp_path / "a.jsonl").write_bytes(one + b"\n" + msgspec.json.encode(status()))
    (tmp_path / "b.json").write_bytes(msgspec.json.encode([notification(), {"filters": []}]))
    (tmp_path / "c.txt").write_bytes(b"notes")
    names = [Path(name).name for name, _ in CHANNEL.items_in(tmp_path)]
    assert names == ["a.jsonl:1", "a.jsonl:2", "b.json"]
    (named,) = CHANNEL.items_in(tmp_path / "c.txt")
    assert named[1].payload == b"notes"


def test_limits_are_read_from_old_and_new_servers() -> None:
    new = {"configuration": {"statuses": {"max_characters": 1000},
           "urls": {"streaming": "wss://stream.example"}}}  # fmt: skip
    assert limits_of(msgspec.json.encode(new)).characters == 1000
    assert limits_of(b'{"max_toot_chars": 5000, "uri": "a.example"}').characters == 5000
    with pytest.raises(Invalid):
        limits_of(b"<html>")


def test_the_stream_is_where_the_server_says() -> None:
    assert stream_url("https://a.example", "wss://s.example/") == "https://s.example"
    assert stream_url("https://a.example/", "") == "https://a.example"
    assert stream_url("https://a.example", "gopher://x") == "https://a.example"


def test_a_status_without_words_is_still_a_status() -> None:
    assert msgspec.convert({"id": 3}, Status).content is None
