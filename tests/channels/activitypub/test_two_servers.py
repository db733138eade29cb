"""Two whole servers that federate: what is said on one is read on the other, and nothing is lost."""

from collections.abc import Iterator

import pytest

from fairline.cases import store_messages
from fairline.cases.actions import actor_of, reply
from fairline.cases.editing import hide_message, set_visibility
from fairline.cases.files import upload
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import TAKEN_BACK
from fairline.channels.activitypub import composing, delivering, keys, store, store_outgoing
from fairline.channels.activitypub.followers import host_of
from fairline.channels.contract import DeliveryError, Keyed, Outbound
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.db.blobs import get_blob
from fairline.people.tables import Agent
from tests.channels.activitypub.towns import Town
from tests.cluster import Cluster
from tests.conftest import Cast, copied

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def towns(
    staffed_database: tuple[str, Cast],
    cluster: Cluster | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Town, Town]]:
    """Two servers for all of these tests: each says words of its own."""
    source, cast = staffed_database
    made = []
    for name in ("support", "harbour"):
        folder = tmp_path_factory.mktemp(name)
        url = copied(source, folder, cluster, name=f"t{new_id().replace('-', '')[-16:]}")
        made.append(Town(str(folder), url, cast.brand, name))
    for town in made:
        town.start()
    yield made[0], made[1]
    for town in made:
        town.close()


@pytest.fixture(autouse=True)
def _open(towns: tuple[Town, Town]) -> None:
    for town in towns:
        town.set(blocked="", authorised_fetch="", signatures="cavage")


@pytest.fixture
def acme(towns: tuple[Town, Town]) -> Town:
    return towns[0]


@pytest.fixture
def ben(staffed_database: tuple[str, Cast]) -> Agent:
    return staffed_database[1].ben


@pytest.fixture
def harbour(towns: tuple[Town, Town]) -> Town:
    return towns[1]


def tell(town: Town, other: Town, text: str, *, is_public: bool = True) -> str:
    """The account of one town says something to that of the other. Returns the post's id."""
    wire = town.office.channels.of_kind("fediverse").open(town.inbox)
    key = new_id()
    said = Outbound(
        key=key,
        native_id="",
        recipient=f"@{other.inbox.address.lstrip('@')}",
        recipient_name="",
        text=text,
        is_public=is_public,
    )
    return wire.send(said, handing_over=lambda: None).native_id


def both_work(*towns: Town) -> None:
    for _ in range(3):
        for town in towns:
            town.work()


def test_a_mention_an_answer_and_an_answer_to_that(acme: Town, harbour: Town, ben: Agent) -> None:
    tell(harbour, acme, "Where is the crate of tea?")
    both_work(acme, harbour)
    asked = acme.heard("Where is the crate of tea?")
    assert asked.visibility == "public"
    assert f"@harbour@127.0.0.1:{harbour.port}" in asked.author_name

    with acme.office.database.write() as unit:
        answer = reply(unit, asked.case_id, ben, "On the quay since noon.", visibility="public")
    both_work(acme, harbour)

    there = harbour.heard("On the quay since noon.")
    assert acme.fate(answer) == ("sent", "")

    with harbour.office.database.write() as unit:
        reply(unit, there.case_id, ben, "Found it, thank you!", visibility="public")
    both_work(acme, harbour)

    thanks = acme.heard("Found it, thank you!")
    assert thanks.case_id == asked.case_id, "an answer joins the case that it answers"


def test_what_is_said_in_private_stays_so(acme: Town, harbour: Town, ben: Agent) -> None:
    post = tell(harbour, acme, "My number is 4711", is_public=False)
    both_work(acme, harbour)
    asked = acme.heard("My number is 4711")
    assert asked.visibility == "private"

    with acme.office.database.write() as unit:
        reply(unit, asked.case_id, ben, "Thank you, we have it.")
    both_work(acme, harbour)

    assert harbour.heard("Thank you, we have it.").visibility == "private"
    with harbour.office.database.read() as unit:
        assert store.post_by_id(unit, post) is None, "a private post is on no shelf of ours"


def test_a_picture_goes_along(acme: Town, harbour: Town, ben: Agent) -> None:
    """Their server fetches it from an address that nobody can guess."""
    tell(harbour, acme, "What does the crate look like?", is_public=False)
    both_work(acme)
    case_id = acme.heard("What does the crate look like?").case_id
    picture = InboundFile(name="crate.png", media_type="image/png", data=PICTURE)
    with acme.office.database.write() as unit:
        file = upload(unit, case_id, ben.id, picture, most_bytes=1_000_000)
        reply(unit, case_id, ben, "Like this:", file_ids=[file.id])
    both_work(acme, harbour)
    there = harbour.heard("Like this:")
    with harbour.office.database.read() as unit:
        [got] = store_messages.attachments_of_message(unit, there.id)
        assert (got.name, got.media_type) == ("crate.png", "image/png")
        assert get_blob(unit, got.sha256) == PICTURE


def test_an_edit_and_a_farewell_are_honoured(acme: Town, harbour: Town) -> None:
    post = tell(harbour, acme, "The crate is gren")
    both_work(acme)
    with harbour.office.database.read() as unit:
        note = delivering.note_of(unit, post)
    assert note
    changed = {**note, "content": note["content"].replace("gren", "green")}
    with harbour.office.database.write() as unit:
        activity = composing.update(changed, harbour.inbox, at=now())
        delivering.publish(unit, harbour.inbox_id, activity, changed)
        delivering.post(unit, harbour.inbox_id, activity, to=(acme.actor,))
    both_work(harbour, acme)
    assert acme.heard("The crate is green").hidden_at is None

    with harbour.office.database.write() as unit:
        gone = composing.delete(changed, harbour.inbox, at=now())
        tombstone = composing.tombstone(changed, at=now())
        delivering.publish(unit, harbour.inbox_id, gone, tombstone)
        delivering.post(unit, harbour.inbox_id, gone, to=(acme.actor,))
    both_work(harbour, acme)
    assert acme.heard("The crate is green").hidden_reason == TAKEN_BACK
    with harbour.office.database.read() as unit:
        assert delivering.note_of(unit, post) is None


@pytest.mark.parametrize(
    ("visibility", "verb"),
    [("public", "hide"), ("private", "hide"), ("public", "make private")],
)
def test_an_answer_that_is_taken_back_at_the_desk_is_taken_back_there_too(
    acme: Town, harbour: Town, ben: Agent, visibility: str, verb: str
) -> None:
    words = f"{verb} what was {visibility}"
    tell(harbour, acme, f"Ask to {words}", is_public=visibility == "public")
    both_work(acme)
    asked = acme.heard(f"Ask to {words}")
    with acme.office.database.write() as unit:
        answer = reply(unit, asked.case_id, ben, f"Oh, {words}", visibility=visibility)
    both_work(acme, harbour)
    assert harbour.heard(f"Oh, {words}").hidden_at is None

    with acme.office.database.write() as unit:
        if verb == "hide":
            hide_message(unit, answer.id, by=actor_of(ben), reason="It was not meant so")
        else:
            set_visibility(unit, answer.id, "private", by=actor_of(ben))
    both_work(acme, harbour)
    assert harbour.heard(f"Oh, {words}").hidden_reason == TAKEN_BACK


def test_a_server_that_is_kept_out_is_neither_heard_nor_written_to(
    acme: Town, harbour: Town, ben: Agent
) -> None:
    tell(harbour, acme, "Before the door was shut")
    both_work(acme)
    before = acme.heard("Before the door was shut")
    acme.set(blocked="127.0.0.1")

    with pytest.raises(DeliveryError) as raised:
        tell(harbour, acme, "After the door was shut")
    with acme.office.database.write() as unit:
        answer = reply(unit, before.case_id, ben, "Never to arrive", visibility="public")
    both_work(acme, harbour)

    assert raised.value.permanent
    assert raised.value.provider_code == "403"
    assert not any("After the door was shut" in text for text in acme.texts())
    assert not any("Never to arrive" in text for text in harbour.texts())
    assert acme.fate(answer) == ("dead", "blocked")


def test_an_account_that_is_kept_out_is_dropped_without_a_word(acme: Town, harbour: Town) -> None:
    acme.set(blocked=harbour.actor)
    tell(harbour, acme, "Let me in")
    both_work(acme)
    assert not any("Let me in" in text for text in acme.texts())


def test_a_new_key_counts_at_once(acme: Town, harbour: Town) -> None:
    tell(harbour, acme, "With the old key")
    before = keys.key_of(harbour.office.database, harbour.office.keyring, harbour.inbox)
    channel = harbour.office.channels.of_kind("fediverse")
    assert isinstance(channel, Keyed)
    renewed = channel.renew_key(harbour.inbox)
    after = keys.key_of(harbour.office.database, harbour.office.keyring, harbour.inbox)
    tell(harbour, acme, "With the new key")
    both_work(acme)

    assert renewed == after.key_id != before.key_id
    assert before.public != after.public
    assert acme.heard("With the old key")
    assert acme.heard("With the new key")


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
def test_both_kinds_of_signature_are_understood(acme: Town, harbour: Town, scheme: str) -> None:
    harbour.set(signatures=scheme)
    tell(harbour, acme, f"Signed by {scheme}")
    both_work(acme)
    assert acme.heard(f"Signed by {scheme}")


def test_two_servers_that_trust_nobody_find_each_other(acme: Town, harbour: Town) -> None:
    """Each reads only what is signed, and has to read the other to know its signature."""
    for town, other in ((acme, harbour), (harbour, acme)):
        town.set(authorised_fetch="yes")
        with town.office.database.write() as unit:
            store.forget_actor(unit, other.actor)
    tell(harbour, acme, "Neither of us trusts anybody")
    both_work(acme)
    assert acme.heard("Neither of us trusts anybody")


def test_a_server_that_was_down_catches_up(acme: Town, harbour: Town, ben: Agent) -> None:
    """Its answers wait in the ledger, its news in the queue of its host: all arrive, in order."""
    tell(harbour, acme, "First of all")
    _follow(harbour, acme)
    both_work(acme, harbour)
    case_id = acme.heard("First of all").case_id
    harbour.stop()

    with acme.office.database.write() as unit:
        answer = reply(unit, case_id, ben, "You are not there", visibility="public")
    for number in range(3):
        _announce(acme, f"News {number}")
    acme.work()

    host = host_of(harbour.url + "/")
    with acme.office.database.read() as unit:
        failing = store_outgoing.host_by_name(unit, host)
        waiting = store_outgoing.waiting_for(unit, host, limit=10)
    assert failing
    assert failing.failures == 1, "one attempt, however much waits"
    assert len(waiting) == 3
    assert acme.fate(answer)[0] == "queued"

    harbour.start()
    acme.hurry()
    tell(harbour, acme, "Back again")  # whoever speaks is there: what waits is due at once
    both_work(acme, harbour)

    with acme.office.database.read() as unit:
        assert store_outgoing.waiting_for(unit, host, limit=10) == []
        back = store_outgoing.host_by_name(unit, host)
    assert back
    assert (back.failures, back.due_at) == (0, None)
    assert acme.fate(answer)[0] == "sent"
    assert harbour.heard("You are not there")


def _follow(town: Town, other: Town) -> None:
    """One account follows the other, as a person's server would let it."""
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{town.actor}#follow",
        "type": "Follow",
        "actor": town.actor,
        "object": other.actor,
    }
    with town.office.database.write() as unit:
        delivering.post(unit, town.inbox_id, activity, to=(other.actor,))
    both_work(town, other)
    with other.office.database.read() as unit:
        assert store.count_followers(unit, other.inbox_id) == 1


def _announce(town: Town, text: str) -> None:
    with town.office.database.write() as unit:
        note = composing.public_note(town.inbox, new_id(), text, at=unit.now)
        delivering.publish(unit, town.inbox_id, composing.create(note, town.inbox), note)
