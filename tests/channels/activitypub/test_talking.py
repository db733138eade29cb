"""People on another server and an agent here talk, through the record and back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairline.channels.contract import NotAllowed
from fairline.demo.networks.fediverse import FediverseNetwork
from fairline.demo.networks.fediverse_post import PUBLIC, Doc
from fairline.suite.house import House
from tests.channels.activitypub.bench import FediverseBench


class Talk:
    def __init__(self, house: House, network: FediverseNetwork) -> None:
        self.house = house
        self.network = network

    def answer(self, said: str, text: str) -> str:
        """Answer a post as the agent, and let it leave. Returns the delivery's id."""
        (delivery,) = self.house.reply(self.house.case_of(said), text)
        self.house.send()
        return delivery.id

    @property
    def notes(self) -> list[Doc]:
        return [doc for doc, _ in self.network.answers()]


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    bench = FediverseBench()
    with House(tmp_path, bench) as house:
        bench.moves_in(house)
        yield Talk(house, bench.network)


def test_a_direct_message_is_answered_to_its_writer_alone(talk: Talk) -> None:
    said = talk.network.say("cleo", "My account number is secret", public=False)
    talk.house.hear_all()
    talk.answer(said, "We look after it.")

    (note,) = talk.notes
    cleo = talk.network.person("cleo")
    assert not talk.house.case_of(said).is_public
    assert (note["to"], note["cc"]) == ([cleo.id], [])
    assert note["inReplyTo"] == said
    assert {one.text for one in talk.network.shown("dov")} == set()


def test_a_talk_stays_one_case(talk: Talk) -> None:
    said = talk.network.say("cleo", "My parcel has not come")
    talk.house.hear_all()
    talk.answer(said, "It comes tomorrow.")
    more = talk.network.say("cleo", "It did not", under=talk.notes[0]["id"])
    talk.house.hear_all()

    assert talk.house.case_of(more).id == talk.house.case_of(said).id
    thread = talk.house.thread(talk.house.case_of(said))
    assert [(m.direction, m.text) for m in thread if m.direction != "note"] == [
        ("inbound", "My parcel has not come"),
        ("outbound", "It comes tomorrow."),
        ("inbound", "It did not"),
    ]


def test_somebody_else_who_joins_in_is_a_case_of_their_own(talk: Talk) -> None:
    said = talk.network.say("cleo", "My parcel has not come")
    talk.house.hear_all()
    talk.answer(said, "It comes tomorrow.")
    other = talk.network.say("dov", "Mine neither", under=talk.notes[0]["id"])
    talk.house.hear_all()

    assert talk.house.case_of(other).contact_id != talk.house.case_of(said).contact_id


def test_a_content_warning_goes_both_ways(talk: Talk) -> None:
    post = {"summary": "health", "sensitive": True}
    said = talk.network.say("cleo", "It is about my leg", more=post)
    talk.house.hear_all()
    talk.answer(said, "Get well soon.")

    assert talk.house.message(said).text == "Content warning: health\n\nIt is about my leg"
    assert (talk.notes[0]["summary"], talk.notes[0]["sensitive"]) == ("health", True)


def test_an_answer_keeps_the_name_of_the_thread(talk: Talk) -> None:
    """Also when our own words were the last."""
    names = {
        "context": "https://akkoma.example/contexts/1",
        "conversation": "tag:akkoma.example,2026:objectId=1",
    }
    said = talk.network.say("cleo", "My parcel has not come", more=names, public=False)
    talk.house.hear_all()
    talk.answer(said, "It comes tomorrow.")
    talk.answer(said, "Or the day after.")

    assert [{name: note.get(name) for name in names} for note in talk.notes] == [names, names]


def test_who_blocks_us_is_left_alone(talk: Talk) -> None:
    said = talk.network.say("cleo", "My parcel has not come")
    block = talk.network.act("cleo", "Block", talk.network.company)
    talk.house.hear_all()
    delivery = talk.answer(said, "It comes tomorrow.")

    assert talk.notes == []
    assert talk.house.delivery(delivery).state == "dead"
    assert talk.house.delivery(delivery).error

    talk.network.act("cleo", "Undo", block, number=2)
    talk.house.hear_all()
    talk.answer(said, "It came.")
    assert len(talk.notes) == 1


def test_what_is_said_past_us_makes_no_case(talk: Talk) -> None:
    past = {"to": [PUBLIC], "cc": [], "tag": []}
    said = talk.network.say("cleo", "Acme is slow", more=past)
    talk.network.act("cleo", "Like", "https://help.acme.example/ap/objects/nothing-of-ours")
    talk.network.act("cleo", "Announce", said, number=2)
    talk.house.hear_all()

    assert talk.house.with_id(said) == []


def test_nobody_speaks_for_another(talk: Talk) -> None:
    """Dov's server signs well, and says that Cleo said something."""
    said = talk.network.say("cleo", "My parcel has not come")
    talk.house.hear_all()
    cleo, dov = talk.network.person("cleo"), talk.network.person("dov")
    note = talk.network.posts[said].document()
    lie = note | {
        "id": f"{dov.id}/statuses/9",
        "attributedTo": cleo.id,
        "content": "<p>Pay Dov</p>",
    }
    for actor in (dov.id, cleo.id):
        activity = {
            "id": f"{dov.id}/a/{actor[-3:]}",
            "type": "Create",
            "actor": actor,
            "object": lie,
        }
        push = talk.network.deliver(dov, activity)
        talk.network.take_pushes()
        with contextlib.suppress(NotAllowed):
            talk.house.deliver(push)
    talk.house.understand()

    assert talk.house.with_id(lie["id"]) == []
    assert [m.text for m in talk.house.thread(talk.house.case_of(said))] == [
        "My parcel has not come"
    ]
