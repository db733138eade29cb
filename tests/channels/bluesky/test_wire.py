"""The wire against a made-up Bluesky that enforces what is documented."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from fairline.channels.bluesky import BlueskyChannel, budget
from fairline.channels.bluesky.names import parts_of, tid_of, time_of
from fairline.channels.bluesky.wire import BlueskyWire
from fairline.channels.contract import (
    DeliveryError,
    Echo,
    Inbound,
    InboxInfo,
    Outbound,
    OutboundFile,
    Removed,
    Sending,
)
from fairline.channels.memory import PassingMemory
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.demo.networks.bluesky import BlueskyNetwork
from fairline.demo.networks.bluesky_records import did_of, stamp
from fairline.demo.networks.kit import Fault, Host

CLEO, DOV = did_of("cleo"), did_of("dov")
PNG = OutboundFile(name="map.png", media_type="image/png", data=b"\x89PNG", alt="The way to us")


@pytest.fixture
def network() -> Iterator[BlueskyNetwork]:
    network = BlueskyNetwork()
    with Host(network):
        yield network


@pytest.fixture
def memory() -> PassingMemory:
    return PassingMemory()


@pytest.fixture
def wire(network: BlueskyNetwork, memory: PassingMemory) -> Iterator[BlueskyWire]:
    wire = BlueskyWire(inbox(network), memory)
    yield wire
    wire.close()


def inbox(network: BlueskyNetwork, **options: str) -> InboxInfo:
    return InboxInfo(
        id="inbox",
        brand_id="brand",
        brand_name="Acme",
        kind="bluesky",
        name="Acme",
        address=network.address(),
        options={**network.options(), **options},
        public_url="https://help.acme.example",
    )


def answer(text: str, *, under: str = "", public: bool = True, **more: object) -> Outbound:
    told = Outbound(
        key=new_id(), native_id="", recipient=CLEO, recipient_name="Cleo", text=text,
        is_public=public, in_reply_to=under, references=(under,) if under else (),
    )  # fmt: skip
    return msgspec.structs.replace(told, **more)


def send(wire: BlueskyWire, outbound: Outbound) -> str:
    return wire.send(outbound, handing_over=lambda: None).native_id


def ids(wire: BlueskyWire, cursor: str = "") -> list[str]:
    return [item.native_id for item in wire.fetch(cursor, limit=500) if item.payload]


def last_cursor(wire: BlueskyWire, cursor: str = "") -> str:
    return [item.cursor for item in wire.fetch(cursor, limit=500) if item.cursor][-1]


def test_a_long_outage_is_caught_up_with_page_by_page(
    network: BlueskyNetwork, wire: BlueskyWire, memory: PassingMemory
) -> None:
    network.say("cleo", "before")
    network.say("cleo", "in private", public=False)
    cursor = last_cursor(wire)
    posts = [network.say("cleo", f"number {number}") for number in range(230)]
    private = [network.say("dov", f"private {number}", public=False) for number in range(120)]

    later = BlueskyWire(inbox(network), memory)
    found = ids(later, cursor)
    later.close()
    assert [one for one in found if one in set(posts)] == posts
    assert [one for one in found if one in set(private)] == private


def test_more_than_one_fetch_takes_is_taken_in_order_by_the_next(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    posts = [network.say("cleo", f"number {number}") for number in range(25)]
    got: list[str] = []
    cursor = ""
    for _ in range(5):
        items = [one for one in wire.fetch(cursor, limit=10) if one.payload]
        got += [one.native_id for one in items]
        cursor = items[-1].cursor if items else cursor
    assert got == posts


def test_what_a_server_hands_on_hours_late_is_found(
    network: BlueskyNetwork, wire: BlueskyWire, memory: PassingMemory
) -> None:
    network.say("cleo", "on time")
    cursor = last_cursor(wire)
    late = network.say("dov", "written in the morning")
    network.notices[-1]["indexedAt"] = stamp(now() - timedelta(hours=9))
    assert ids(wire, cursor) == []

    next_hour = BlueskyWire(inbox(network), memory)
    assert late in ids(next_hour, cursor)
    next_hour.close()


def test_a_new_inbox_takes_the_last_days_and_leaves_what_is_older(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    network.say("cleo", "long ago")
    network.notices[0]["indexedAt"] = stamp(now() - timedelta(days=9))
    network.say("dov", "long ago in private", public=False)
    network.chat.messages[network.chat.convo_of(DOV)][0]["sentAt"] = "2020-01-01T00:00:00.000Z"
    assert ids(wire) == []
    cursor = last_cursor(wire)

    said = network.say("cleo", "today")
    private = network.say("dov", "today in private", public=False)
    assert ids(wire, cursor) == [said, private]


def test_whom_we_talk_with_wakes_us_through_the_stream(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    said = network.say("cleo", "Hello?")
    list(wire.fetch("", limit=10))
    assert not wire.wait(0.01)
    with network.news:
        assert network.news.wait_for(lambda: network.stream.listeners, timeout=10)
    network.say("stranger", "Not to be heard here")
    threading.Timer(0.05, network.remove, (said,)).start()
    assert wire.wait(10)


def test_what_was_said_between_two_wires_wakes_the_second(
    network: BlueskyNetwork, memory: PassingMemory
) -> None:
    network.say("cleo", "Hello?")
    first = BlueskyWire(inbox(network), memory)
    list(first.fetch("", limit=10))
    first.wait(0.01)
    with network.news:
        assert network.news.wait_for(lambda: network.stream.listeners, timeout=10)
    network.say("cleo", "Still there?")
    assert first.wait(10)
    first.close()
    network.say("cleo", "Now?")

    second = BlueskyWire(inbox(network), memory)
    assert second.wait(10)
    second.close()


def test_a_removal_is_found_after_an_outage_and_a_block_is_none(
    network: BlueskyNetwork, wire: BlueskyWire, memory: PassingMemory
) -> None:
    gone, stays = network.say("cleo", "a"), network.say("dov", "b")
    cursor = last_cursor(wire)
    network.remove(gone)
    later = BlueskyWire(inbox(network), memory)
    items = [one for one in later.fetch(cursor, limit=10) if one.native_id != stays]
    (item,) = items
    heard = BlueskyChannel().translate(item.payload, inbox(network), received_at=now())
    assert isinstance(heard, Removed)
    assert (heard.of, heard.address) == ((gone,), CLEO)
    assert ids(later, cursor) == []
    later.close()


def test_an_answer_stands_under_the_question_and_in_its_thread(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    first = network.say("dov", "has anybody seen this?")
    said = network.say("cleo", "me too", under=first)
    native = send(wire, answer("🚚 On its way, see https://acme.example/p?a=1 #parcel", under=said))

    record = network.posts[native]["record"]
    assert record["reply"]["parent"]["uri"] == said
    assert record["reply"]["root"]["uri"] == first
    data = record["text"].encode()
    shown = [
        data[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in record["facets"]
    ]
    assert shown == ["https://acme.example/p?a=1", "#parcel"]


def test_an_answer_goes_to_the_post_of_whom_it_is_for(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    theirs, others = network.say("cleo", "mine is late"), network.say("dov", "so what")
    told = answer("Sorry", under=others, references=(theirs, others, "chat:c:m"))
    native = send(wire, told)
    assert network.posts[native]["record"]["reply"]["parent"]["uri"] == theirs
    part = send(wire, answer("(2/2)", under=native, references=(theirs, others, native)))
    assert network.posts[part]["record"]["reply"]["parent"]["uri"] == native
    assert network.posts[part]["record"]["reply"]["root"]["uri"] == theirs


def test_where_the_question_is_gone_they_are_named(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    said = network.say("cleo", "where is it?")
    network.remove(said)
    record = network.posts[send(wire, answer("On its way", under=said))]["record"]
    assert record["text"] == "@cleo.bsky.demo On its way"
    assert record["facets"][0]["features"][0]["did"] == CLEO
    assert "reply" not in record


def test_another_handle_is_the_same_person(network: BlueskyNetwork, wire: BlueskyWire) -> None:
    network.say("cleo", "one")
    network.rename("cleo", "cleo.example.com")
    network.say("cleo", "two")
    heard = [
        BlueskyChannel().translate(item.payload, inbox(network), received_at=now())
        for item in wire.fetch("", limit=10)
        if item.payload
    ]
    authors = [one.author for one in heard if isinstance(one, Inbound)]
    assert {one.address for one in authors} == {CLEO}
    assert authors[1].name.endswith("(@cleo.example.com)")


@pytest.mark.parametrize("why", ["closed", "blocked"])
def test_where_we_may_not_reply_it_says_so(
    network: BlueskyNetwork, wire: BlueskyWire, why: str
) -> None:
    said = network.say("cleo", "where is it?")
    network.closed_threads = {said} if why == "closed" else set()
    network.blockers = {CLEO} if why == "blocked" else set()
    with pytest.raises(DeliveryError) as caught:
        send(wire, answer("On its way", under=said))
    assert caught.value.permanent
    assert caught.value.provider_code == "reply_disabled"


def test_pictures_go_with_what_they_show_and_come_back(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    native = send(wire, answer("See", files=(PNG,)))
    (image,) = network.posts[native]["record"]["embed"]["images"]
    assert image["alt"] == "The way to us"
    cid = image["image"]["ref"]["$link"]
    url = f"{network.url}/img/feed_fullsize/plain/{network.did}/{cid}@jpeg"
    assert wire.download(url)[0] == PNG.data


@pytest.mark.parametrize(
    "files",
    [
        (PNG,) * 5,
        (OutboundFile(name="list.pdf", media_type="application/pdf", data=b"%PDF"),),
        (OutboundFile(name="big.png", media_type="image/png", data=b"0" * 2_000_001),),
    ],
    ids=["too many", "no picture", "too big"],
)
def test_files_that_would_be_refused_are_not_sent(
    network: BlueskyNetwork, wire: BlueskyWire, files: tuple[OutboundFile, ...]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(wire, answer("See", files=files))
    assert caught.value.permanent
    assert not network.said()


def test_a_torn_answer_makes_no_second_post(network: BlueskyNetwork, wire: BlueskyWire) -> None:
    told = answer("On its way", under=network.say("cleo", "where is it?"))
    network.faults.append(Fault(status=0, drops=True, path="/xrpc/com.atproto.repo.putRecord"))
    with pytest.raises(DeliveryError) as caught:
        send(wire, told)
    assert caught.value.is_unknown
    native = send(wire, told)
    assert [one.id for one in network.said()] == [native]
    assert (parts_of(native) or ("", "", ""))[2] == tid_of(told.key)
    assert abs(time_of(tid_of(told.key)) - now()) < timedelta(minutes=1)


def test_a_torn_message_is_looked_for_before_it_is_said_again(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    network.say("cleo", "my number is 4711", public=False)
    send(wire, answer("Thank you", public=False))
    told = answer("Thank you https://help.acme.example/t/one", public=False)
    network.faults.append(Fault(status=0, drops=True, path="/xrpc/chat.bsky.convo.sendMessage"))
    with pytest.raises(DeliveryError):
        send(wire, told)
    send(wire, msgspec.structs.replace(told, text="Thank you https://help.acme.example/t/two"))
    texts = [one.text for one in network.said()]
    assert texts == ["Thank you", "Thank you https://help.acme.example/t/one"]


@pytest.mark.parametrize("error", ["MessagesDisabled", "NotFollowedBySender", "BlockedActor"])
def test_who_takes_no_messages_gets_none(
    network: BlueskyNetwork, wire: BlueskyWire, error: str
) -> None:
    network.say("cleo", "hello")
    network.chat.refuses[CLEO] = error
    with pytest.raises(DeliveryError) as caught:
        send(wire, answer("In private then", public=False))
    assert caught.value.permanent
    assert caught.value.provider_code == error
    assert not network.said()


def test_a_password_without_the_chat_still_reads_mentions(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    network.may_chat = False
    said = network.say("cleo", "hello")
    assert ids(wire) == [said]
    checks = {check.name: check for check in wire.verify()}
    assert checks["mentions"].ok
    assert not checks["chat"].ok
    with pytest.raises(DeliveryError) as caught:
        send(wire, answer("Psst", public=False))
    assert caught.value.permanent


def test_a_session_is_renewed_and_kept(
    network: BlueskyNetwork, memory: PassingMemory, wire: BlueskyWire
) -> None:
    for _ in range(3):
        network.end_session()
        one = BlueskyWire(inbox(network), memory)
        one.verify()
        list(one.fetch("", limit=10))
        one.close()
    assert len(network.door.logins) == 1


def test_another_password_makes_another_session(
    network: BlueskyNetwork, memory: PassingMemory, wire: BlueskyWire
) -> None:
    wire.verify()
    network.revoke()
    assert not all(check.ok for check in wire.verify())
    network.password = "another-one"
    second = BlueskyWire(inbox(network), memory)
    assert all(check.ok for check in second.verify())
    second.close()


def test_a_wrong_password_is_not_tried_over_and_over(
    network: BlueskyNetwork, memory: PassingMemory
) -> None:
    wire = BlueskyWire(inbox(network, password="wrong"), memory)
    for _ in range(5):
        with pytest.raises(DeliveryError) as caught:
            list(wire.fetch("", limit=10))
        assert caught.value.provider_code == TOKEN_EXPIRED
    wire.close()
    assert len(network.door.logins) == 1


def test_logins_stop_before_the_account_is_locked(memory: PassingMemory) -> None:
    at = now()
    for _ in range(budget.MOST_LOGINS_SOON):
        budget.count_login(memory, at)
    with pytest.raises(DeliveryError) as caught:
        budget.count_login(memory, at)
    assert 0 < (caught.value.retry_after_s or 0) <= 300
    later = at + budget.SOON
    for _ in range(budget.MOST_LOGINS_A_DAY - budget.MOST_LOGINS_SOON):
        budget.count_login(memory, later)
        later += budget.SOON
    with pytest.raises(DeliveryError) as caught:
        budget.count_login(memory, later)
    assert (caught.value.retry_after_s or 0) > 3600


def test_points_are_counted_by_the_hour_and_the_day(memory: PassingMemory) -> None:
    at = now().replace(hour=9, minute=30)
    for _ in range(7):
        memory_at = at
        for _ in range(5):
            budget.spend(memory, memory_at, 1_000)
        with pytest.raises(DeliveryError) as caught:
            budget.spend(memory, memory_at)
        assert (caught.value.retry_after_s or 0) >= 1_700
        at += timedelta(hours=1)
    until = budget.used_up_until(memory, at)
    assert until
    assert until.date() > at.date()


def test_the_composer_is_told_of_the_points_that_are_left(network: BlueskyNetwork) -> None:
    channel, memory = BlueskyChannel(), PassingMemory()
    info = inbox(network)
    channel.recall = lambda _inbox_id: memory
    public = Sending(recipient=CLEO, at=now(), is_public=True, heard_at=now())
    assert channel.rules(public, info) == ()
    budget.spend(memory, now(), 4_500)
    (rule,) = channel.rules(public, info)
    assert (rule.blocks, rule.code) == (False, "budget_low")
    budget.spend(memory, now(), 500)
    (rule,) = channel.rules(public, info)
    assert rule.blocks
    assert rule.until
    first = msgspec.structs.replace(public, is_public=False, heard_at=None)
    assert [one.code for one in channel.rules(first, info)] == ["writes_first"]


def test_too_many_calls_wait_until_the_server_says(
    network: BlueskyNetwork, wire: BlueskyWire
) -> None:
    wire.verify()
    network.most_calls = 1
    with pytest.raises(DeliveryError) as caught:
        list(wire.fetch("", limit=10))
    assert not caught.value.permanent
    assert 200 < (caught.value.retry_after_s or 0) <= 300


def test_what_a_colleague_says_elsewhere_is_heard_and_our_own_is_not(
    network: BlueskyNetwork, memory: PassingMemory, wire: BlueskyWire
) -> None:
    said = network.say("cleo", "where is it?")
    network.colleague("before we came", under=said)
    network.say("cleo", "psst", public=False)
    cursor = last_cursor(wire)
    send(wire, answer("On its way", under=said))
    send(wire, answer("It is private", public=False))
    theirs = network.colleague("It comes on Friday", under=said)
    in_private = network.chat.say(CLEO, "Call me", by_us=True)

    later = BlueskyWire(inbox(network), memory)
    items = {item.native_id: item for item in later.fetch(cursor, limit=10) if item.payload}
    later.close()
    assert set(items) - {said} == {theirs, in_private}
    for native, is_public in ((theirs, True), (in_private, False)):
        payload = items[native].payload
        heard = BlueskyChannel().translate(payload, inbox(network), received_at=now())
        assert isinstance(heard, Echo)
        assert heard.is_public is is_public
