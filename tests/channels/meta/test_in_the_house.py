"""Meta's channels in a whole install: what comes to one address is sorted, seen, answered."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fairline.cases import actions, store_messages
from fairline.cases.files import upload
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes, store_raw
from fairline.channels.inboxes import create_inbox
from fairline.channels.rows import Inbox
from fairline.db.blobs import get_blob
from fairline.demo.networks.facebook import PAGE
from fairline.demo.networks.graph import APP_SECRET
from fairline.people import store_contacts
from fairline.suite.bench import Bench
from fairline.suite.house import House
from tests.channels.meta.bench import (
    FacebookBench,
    InstagramBench,
    InstagramCommentsBench,
    MessengerBench,
    WhatsAppBench,
)
from tests.channels.meta.inboxes import change, page

MakeHouse = Callable[[Bench], House]


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[MakeHouse]:
    with ExitStack() as stack:
        yield lambda bench: stack.enter_context(House(tmp_path, bench))


def second(house: House, kind: str, address: str, secret: str = APP_SECRET) -> Inbox:
    """Another inbox of the same install."""
    options = {**house.bench.options(), "app_secret": secret}
    with house.database.write() as unit:
        return create_inbox(
            unit,
            house.office.channels,
            brand_id=house.brand.id,
            kind=kind,
            name=f"{kind} {address}",
            address=address,
            options=options,
            by=SYSTEM,
        )


def outcomes(house: House, inbox: Inbox) -> list[str]:
    with house.database.read() as unit:
        return [
            row.native_id
            for row in store_raw.oldest_stored(unit, limit=50)
            if row.inbox_id == inbox.id
        ]


def both_kinds(house: House) -> Any:
    """One request of Meta's with a comment and a private message."""
    talk = {"sender": {"id": "33"}, "recipient": {"id": PAGE}, "timestamp": 1763820000000}
    told = page({**talk, "message": {"mid": "m_77", "text": "In private"}}, own=PAGE)
    value = {"item": "status", "verb": "add", "post_id": f"{PAGE}_7", "message": "In public",
             "from": {"id": "44", "name": "Dov"}}  # fmt: skip
    told["entry"] += change("feed", value, own=PAGE)["entry"]
    return told


def test_news_of_two_kinds_to_one_address_is_sorted(open_house: MakeHouse) -> None:
    house = open_house(FacebookBench())
    messenger = second(house, "messenger", PAGE)
    network: Any = house.bench.network
    house.deliver(network.signed(both_kinds(house)))

    assert outcomes(house, house.inbox) == [f"{PAGE}_7"]
    assert outcomes(house, messenger) == ["m_77"]
    house.understand()
    assert house.message(f"{PAGE}_7").visibility == "public"
    with house.database.read() as unit:
        assert store_inboxes.inbox_by_id(unit, messenger.id)


def test_an_inbox_of_another_app_is_never_written_into(open_house: MakeHouse) -> None:
    house = open_house(FacebookBench())
    messenger = second(house, "messenger", PAGE, secret="of another app")
    network: Any = house.bench.network
    house.deliver(network.signed(both_kinds(house)))

    assert outcomes(house, messenger) == []
    house.understand()
    assert house.raw("m_77").outcome == "chatter"


def test_reading_up_to_a_moment_marks_what_was_sent_before(open_house: MakeHouse) -> None:
    house = open_house(MessengerBench())
    network: Any = house.bench.network
    said = network.say("cleo", "My parcel has not come")
    other = network.say("dov", "Mine neither")
    house.hear_all()
    (first,) = house.reply(house.case_of(said), "It comes tomorrow.")
    (others,) = house.reply(house.case_of(other), "Yours too.")
    house.send()
    network.take_pushes()
    network.read_all("cleo")
    house.hear_all()
    (late,) = house.reply(house.case_of(said), "At nine.")
    house.send()

    assert house.delivery(first.id).state == "read"
    assert house.delivery(others.id).state == "sent"
    assert house.delivery(late.id).state == "sent"


def test_a_moment_between_handing_over_and_noting_it_counts(open_house: MakeHouse) -> None:
    """Meta's watermark is the time of the message itself, which is before our receipt of it."""
    house = open_house(MessengerBench())
    network: Any = house.bench.network
    said = network.say("cleo", "My parcel has not come")
    house.hear_all()
    (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
    house.send()
    network.take_pushes()
    handed_at = house.delivery(delivery.id).handed_at
    assert handed_at
    stamp = math.ceil(handed_at.timestamp() * 1000)
    for watermark, state in ((stamp - 2, "sent"), (stamp, "read")):
        network.event(network.person("cleo"), read={"watermark": watermark})
        house.hear_all()
        assert house.delivery(delivery.id).state == state


def work(house: House, *, most: int = 20) -> None:
    """Do every job that is due."""
    worker, _, ledger = house.office.make_worker()
    for _ in range(most):
        if not worker.run_one("suite"):
            break
    ledger.close()


def test_a_name_that_no_message_brings_is_looked_up(open_house: MakeHouse) -> None:
    house = open_house(MessengerBench())
    said = house.bench.say("cleo", "My parcel has not come")
    house.hear_all()
    assert house.message(said).author_name == ""
    work(house)
    more = house.bench.say("cleo", "Hello?")
    house.hear_all()

    assert house.message(said).author_name == "Cleo Marsh"
    assert house.message(more).author_name == "Cleo Marsh"
    with house.database.read() as unit:
        contact = store_contacts.contact_by_id(unit, house.case_of(said).contact_id)
    assert contact
    assert contact.name == "Cleo Marsh"


def test_a_network_that_is_away_names_nobody_and_stops_nothing(open_house: MakeHouse) -> None:
    house = open_house(MessengerBench())
    said = house.bench.say("cleo", "My parcel has not come")
    house.hear_all()
    house.host.stop()
    work(house)

    assert house.message(said).author_name == ""


def test_a_file_is_fetched_after_the_message_is_on_record(open_house: MakeHouse) -> None:
    house = open_house(WhatsAppBench())
    network: Any = house.bench.network
    said = network.hang("cleo", "document", "text/plain", b"order 4711", filename="order.txt")
    house.hear_all()
    with house.database.read() as unit:
        assert store_messages.attachments_of_message(unit, house.message(said).id) == []
    work(house)

    with house.database.read() as unit:
        (file,) = store_messages.attachments_of_message(unit, house.message(said).id)
        assert (file.name, get_blob(unit, file.sha256)) == ("order.txt", b"order 4711")


def test_what_a_colleague_answered_in_metas_inbox_stands_on_the_case(open_house: MakeHouse) -> None:
    house = open_house(MessengerBench())
    network: Any = house.bench.network
    said = network.say("cleo", "My parcel has not come")
    house.hear_all()
    network.write_by_hand("cleo", "I have looked: it comes tomorrow.")
    house.hear_all()

    thread = house.thread(house.case_of(said))
    assert [one.direction for one in thread] == ["inbound", "outbound"]
    assert thread[-1].text == "I have looked: it comes tomorrow."


def test_the_echo_of_our_own_file_is_no_answer_from_elsewhere(open_house: MakeHouse) -> None:
    """Instagram names no app in an echo: it is known by the ids that we were given for it."""
    house = open_house(InstagramBench())
    said = house.bench.say("cleo", "How does it look?")
    house.hear_all()
    png = InboundFile(name="cat.png", media_type="image/png", data=b"\x89PNG\r\n\x1a\n cat")
    with house.database.write() as unit:
        case = house.case_of(said)
        file = upload(unit, case.id, house.agent.id, png, most_bytes=10_000)
        actions.reply(unit, case.id, house.agent, "Like this.", file_ids=[file.id])
    house.send()
    house.hear_all()

    assert len(house.bench.got()) == 2
    assert [one.direction for one in house.thread(case)] == ["inbound", "outbound"]


def test_a_status_moves_the_delivery_and_a_failure_is_shown(open_house: MakeHouse) -> None:
    house = open_house(WhatsAppBench())
    network: Any = house.bench.network
    said = network.say("cleo", "My parcel has not come")
    house.hear_all()
    (first,) = house.reply(house.case_of(said), "It comes tomorrow.")
    house.send()
    house.hear_all()
    assert house.delivery(first.id).state == "delivered"
    network.read_all("cleo")
    house.hear_all()
    assert house.delivery(first.id).state == "read"

    (next_one,) = house.reply(house.case_of(said), "At nine.")
    house.send()
    network.take_pushes()
    network.fail_later(house.delivery(next_one.id).native_id, 131047)
    house.hear_all()

    found = house.delivery(next_one.id)
    assert (found.state, found.provider_code) == ("failed", "131047")
    assert "24 hours" in found.error


def test_a_comment_on_instagram_is_answered_where_all_read_it(open_house: MakeHouse) -> None:
    house = open_house(InstagramCommentsBench())
    said = house.bench.say("cleo", "Is it in stock?")
    more = house.bench.say("cleo", "In blue?", under=said)
    house.hear_all()
    case = house.case_of(said)
    house.reply(case, "It is, in blue too.")
    house.send()
    house.hear_all()

    assert house.case_of(more).id == case.id
    assert case.is_public
    (got,) = house.bench.got()
    assert got.is_public
    assert [one.direction for one in house.thread(case)] == ["inbound", "inbound", "outbound"]


def test_a_private_answer_to_a_comment_is_a_private_reply(open_house: MakeHouse) -> None:
    house = open_house(FacebookBench())
    said = house.bench.say("cleo", "Where is my parcel?")
    house.hear_all()
    (delivery,) = house.reply(house.case_of(said), "Your code is 990011.", public=False)
    house.send()

    assert house.delivery(delivery.id).state == "sent"
    (got,) = house.bench.got()
    assert not got.is_public
    assert got.text.startswith("Your code is 990011.")


def test_a_private_reply_that_is_answered_by_a_strangers_id_mixes_nobody(
    open_house: MakeHouse,
) -> None:
    """An id in a payload is only what Meta signed: another page's person is another person."""
    house = open_house(MessengerBench())
    network: Any = house.bench.network
    said = network.say("cleo", "My parcel has not come")
    house.hear_all()
    forged = network.signed(
        page(
            {
                "sender": {"id": network.person("dov")},
                "recipient": {"id": network.node},
                "message": {"mid": "m_dov", "text": "Send it to me", "reply_to": {"mid": said}},
            },
            own=network.node,
        )
    )
    house.deliver(forged)
    house.understand()

    assert house.case_of("m_dov").id != house.case_of(said).id
