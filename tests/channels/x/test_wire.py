"""The wire against the made-up X: reading, sending, tokens, budget, limits, files, pushes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fairline.channels.contract import (
    DeliveryError,
    InboxInfo,
    Memory,
    Outbound,
    OutboundFile,
    RawItem,
)
from fairline.channels.memory import PassingMemory
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.channels.x import XChannel
from fairline.channels.x.wire import XWire
from fairline.core.clock import now
from fairline.demo.networks.kit import Fault, Host
from fairline.demo.networks.x import XNetwork
from fairline.demo.networks.x_access import FIRST_REFRESH
from tests.fakes.memory import MemoryInHand

CLEO = "cleo"


@pytest.fixture
def net() -> Iterator[XNetwork]:
    net = XNetwork()
    with Host(net):
        yield net


@pytest.fixture
def memory() -> MemoryInHand:
    return MemoryInHand()


def inbox(net: XNetwork, *, oauth2: bool = False, **options: str) -> InboxInfo:
    given = net.oauth2_options() if oauth2 else net.options()
    eager = {"hears_by": "poll", "poll_s": "0", "start_from": "all"}
    return InboxInfo(
        id="0191-inbox",
        brand_id="b",
        brand_name="Acme",
        kind="x",
        name="X",
        address="@acme",
        options={**given, **eager, **options},
        public_url="https://help.acme.example",
    )


_OPEN: list[XWire] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No connection outlives its test."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def opened(net: XNetwork, memory: Memory, **options: Any) -> XWire:
    return opened_as(inbox(net, **options), memory)


def opened_as(info: InboxInfo, memory: Memory) -> XWire:
    wire = XChannel().open_with(info, memory)
    assert isinstance(wire, XWire)
    _OPEN.append(wire)
    return wire


def answer(text: str = "It comes tomorrow.", **more: Any) -> Outbound:
    given = {"key": "k", "native_id": "", "recipient": "", "recipient_name": "Cleo", "text": text}
    return Outbound(**{**given, "is_public": True, **more})


def send(wire: XWire, outbound: Outbound) -> str:
    handed: list[bool] = []
    sent = wire.send(outbound, handing_over=lambda: handed.append(True))
    assert handed == [True]
    return sent.native_id


def refused(wire: XWire, outbound: Outbound) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        wire.send(outbound, handing_over=lambda: None)
    return caught.value


def stored(items: list[RawItem]) -> tuple[list[str], str]:
    """Native ids, and the cursor behind them."""
    cursor = next((one.cursor for one in reversed(items) if one.cursor), "")
    return [one.native_id for one in items if one.payload], cursor


# Reading.


def test_everything_new_comes_once_and_oldest_first(net: XNetwork, memory: MemoryInHand) -> None:
    said = [net.say(CLEO, f"Number {n}") for n in range(230)]
    said.insert(100, net.say("dov", "In private", public=False))
    wire = opened(net, memory)
    ids, cursor = stored(list(wire.fetch("", limit=500)))
    assert sorted(ids) == sorted(said)
    assert ids == sorted(ids, key=lambda one: int(one.removeprefix("dm:")))
    assert stored(list(wire.fetch(cursor, limit=500)))[0] == []
    more = net.say(CLEO, "One more")
    assert stored(list(wire.fetch(cursor, limit=500)))[0] == [more]


def test_a_backlog_is_taken_in_pieces_without_a_gap(net: XNetwork, memory: MemoryInHand) -> None:
    said = [net.say(CLEO, f"Number {n}") for n in range(40)]
    wire = opened(net, memory)
    cursor = ""
    got: list[str] = []
    for _ in range(5):
        ids, at = stored(list(wire.fetch(cursor, limit=9)))
        cursor, got = at or cursor, got + ids
    assert got == said


def test_an_inbox_that_begins_now_leaves_the_old_alone(net: XNetwork, memory: MemoryInHand) -> None:
    net.say(CLEO, "Long ago")
    net.say(CLEO, "Long ago too", public=False)
    wire = opened(net, memory, start_from="now")
    ids, cursor = stored(list(wire.fetch("", limit=500)))
    assert ids == []
    fresh = net.say(CLEO, "Now")
    assert stored(list(wire.fetch(cursor, limit=500)))[0] == [fresh]


def test_an_inbox_that_begins_now_with_nothing_there(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory, start_from="now")
    _, cursor = stored(list(wire.fetch("", limit=500)))
    fresh = net.say(CLEO, "The very first")
    assert stored(list(wire.fetch(cursor, limit=500)))[0] == [fresh]


def test_one_list_that_fails_does_not_hold_up_the_others(
    net: XNetwork, memory: MemoryInHand
) -> None:
    said = net.say(CLEO, "Read me")
    net.faults.append(
        Fault(status=403, path="/2/dm_events", data={"detail": "oauth1 app permissions"})
    )
    wire = opened(net, memory)
    got: list[RawItem] = []
    with pytest.raises(DeliveryError, match=r"Direct messages: .*Read and write") as caught:
        got += wire.fetch("", limit=500)
    got += opened(net, memory).fetch("", limit=500)
    assert said in [one.native_id for one in got]
    assert caught.value.permanent


def test_the_other_words_of_the_interface_are_learnt(net: XNetwork, memory: MemoryInHand) -> None:
    net.dialect = "post"
    said = net.say(CLEO, "Read me")
    wire = opened(net, memory)
    assert stored(list(wire.fetch("", limit=500)))[0] == [said]
    net.calls.clear()
    list(wire.fetch("", limit=500))
    assert all("tweet.fields" not in call.query for call in net.calls)


def test_asked_no_more_often_than_set(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory, poll_s="600")
    list(wire.fetch("", limit=500))
    before = len(net.calls)
    assert list(wire.fetch("{}", limit=500)) == []
    assert len(net.calls) == before
    wire.close()
    assert wire.wait(30) is False


def test_a_post_that_is_gone_is_found_the_next_day(net: XNetwork, memory: MemoryInHand) -> None:
    kept, gone = net.say(CLEO, "Stays"), net.say(CLEO, "Goes")
    wire = opened(net, memory, poll_s="600")
    _, cursor = stored(list(wire.fetch("", limit=500)))
    net.remove(gone)
    wire._due.clear()
    assert stored(list(wire.fetch(cursor, limit=500)))[0] == []
    memory.put("recent.looked", (now() - timedelta(days=2)).isoformat())
    (item,) = [one for one in wire.fetch(cursor, limit=500) if one.payload]
    assert item.native_id == f"gone:{gone}"
    told = json.loads(item.payload)["tweet_delete_events"][0]["status"]
    assert told == {"id": gone, "user_id": net.person(CLEO).id}
    assert kept in memory.get("recent")
    assert gone not in memory.get("recent")


def test_what_x_says_of_its_limits_is_kept_and_heeded(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory)
    for _ in range(15):
        list(wire.fetch("{}", limit=1))
    left, of, resets = memory.limits["reads of direct messages"]
    assert (left, of) == (0, 15)
    assert resets
    net.calls.clear()
    with pytest.raises(DeliveryError) as caught:
        list(wire.fetch("{}", limit=1))
    assert not caught.value.permanent
    assert 0 < (caught.value.retry_after_s or 0) <= 901
    assert all(call.path != "/2/dm_events" for call in net.calls)


# Sending.


def test_an_answer_goes_under_the_post(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory)
    native_id = send(wire, answer(in_reply_to=said))
    (got,) = net.by_us()
    assert (got.id, got.text, got.under) == (native_id, "It comes tomorrow.", said)


def test_a_direct_message_between_does_not_hide_the_post(
    net: XNetwork, memory: MemoryInHand
) -> None:
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory)
    send(wire, answer(in_reply_to="dm:12", references=(said, "dm:12")))
    assert net.by_us()[0].under == said


def test_where_our_own_word_may_not_be_answered_theirs_is(
    net: XNetwork, memory: MemoryInHand
) -> None:
    net.answers_itself = False
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory)
    first = send(wire, answer("It comes tomorrow.", in_reply_to=said))
    send(wire, answer("By noon.", in_reply_to=first, references=(said, first)))
    assert [one.under for one in net.by_us()] == [said, said]
    assert memory.spent("posts").count == 2


def test_a_name_is_looked_up_and_paid_for(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory)
    assert wire.name_of(net.person(CLEO).id) == "Cleo (@cleo)"
    assert wire.name_of("not a number") == ""
    assert memory.spent("people looked up").cents == 1
    with pytest.raises(DeliveryError):
        wire.name_of("99")


def test_without_a_post_of_theirs_nothing_is_posted(net: XNetwork, memory: MemoryInHand) -> None:
    error = refused(opened(net, memory), answer(in_reply_to="dm:12"))
    assert error.permanent
    assert net.by_us() == []


def test_a_private_answer_is_a_direct_message(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory)
    to = net.person(CLEO).id
    native_id = send(wire, answer("Code 99", is_public=False, recipient=to, in_reply_to=said))
    (got,) = net.by_us()
    assert (got.id, got.is_public) == (native_id, False)
    assert refused(wire, answer(is_public=False, recipient="@cleo")).permanent


def test_what_x_forbids_is_said_in_words(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory)
    said = net.say(CLEO, "Where is it?")
    stranger = net.say("dov", "I only talk")
    net.posts[-1].text = "I only talk"  # without naming us
    cases = [
        (answer(in_reply_to=stranger), "not_summoned", "mention or quote"),
        (answer("語" * 141, in_reply_to=said), "too_long", "too long"),
        (answer("$ABC or $XYZ", in_reply_to=said), "cashtags", "one cashtag"),
        (answer(in_reply_to="99999"), "403", "X refused it"),
    ]
    for outbound, code, words in cases:
        error = refused(wire, outbound)
        assert (error.permanent, error.provider_code) == (True, code)
        assert words in error.text
    send(wire, answer(in_reply_to=said))
    again = refused(wire, answer(in_reply_to=said))
    assert again.provider_code == "duplicate"
    assert "Look before" in again.text
    net.unwilling.add(CLEO)
    closed = refused(wire, answer(is_public=False, recipient=net.person(CLEO).id))
    assert closed.provider_code == "no_dm"
    assert len(net.by_us()) == 1


@pytest.mark.parametrize(
    ("status", "data", "code", "permanent"),
    [
        (403, {"errors": [{"code": 349, "message": "You cannot send"}]}, "349", True),
        (403, {"errors": [{"code": 185, "message": "over the limit"}]}, "185", False),
        (403, {"type": "https://api.x.com/2/problems/client-forbidden"}, "client-forbidden", True),
        (429, {"type": "https://api.x.com/2/problems/usage-capped"}, "usage-capped", False),
        (401, {"errors": [{"code": 89, "message": "Invalid token"}]}, TOKEN_EXPIRED, False),
        (503, {"errors": [{"code": 349}]}, "349", False),
        (400, ["odd"], "400", True),
    ],
)
def test_numbered_errors_and_problem_types(  # noqa: PLR0913  what is answered, what it means
    net: XNetwork, memory: MemoryInHand, status: int, data: Any, code: str, *, permanent: bool
) -> None:
    said = net.say(CLEO, "Where is it?")
    net.faults.append(Fault(status=status, data=data, method="POST", path="/2/tweets"))
    error = refused(opened(net, memory), answer(in_reply_to=said))
    assert (error.provider_code, error.permanent) == (code, permanent)


def test_a_limit_waits_until_x_lifts_it(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "Where is it?")
    resets = int(now().timestamp()) + 600
    headers = {"x-rate-limit-reset": str(resets)}
    net.faults.append(Fault(status=429, headers=headers, method="POST", path="/2/tweets"))
    error = refused(opened(net, memory), answer(in_reply_to=said))
    assert not error.permanent
    assert 590 < (error.retry_after_s or 0) <= 600


# Money.


def test_each_thing_is_charged_at_its_price(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory)
    send(wire, answer(in_reply_to=said))
    send(wire, answer("See https://acme.com/x", in_reply_to=said))
    send(wire, answer("Hello", is_public=False, recipient=net.person(CLEO).id))
    list(wire.fetch("", limit=500))
    assert memory.spent("posts").cents == 1.5
    assert memory.spent("posts with a link").cents == 20
    assert memory.spent("direct messages").cents == 1.5
    assert memory.spent("mentions read").count == 1
    assert memory.spent().cents == pytest.approx(net.charged_cents)


def test_nothing_goes_beyond_the_budget(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "Where is it?")
    wire = opened(net, memory, monthly_budget="1.00")
    memory.spend("posts", 1, cents=99)
    error = refused(wire, answer(in_reply_to=said))
    assert (error.permanent, error.provider_code) == (True, "budget_spent")
    assert "budget" in error.text
    assert net.by_us() == []
    memory.spend("posts", 1, cents=1)
    with pytest.raises(DeliveryError, match="budget") as caught:
        list(wire.fetch("", limit=500))
    assert not caught.value.permanent
    assert [call for call in net.calls if call.path != "/2/users/me"] == []


def test_reading_slows_before_the_budget_is_spent(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory, monthly_budget="1")
    assert wire.meter.pace() == 1
    memory.spend("posts", 1, cents=85)
    assert wire.meter.pace() == 4
    memory.spend("posts", 1, cents=12)
    assert wire.meter.pace() == 12


# Tokens.


def test_a_refresh_token_is_used_once_and_its_successor_kept(
    net: XNetwork, memory: MemoryInHand
) -> None:
    said = net.say(CLEO, "Where is it?")
    for _ in range(3):  # three wires, as three workers have them
        list(opened(net, memory, oauth2=True).fetch("", limit=500))
    assert net.access.made == 1
    net.access.access.clear()  # over, earlier than was said
    send(opened(net, memory, oauth2=True), answer(in_reply_to=said))
    assert net.access.made == 2
    assert memory.ends_at is None
    values = [value for value, _ in memory.kept.values()]
    assert net.access.refresh in values
    assert FIRST_REFRESH not in values


def test_a_refresh_token_that_is_void_is_said(net: XNetwork, memory: MemoryInHand) -> None:
    net.access.refresh = "another since"
    error = refused(opened(net, memory, oauth2=True), answer(in_reply_to="1"))
    assert error.provider_code == TOKEN_EXPIRED
    assert not error.permanent
    assert memory.ends_at


def test_what_another_worker_got_is_used(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory, oauth2=True)
    list(wire.fetch("", limit=500))
    line = next(name for name in memory.kept if name.startswith("access:"))
    net.access.refresh, net.access.access = "newest", {"newest access": now() + timedelta(hours=1)}

    class Late(MemoryInHand):
        """Shows what the other has stored only after we were refused."""

        def get(self, name: str) -> str:
            refused_once = any(call.path == "/2/oauth2/token" for call in net.calls)
            return "newest access" if name == line and refused_once else super().get(name)

    net.calls.clear()
    late = Late(kept={name: kept for name, kept in memory.kept.items() if name != line})
    list(opened(net, late, oauth2=True).fetch("", limit=500))
    assert late.ends_at is None


def test_a_test_of_unsaved_settings_uses_no_refresh_token_up(net: XNetwork) -> None:
    wire = opened(net, PassingMemory(), oauth2=True)
    (check,) = wire.verify()
    assert check.ok
    assert net.calls == []


# The connection.


def test_the_test_names_the_account(net: XNetwork, memory: MemoryInHand) -> None:
    checks = opened(net, memory).verify()
    assert all(check.ok for check in checks)
    assert "@acme, number 1001" in checks[0].text
    other = msgspec.structs.replace(inbox(net), address="@somebody")
    (wrong, *_) = opened_as(other, memory).verify()
    assert not wrong.ok


def test_missing_keys_are_named(net: XNetwork, memory: MemoryInHand) -> None:
    wire = opened(net, memory, access_secret="")
    (check,) = wire.verify()
    assert "Access token secret is needed" in check.text
    assert refused(wire, answer()).permanent
    (odd,) = opened(net, memory, monthly_budget="much").verify()
    assert "amount" in odd.text


def test_pushes_are_asked_for_and_kept_up(net: XNetwork, memory: MemoryInHand) -> None:
    info = inbox(net, hears_by="activity")
    checks = XChannel().connect(info)
    assert [check.ok for check in checks] == [True, True]
    assert list(net.webhooks.values()) == [f"https://help.acme.example/hooks/{info.id}"]
    told = {one["event_type"] for one in net.subscriptions}
    assert {"post.mention.create", "dm.received", "post.create"} <= told
    assert {one["filter"]["user_id"] for one in net.subscriptions} == {net.us.id}
    count = len(net.subscriptions)
    XChannel().connect(info)
    assert (len(net.webhooks), len(net.subscriptions)) == (1, count)
    lost = net.subscriptions.pop()
    list(opened(net, memory, hears_by="activity").fetch("", limit=500))
    assert lost["event_type"] in {one["event_type"] for one in net.subscriptions}
    assert all(check.ok for check in XChannel().disconnect(info))
    assert (net.webhooks, net.subscriptions) == ({}, [])


def test_pushes_need_an_address_that_x_can_reach(net: XNetwork) -> None:
    for url in ("http://help.acme.example", "https://help.acme.example:8443"):
        near = msgspec.structs.replace(inbox(net, hears_by="activity"), public_url=url)
        (check,) = XChannel().connect(near)
        assert not check.ok
    assert net.webhooks == {}


# Files.


def test_pictures_go_up_in_pieces_with_what_they_show(net: XNetwork, memory: MemoryInHand) -> None:
    said = net.say(CLEO, "How?")
    data = bytes(range(256)) * 10_000  # more than two pieces
    picture = OutboundFile(name="a.png", media_type="image/png", data=data, alt="A red lever")
    film = OutboundFile(name="b.mp4", media_type="video/mp4", data=b"film")
    wire = opened(net, memory)
    send(wire, answer("Like this", in_reply_to=said, files=(picture,)))
    assert net.by_us()[0].files == ("A red lever",)
    up = next(iter(net.media.values()))
    assert b"".join(up.pieces[n] for n in sorted(up.pieces)) == data
    assert len(up.pieces) == 3
    assert memory.spent("descriptions of pictures").count == 1
    to = net.person(CLEO).id
    send(wire, answer("Both", is_public=False, recipient=to, files=(film, picture)))
    assert [one.files for one in net.by_us()[1:]] == [("video/mp4",), ("A red lever",)]


def test_files_that_x_does_not_take_are_refused_before_anything_goes(
    net: XNetwork, memory: MemoryInHand
) -> None:
    picture = OutboundFile(name="a.png", media_type="image/png", data=b"x")
    film = OutboundFile(name="b.mp4", media_type="video/mp4", data=b"x")
    paper = OutboundFile(name="c.pdf", media_type="application/pdf", data=b"x")
    large = OutboundFile(name="d.png", media_type="image/png", data=b"x" * 5_000_001)
    wire = opened(net, memory)
    for files in ((paper,), (large,), (picture, film), (picture,) * 5):
        error = refused(wire, answer(in_reply_to="1", files=files))
        assert (error.permanent, error.provider_code) == (True, "bad_file")
    assert net.calls == []


def test_files_are_fetched_from_x_and_from_nowhere_else(
    net: XNetwork, memory: MemoryInHand
) -> None:
    wire = opened(net, memory)
    for url in (
        "http://pbs.twimg.com/a.png",
        "https://pbs.twimg.com.evil.example/a.png",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://user@evil.example/.twimg.com",
    ):
        with pytest.raises(DeliveryError, match="no place") as caught:
            wire.download(url)
        assert caught.value.permanent
    body, media_type = wire.download(f"{net.url}/2/users/me")
    assert b"acme" in body
    assert media_type == "application/json"
