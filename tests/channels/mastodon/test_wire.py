"""The wire against a made-up server that enforces what Mastodon documents."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from fairline.channels.contract import DeliveryError, Echo, InboxInfo, Outbound, OutboundFile
from fairline.channels.mastodon import MastodonChannel
from fairline.channels.mastodon.wire import MastodonWire
from fairline.channels.memory import PassingMemory
from fairline.core.clock import now
from fairline.demo.networks.kit import Fault, Host
from fairline.demo.networks.mastodon import MastodonNetwork
from fairline.demo.networks.mastodon_entities import DOMAIN, stamp

CLEO = "cleo@people.demo"
PNG = OutboundFile(name="map.png", media_type="image/png", data=b"\x89PNG", alt="The way to us")


@pytest.fixture
def network() -> Iterator[MastodonNetwork]:
    network = MastodonNetwork()
    with Host(network):
        yield network


@pytest.fixture
def memory() -> PassingMemory:
    return PassingMemory()


@pytest.fixture
def wire(network: MastodonNetwork, memory: PassingMemory) -> Iterator[MastodonWire]:
    wire = MastodonWire(inbox(network), memory)
    yield wire
    wire.close()


def inbox(network: MastodonNetwork, **options: str) -> InboxInfo:
    return InboxInfo(
        id="inbox",
        brand_id="brand",
        brand_name="Acme",
        kind="mastodon",
        name="Acme",
        address=network.address(),
        options={**network.options(), **options},
        public_url="https://help.acme.example",
    )


def answer(text: str, *, under: str = "", public: bool = True, **more: object) -> Outbound:
    told = Outbound(
        key="0193-key", native_id="", recipient=CLEO, recipient_name="Cleo", text=text,
        is_public=public, in_reply_to=under, references=(under,) if under else (),
    )  # fmt: skip
    return msgspec.structs.replace(told, **more)


def send(wire: MastodonWire, outbound: Outbound) -> str:
    return wire.send(outbound, handing_over=lambda: None).native_id


def test_a_long_outage_is_caught_up_with_page_by_page(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    first = network.say("cleo", "before")
    (item,) = wire.fetch("", limit=500)
    missed = [network.say("cleo", f"number {number}") for number in range(200)]

    items = list(wire.fetch(item.cursor, limit=500))
    assert item.native_id == first
    assert [one.native_id for one in items] == missed
    assert not list(wire.fetch(items[-1].cursor, limit=500))


def test_a_new_inbox_takes_the_last_days_and_leaves_what_is_older(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    network.say("cleo", "long ago")
    network.notices[0]["created_at"] = stamp(now() - timedelta(days=9))
    (start,) = wire.fetch("", limit=500)
    assert not start.payload
    assert start.cursor == network.notices[0]["id"]

    said = network.say("cleo", "today")
    assert [one.native_id for one in wire.fetch("", limit=500)] == [said]


def test_one_notification_that_cannot_be_read_hides_no_other(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    network.say("cleo", "first")
    network.react("dov", "something_new", "")
    last = network.say("cleo", "last")
    items = list(wire.fetch("", limit=500))
    assert len(items) == 3
    assert items[-1].native_id == last


def test_the_stream_wakes_and_ends_with_the_wire(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    assert wire.wait(10), "the first look is at once: something may have come before we listened"
    threading.Timer(0.05, network.say, ("cleo", "Hello?")).start()
    assert wire.wait(10)
    wire.close()
    assert not wire.wait(0.01)


def test_a_server_without_a_stream_is_polled(network: MastodonNetwork, wire: MastodonWire) -> None:
    network.streams = False
    assert not wire.wait(0.01)
    assert [call.path for call in network.calls].count("/api/v1/streaming/user") <= 1


def test_the_length_is_the_servers_own(memory: PassingMemory) -> None:
    network = MastodonNetwork(most_characters=5000)
    channel = MastodonChannel()
    channel.recall = lambda _inbox_id: memory
    with Host(network):
        info = inbox(network)
        wire = channel.open_with(info, memory)
        assert channel.length(info).most == 466
        wire.verify()
        wire.close()
    assert channel.length(info).most == 4966


def test_a_private_answer_names_nobody_else(network: MastodonNetwork, wire: MastodonWire) -> None:
    said = network.say("cleo", "my number is 4711", public=False)
    send(wire, answer("Ask @dov@people.demo or mail a@acme.example", under=said, public=False))

    (post,) = network.said()
    assert post.visibility == "direct"
    assert post.mentions == [CLEO]
    assert "a@acme.example" in post.text
    assert [one.text for one in network.shown("dov")] == []


def test_a_public_answer_is_unlisted_and_stands_under_the_question(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    said = network.say("cleo", "where is my parcel?")
    native = send(wire, answer("On its way", under=said))

    (post,) = network.said()
    assert native == f"{DOMAIN}:{post.id}"
    assert post.text == f"@{CLEO} On its way"
    assert (post.visibility, post.under) == ("unlisted", said.partition(":")[2])


def test_a_public_answer_never_stands_under_private_words(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    asked = network.say("cleo", "where is my parcel?")
    secret = network.say("cleo", "my number is 4711", public=False, under=asked)
    send(wire, answer("Solved", under=secret, references=(asked, secret)))

    (post,) = network.said()
    assert (post.visibility, post.under) == ("unlisted", asked.partition(":")[2])


def test_an_answer_to_a_post_that_is_gone_stands_by_itself(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    said = network.say("cleo", "where is my parcel?")
    network.remove(said)
    send(wire, answer("On its way", under=said))
    assert network.said()[0].under == ""


def test_a_warning_stands_above_the_answer_too(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    said = network.say("cleo", "it has mould", spoiler="food, ick")
    send(wire, answer("We are sorry", under=said))
    assert network.said()[0].spoiler == "food, ick"


def test_a_full_post_under_a_warning_to_a_long_name_still_fits(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    who = f"{'n' * 30}@people.demo"
    said = network.say(who, "it has mould", spoiler="a warning of some length " * 3)
    most = MastodonChannel.capabilities.length.most or 0
    send(wire, answer("x" * most, under=said, recipient=who))
    (post,) = network.said()
    assert post.spoiler == "CW"


def test_files_go_with_their_words_and_are_waited_for(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    film = OutboundFile(name="how.mp4", media_type="video/mp4", data=b"film")
    send(wire, answer("See", files=(PNG, film)))

    (post,) = network.said()
    assert [one["description"] for one in post.media] == ["The way to us", "how.mp4"]


@pytest.mark.parametrize(
    "files",
    [
        (PNG,) * 5,
        (OutboundFile(name="list.pdf", media_type="application/pdf", data=b"%PDF"),),
        (OutboundFile(name="big.png", media_type="image/png", data=b"0" * 16_777_217),),
    ],
    ids=["too many", "not taken here", "too big"],
)
def test_files_that_the_server_would_refuse_are_not_sent(
    network: MastodonNetwork, wire: MastodonWire, files: tuple[OutboundFile, ...]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(wire, answer("See", files=files))
    assert caught.value.permanent
    assert not network.said()


def test_a_torn_answer_brings_nothing_twice_within_the_hour_or_after_it(
    network: MastodonNetwork, wire: MastodonWire, memory: PassingMemory
) -> None:
    said = network.say("cleo", "where is my parcel?")
    told = answer("On its way, see https://acme.example/parcels/4711?at=now", under=said)
    network.faults.append(Fault(status=0, drops=True, method="POST"))
    with pytest.raises(DeliveryError) as caught:
        send(wire, told)
    assert caught.value.is_unknown

    (post,) = network.said()
    assert send(wire, told) == f"{DOMAIN}:{post.id}"
    network._keys.clear()  # an hour has passed there
    memory.put("handed:0193-key", (now() - timedelta(hours=2)).isoformat())
    post.at = now() - timedelta(hours=2)
    assert send(wire, told) == f"{DOMAIN}:{post.id}"
    assert len(network.said()) == 1


def test_the_same_words_for_somebody_else_are_sent(
    network: MastodonNetwork, wire: MastodonWire, memory: PassingMemory
) -> None:
    said = network.say("cleo", "where is my parcel?")
    send(wire, answer("On its way", under=said))
    other = network.say("dov", "and mine?")
    memory.put("handed:other", (now() - timedelta(hours=2)).isoformat())
    send(wire, answer("On its way", under=other, recipient="dov@people.demo", key="other"))
    assert len(network.said()) == 2


def test_too_many_calls_wait_until_the_server_says(
    network: MastodonNetwork, wire: MastodonWire
) -> None:
    wire.verify()
    network.most_calls = 0
    with pytest.raises(DeliveryError) as caught:
        list(wire.fetch("", limit=10))
    assert not caught.value.permanent
    assert 200 < (caught.value.retry_after_s or 0) <= 300


@pytest.mark.parametrize("shows_several", [True, False], ids=["4.3", "before"])
def test_edits_and_removals_are_found_again_after_an_outage(
    network: MastodonNetwork, memory: PassingMemory, shows_several: bool
) -> None:
    network.shows_several = shows_several
    said = [network.say("cleo", f"order 47{number}") for number in range(3)]
    first = MastodonWire(inbox(network), memory)
    cursor = [*first.fetch("", limit=10)][-1].cursor
    first.close()
    network.edit(said[0], "order 4799")
    network.remove(said[1])

    later = MastodonWire(inbox(network), memory)
    news = [msgspec.json.decode(one.payload)["event"] for one in later.fetch(cursor, limit=10)]
    assert sorted(news) == ["delete", "status.update"]
    assert list(later.fetch(cursor, limit=10)) == []
    later.close()


def test_a_file_of_a_post_is_fetched(network: MastodonNetwork, wire: MastodonWire) -> None:
    network.say("cleo", "look", files=(("broken.png", b"\x89PNG", "a broken cup"),))
    media = next(iter(network.media.values()))
    assert wire.download(media["url"]) == (b"\x89PNG", "image/png")
    with pytest.raises(DeliveryError):
        wire.download("http://127.0.0.1:1/private")


def test_the_connection_test_tells_what_is_wrong(network: MastodonNetwork) -> None:
    network.policy = {"for_private_mentions": "drop"}
    info = msgspec.structs.replace(inbox(network), address=f"sales@{DOMAIN}")
    wire = MastodonWire(info, PassingMemory())
    wrong = {check.name: check.text for check in wire.verify() if not check.ok}
    wire.close()
    assert "@support@mastodon.demo" in wrong["account"]
    assert "private mentions" in wrong["mentions"]


def test_what_a_colleague_answers_elsewhere_is_heard_and_our_own_is_not(
    network: MastodonNetwork, memory: PassingMemory
) -> None:
    said = network.say("cleo", "where is my parcel?")
    network.colleague("before we came")
    first = MastodonWire(inbox(network), memory)
    (item,) = first.fetch("", limit=10)
    send(first, answer("On its way", under=said))
    theirs = network.colleague("@cleo@people.demo it comes on Friday", under=said)
    first.close()

    later = MastodonWire(inbox(network), memory)
    (echo,) = later.fetch(item.cursor, limit=10)
    later.close()
    assert echo.native_id == f"{DOMAIN}:{theirs}"
    heard = MastodonChannel().translate(echo.payload, inbox(network), received_at=now())
    assert isinstance(heard, Echo)
    assert heard.in_reply_to == (said,)
