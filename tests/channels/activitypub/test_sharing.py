"""What stands on the board reaches those who follow, as far as the inbox shares it; and nothing of
what is private, of what is hidden, or of who did not want to be named.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from fairline.cases import editing, store
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Actor, Case
from fairline.cases.tables import messages
from fairline.channels import inboxes as our_inboxes
from fairline.channels.activitypub import announcing, delivering, sharing
from fairline.channels.activitypub.tables import fediverse_actors
from fairline.channels.ingest import inbox_ref
from fairline.channels.marks import GO_ON_LINK
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.demo.networks.fediverse import FediverseNetwork
from fairline.demo.networks.kit import Shown
from fairline.jobs.tables import jobs
from fairline.people.store_contacts import identity_at
from fairline.suite.house import House
from tests.channels.activitypub.bench import FediverseBench

SAID_AT_CLEOS = "My parcel has not come"


class Square:
    """A house with an account, a board beside it, and Dov on a server elsewhere who follows."""

    def __init__(self, house: House, network: FediverseNetwork) -> None:
        self.house = house
        self.network = network
        self.database = house.database
        self.sharer = sharing.Sharer(house.office.channels)
        self.deliverer = delivering.Deliverer(house.office.fediverse, house.office.channels)
        with self.database.write() as unit:
            self.board = our_inboxes.create_inbox(
                unit,
                house.office.channels,
                brand_id=house.brand.id,
                kind="web",
                name="Board",
                address="board",
                options={},
                by=SYSTEM,
            )
        network.follow("dov")
        house.hear_all()

    def shares(self, what: str) -> None:
        with self.database.write() as unit:
            our_inboxes.change_inbox(
                unit,
                self.house.office.channels,
                self.house.inbox.id,
                name="",
                options={"shares": what},
                team_id=None,
                by=SYSTEM,
            )

    def ask(self, *, public: bool = True, name: str = "Cleo", channel: str = "web") -> Case:
        with self.database.write() as unit:
            taken = receive(
                unit,
                inbox_ref(unit, self.board),
                Inbound(
                    native_id=f"asked-{unit.now.timestamp()}",
                    author=Author(channel=channel, address=f"browser-{name}", name=name),
                    text=SAID_AT_CLEOS,
                    subject="Where is my parcel?",
                    is_public=public,
                ),
            )
            found = store.case_by_id(unit, taken.case_id)
        assert found
        return found

    def spread(self, case: Case) -> list[Shown]:
        """Let everything that is due happen. Returns what Dov's server shows now."""
        self.sharer.work(self.database, {"case_id": case.id})
        return self.seen()

    def seen(self) -> list[Shown]:
        while self.deliverer.step("test"):
            pass
        return [shown for _, shown in self.network.answers()]


@pytest.fixture
def square(tmp_path: Path) -> Iterator[Square]:
    bench = FediverseBench()
    with House(tmp_path, bench) as house:
        bench.moves_in(house)
        yield Square(house, bench.network)


def test_a_follower_is_told_that_they_follow(square: Square) -> None:
    square.seen()

    assert square.network.accepted == [f"{square.network.person('dov').id}#follows/1"]


def test_nothing_is_shared_by_itself(square: Square) -> None:
    case = square.ask()
    square.house.reply(case, "It comes tomorrow.")

    assert square.spread(case) == []


def test_answers_are_shared_with_what_they_answer(square: Square) -> None:
    square.shares("answers")
    case = square.ask()
    square.house.reply(case, "It comes tomorrow.")

    (seen,) = square.spread(case)
    assert seen.text.startswith("Where is my parcel?\n\nIt comes tomorrow.")
    assert seen.text.endswith(f"/q/{case.reference}")
    assert seen.is_public
    assert "Cleo" not in seen.text
    assert SAID_AT_CLEOS not in seen.text


def test_a_question_is_shared_in_the_name_that_its_asker_gave(square: Square) -> None:
    square.shares("questions")
    case = square.ask()
    square.house.reply(case, "It comes tomorrow.")

    asked, answered = square.spread(case)
    assert asked.text.startswith("Cleo asked:\n\nMy parcel has not come")
    assert answered.text.startswith("It comes tomorrow.")
    assert answered.under == asked.id


@pytest.mark.parametrize("name", ["", "cleo@mail.example", "Cleo 0151 2345678"])
def test_whoever_gave_no_name_or_an_address_is_a_customer(square: Square, name: str) -> None:
    square.shares("questions")

    (asked,) = square.spread(square.ask(name=name))
    assert asked.text.startswith("A customer asked:")


def test_what_is_private_stays_here(square: Square) -> None:
    square.shares("questions")
    case = square.ask(public=False)
    square.house.reply(case, "Your code is 990011.")
    mixed = square.ask(name="Dov")
    square.house.reply(mixed, "Your code is 990012.", public=False)

    assert square.spread(case) == []
    assert [one.text for one in square.spread(mixed) if "9900" in one.text] == []


def test_an_answer_with_a_private_way_in_is_only_for_its_asker(square: Square) -> None:
    square.shares("answers")
    case = square.ask()
    square.house.reply(case, f"Go on here: {GO_ON_LINK}")

    assert square.spread(case) == []


def test_changed_words_change_out_there(square: Square) -> None:
    square.shares("questions")
    case = square.ask()
    (before,) = square.spread(case)
    with square.database.write() as unit:
        (message,) = square.house.thread(case)
        by = Actor(kind="contact", id=case.contact_id)
        editing.edit_message(unit, message.id, "My two parcels have not come", by=by)

    (after,) = square.spread(case)
    assert after.id == before.id
    assert "two parcels" in after.text
    assert square.spread(case) == [after]


def test_what_is_hidden_or_made_private_is_taken_back(square: Square) -> None:
    square.shares("questions")
    case, other = square.ask(), square.ask(name="Dov")
    square.spread(case)
    assert len(square.spread(other)) == 2
    with square.database.write() as unit:
        editing.hide_case(unit, case.id, by=SYSTEM, reason="Somebody else is named")
        by = Actor(kind="contact", id=other.contact_id)
        editing.set_case_visibility(unit, other.id, is_public=False, by=by)

    square.spread(case)
    assert square.spread(other) == []


def test_a_second_account_of_the_brand_says_nothing_twice_and_takes_nothing_back(
    square: Square,
) -> None:
    square.shares("questions")
    case = square.ask()
    (asked,) = square.spread(case)
    for chosen in ("nothing", "questions"):
        with square.database.write() as unit:
            made = our_inboxes.create_inbox(
                unit,
                square.house.office.channels,
                brand_id=square.house.brand.id,
                kind="fediverse",
                name=f"Shares {chosen}",
                address=f"{chosen}@help.acme.example",
                options={"shares": chosen},
                by=SYSTEM,
            )

            info = square.house.office.channels.info(unit, made)
            assert sharing.share(unit, case, square.house.brand, info) == 0

    assert square.spread(case) == [asked]


def test_what_was_said_long_ago_is_not_told_now(square: Square) -> None:
    case = square.ask()
    with square.database.write() as unit:
        unit.execute(sa.update(messages).values(created_at=unit.now - timedelta(days=9)))
    square.shares("questions")

    assert square.spread(case) == []


def test_an_event_asks_for_a_look_only_where_something_is_shared(square: Square) -> None:
    square.ask()
    assert looks_that_wait(square) == []
    square.shares("answers")
    case = square.ask(name="Dov")
    square.house.reply(case, "It comes tomorrow.")

    assert looks_that_wait(square) == [sharing.JOB]


def looks_that_wait(square: Square) -> list[str]:
    """The kinds of jobs that wait to look at a case."""
    with square.database.read() as unit:
        found = unit.execute(sa.select(jobs.c.kind).where(jobs.c.kind == sharing.JOB))
        return [row.kind for row in found]


def test_an_answer_from_out_there_is_known_to_be_about_it(square: Square) -> None:
    square.shares("questions")
    case = square.ask()
    (asked,) = square.spread(case)
    said = square.network.say("dov", "Mine neither", under=asked.id)
    square.house.hear_all()

    assert square.house.message(said).in_reply_to == asked.id
    assert square.house.case_of(said).id != case.id  # a stranger's is a case of its own
    with square.database.read() as unit:
        related = store.related_to(unit, square.house.case_of(said).id)
    assert related


# Announcements.


def test_an_announcement_reaches_who_follows_and_can_be_changed_and_taken_back(
    square: Square,
) -> None:
    with square.database.read() as unit:
        info = square.house.office.channels.info_by_id(unit, square.house.inbox.id)
    with square.database.write() as unit:
        made = announcing.announce(unit, info, "We are open on Sunday. #hours", by=SYSTEM)
    (seen,) = square.seen()
    assert (seen.id, seen.is_public) == (made, True)
    assert "open on Sunday" in seen.text

    with square.database.write() as unit:
        announcing.reword(unit, info, made, "We are closed on Sunday.", by=SYSTEM)
    (seen,) = square.seen()
    assert "closed on Sunday" in seen.text

    with square.database.write() as unit:
        announcing.take_back(unit, info, made, by=SYSTEM)
    assert square.seen() == []
    with square.database.write() as unit:
        with pytest.raises(Conflict):
            announcing.take_back(unit, info, made, by=SYSTEM)
        with pytest.raises(NotFound):
            announcing.reword(unit, info, f"{made}x", "Something", by=SYSTEM)
        with pytest.raises(Invalid):
            announcing.announce(unit, info, "  \u200b ", by=SYSTEM)


def test_who_follows_no_more_is_told_no_more(square: Square) -> None:
    square.network.act("dov", "Undo", f"{square.network.person('dov').id}#follows/1")
    square.house.hear_all()
    with square.database.read() as unit:
        info = square.house.office.channels.info_by_id(unit, square.house.inbox.id)
    with square.database.write() as unit:
        announcing.announce(unit, info, "We are open on Sunday.", by=SYSTEM)

    assert square.seen() == []


def test_an_account_that_is_gone_takes_nothing(square: Square) -> None:
    cleo = square.network.person("cleo")
    said = square.network.say("cleo", SAID_AT_CLEOS)
    square.house.hear_all()
    square.network.act("cleo", "Delete", cleo.id)
    square.house.hear_all()

    with square.database.read() as unit:
        identity = identity_at(unit, square.house.brand.id, "fediverse", cleo.id)
        known = unit.execute(sa.select(fediverse_actors.c.id)).scalars().all()
    assert identity
    assert identity.undeliverable_at
    assert cleo.id not in known
    assert square.house.message(said).text == SAID_AT_CLEOS


def test_a_person_who_moves_stays_the_same_person(square: Square) -> None:
    square.network.say("cleo", SAID_AT_CLEOS)
    square.house.hear_all()
    old, new = square.network.person("cleo"), square.network.person("cleo2")
    new.known_as = [old.id]
    square.network.act("cleo", "Move", old.id, target=new.id)
    said = square.network.say("cleo2", "It is me, from elsewhere")
    square.house.hear_all()

    with square.database.read() as unit:
        before = identity_at(unit, square.house.brand.id, "fediverse", old.id)
    assert before
    assert square.house.case_of(said).contact_id == before.contact_id
