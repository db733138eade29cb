"""Feeds as they are: what is read of them, when a look costs nothing, and how a hub is asked."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import Edited, HookRequest, Ignored, InboxInfo, RawItem
from fairline.channels.feed import FeedChannel
from fairline.channels.feed.reading import read_feed
from fairline.channels.feed.translate import translated
from fairline.channels.feed.wire import FeedWire
from fairline.channels.memory import PassingMemory
from fairline.channels.mentions import HEARD
from fairline.core.errors import DeliveryError, Invalid, NotAllowed
from fairline.demo.networks.kit import Host
from fairline.demo.networks.pinboard import SECRET, Pinboard

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title><item>
<title>Help &amp;lt;b&amp;gt;</title><link>https://forum.example/1</link><guid>g1</guid>
<description>&lt;p&gt;It &lt;b&gt;broke&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</description>
<pubDate>Sun, 22 Nov 2026 09:00:00 +0100</pubDate></item>
<item><description>no name, no title</description></item></channel></rss>"""


def inbox(url: str, **options: str) -> InboxInfo:
    return InboxInfo(
        id="0192f0c1-aaaa-7000-8000-000000000009",
        brand_id="b",
        brand_name="Acme",
        kind="feed",
        name="Forum",
        address=url,
        options={"url": url, "takes": "cases", **options},
        public_url="http://127.0.0.1:9",
    )


def test_rss_is_read_like_atom() -> None:
    first, second = read_feed(RSS).entries

    found = translated(item(first), inbox("x"), received_at=AT)
    assert isinstance(found, Edited)
    assert found.inbound
    assert found.inbound.text == "It broke"
    assert "script" not in found.inbound.html
    assert found.inbound.sent_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert found.inbound.permalink == "https://forum.example/1"
    assert second.id.startswith("unnamed-")
    other = translated(item(second), inbox("x"), received_at=AT)
    assert isinstance(other, Edited)
    assert other.address != found.address, "two people without a name are two"


def test_what_is_only_listened_to_is_a_mention() -> None:
    (first, _) = read_feed(RSS).entries

    found = translated(item(first), inbox("x", takes="mentions"), received_at=AT)

    assert isinstance(found, Ignored)
    assert found.inbound
    assert found.outcome in HEARD, "else nobody would ever see it"


def test_a_feed_that_is_the_name_of_a_file_is_no_feed(tmp_path: Path) -> None:
    """The parser opens files by their names: a server could have ours read, or one without end."""
    ours = tmp_path / "ours.xml"
    ours.write_bytes(RSS)
    for body in (str(ours).encode(), b"/dev/zero"):
        with pytest.raises(Invalid):
            read_feed(body)


def test_an_address_that_is_none_is_no_fault_of_the_rest() -> None:
    (first, _) = read_feed(RSS.replace(b"https://forum.example/1", b"https://[bad")).entries
    assert isinstance(translated(item(first), inbox("x"), received_at=AT), Edited)


def item(entry: object) -> bytes:
    return msgspec.json.encode(entry)


@pytest.mark.parametrize("body", [b"", b"<html><p>no feed</p></html>", b"\x00\xff", b"<rss" * 900])
def test_what_is_no_feed_is_said(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_feed(body)


@given(st.binary(max_size=300))
def test_nothing_makes_it_crash(noise: bytes) -> None:
    at = len(RSS) // 2
    for body in (noise, RSS[:at] + noise + RSS[at:]):
        try:
            for entry in read_feed(body).entries:
                translated(item(entry), inbox("x"), received_at=AT)
        except Invalid:
            continue


def look(wire: FeedWire, cursor: str) -> tuple[list[RawItem], str]:
    items = list(wire.fetch(cursor, limit=100))
    return [one for one in items if one.payload], next(
        (i.cursor for i in items if i.cursor), cursor
    )


def test_the_first_look_takes_nothing_and_an_unchanged_feed_costs_nothing() -> None:
    board = Pinboard()
    with Host(board):
        board.say("cleo", "Old news")
        memory = PassingMemory()
        wire = FeedWire(inbox(f"{board.url}/feed.atom"), memory, ("127.0.0.0/8",))
        nothing, cursor = look(wire, "")
        board.say("cleo", "Fresh")
        fresh, cursor = look(wire, cursor)
        again, cursor = look(wire, cursor)

    assert not nothing
    assert ["Fresh" in one.payload.decode() for one in fresh] == [True]
    assert not again
    assert board.not_modified == 1
    assert "Old news" not in cursor


def test_a_hub_is_asked_once_and_its_question_answered() -> None:
    board = Pinboard()
    with Host(board):
        info = inbox(f"{board.url}/feed.atom", hub_secret=SECRET)
        memory = PassingMemory()
        wire = FeedWire(info, memory, ("127.0.0.0/8",))
        _, cursor = look(wire, "")
        look(wire, cursor)
        asked = [call.form() for call in board.calls if call.path == "/hub"]

    assert len(asked) == 1
    assert asked[0]["hub.callback"] == f"{info.public_url}/hooks/{info.id}"
    assert asked[0]["hub.secret"] == SECRET
    query = (("hub.mode", "subscribe"), ("hub.topic", f"{board.url}/feed.atom"))
    channel = FeedChannel()
    request = HookRequest(
        method="GET", url="", at=AT, query=(*query, ("hub.challenge", "say this"))
    )
    assert channel.hook(request, info).body == b"say this"
    stranger = HookRequest(
        method="GET", url="", at=AT, query=(query[0], ("hub.topic", "https://else.example/f"))
    )
    with pytest.raises(NotAllowed):
        channel.hook(stranger, info)
    with pytest.raises(NotAllowed):
        channel.hook(request, inbox(f"{board.url}/feed.atom"))


def test_a_hub_on_our_own_network_is_not_asked() -> None:
    board = Pinboard()
    with Host(board):
        info = inbox(f"{board.url}/feed.atom", hub_secret=SECRET)
        look(FeedWire(info, PassingMemory(), ()), "")

        assert not [call for call in board.calls if call.path == "/hub"]


def test_a_feed_that_is_away_is_said() -> None:
    wire = FeedWire(inbox("http://127.0.0.1:9/feed"), PassingMemory(), ())

    assert not wire.verify()[0].ok
    with pytest.raises(DeliveryError):
        look(wire, "")


def test_files_are_fed_entry_by_entry(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(RSS)
    (tmp_path / "b.txt").write_bytes(b"not a feed")

    assert [name for name, _ in FeedChannel().items_in(tmp_path)] == ["a.rss", "a.rss", "b.txt"]
