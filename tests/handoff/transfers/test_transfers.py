"""A case is handed over, not tossed: with a summary, taken or declined, and never in limbo."""

import threading
from datetime import timedelta

import pytest

from fairline.cases import store as cases
from fairline.cases import store_events, store_messages
from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import assign, get_case, set_status
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.core.errors import Conflict, Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.handoff.transfers import store, watch
from fairline.handoff.transfers.handing_over import accept, decline, expire, offer, withdraw
from fairline.handoff.transfers.summary import draft_of
from fairline.line import store_alarms
from fairline.people.staff import disable_agent
from fairline.people.tables import Agent
from fairline.people.teams import create_team
from tests.conftest import Cast, said


@pytest.fixture
def case_id(database: Database, cast: Cast) -> str:
    """Cleo asked by mail; Ben has the case."""
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said("My refund of order 77 is missing"))
        assign(unit, get_case(unit, taken.case_id), cast.ben.id, by=actor_of(cast.ben))
    return taken.case_id


def hand(database: Database, case_id: str, by: Agent, **to: str) -> None:
    with database.write() as unit:
        offer(unit, case_id, by, summary="She waits for order 77.", reason="I am off", **to)


def now(database: Database, case_id: str) -> Case:
    with database.read() as unit:
        return get_case(unit, case_id)


def kinds(database: Database, case_id: str) -> list[str]:
    with database.read() as unit:
        return [event.kind for event in store_events.of_case(unit, case_id)]


def alarms_of(database: Database, case_id: str) -> set[str]:
    with database.read() as unit:
        return set(store_alarms.of_case(unit, case_id))


def test_it_is_the_givers_until_it_is_taken(database: Database, cast: Cast, case_id: str) -> None:
    before = now(database, case_id)
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    offered = now(database, case_id)
    assert offered.owner_id == cast.ben.id
    assert offered.matters == ["transfer"]
    assert (offered.entered_at, offered.due_at) == (before.entered_at, before.due_at)
    with database.write() as unit:
        accept(unit, case_id, cast.bea)
    after = now(database, case_id)
    assert after.owner_id == cast.bea.id
    assert after.matters == []
    assert (after.entered_at, after.due_at) == (before.entered_at, before.due_at)
    with database.read() as unit:
        (mail, note) = store_messages.thread(unit, case_id, limit=10)
        told = store_messages.unread_nudges(unit, cast.bea.id)
        answered = store_messages.unread_nudges(unit, cast.ben.id)
    assert (note.direction, note.text) == ("note", "I am off\n\nShe waits for order 77.")
    assert mail.direction == "inbound"
    assert [one["kind"] for one in told] == ["offered"]
    assert [one["kind"] for one in answered] == ["taken_over"]


def test_one_of_a_team_takes_it(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        team = create_team(unit, name="Billing", member_ids=[cast.bea.id, cast.ada.id])
    hand(database, case_id, cast.ben, to_team=team.id)
    with database.write() as unit, pytest.raises(NotAllowed, match="offered to"):
        accept(unit, case_id, cast.admin)
    with database.write() as unit:
        accept(unit, case_id, cast.bea)
    after = now(database, case_id)
    assert (after.owner_id, after.team_id) == (cast.bea.id, team.id)
    with database.write() as unit, pytest.raises(Conflict, match="somebody was faster"):
        accept(unit, case_id, cast.ada)


def test_two_who_take_it_at_once(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        team = create_team(unit, name="Billing", member_ids=[cast.bea.id, cast.ada.id])
    hand(database, case_id, cast.ben, to_team=team.id)
    ready, outcomes = threading.Barrier(2), []

    def take(agent: Agent) -> None:
        ready.wait()
        try:
            with database.write() as unit:
                accept(unit, case_id, agent)
            outcomes.append(agent.id)
        except Conflict:
            outcomes.append("")

    threads = [threading.Thread(target=take, args=(one,)) for one in (cast.bea, cast.ada)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [one for one in outcomes if one]
    assert now(database, case_id).owner_id == winner
    assert kinds(database, case_id).count("transfer_accepted") == 1


def test_whoever_says_no_says_why(database: Database, cast: Cast, case_id: str) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    with database.write() as unit, pytest.raises(Invalid, match="why not"):
        decline(unit, case_id, cast.bea, "  ")
    with database.write() as unit:
        decline(unit, case_id, cast.bea, "I know nothing of refunds")
    assert now(database, case_id).owner_id == cast.ben.id
    with database.read() as unit:
        (told,) = store_messages.unread_nudges(unit, cast.ben.id)
    assert told["kind"] == "declined"


def test_the_giver_takes_it_back(database: Database, cast: Cast, case_id: str) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.ada.id)
    with database.write() as unit, pytest.raises(NotAllowed):
        withdraw(unit, case_id, cast.bea)
    with database.write() as unit:
        withdraw(unit, case_id, cast.ben)
    with database.write() as unit, pytest.raises(Conflict):
        accept(unit, case_id, cast.ada)
    assert now(database, case_id).matters == []


@pytest.mark.parametrize("field", ["summary", "reason"])
def test_nothing_is_handed_over_without_words(
    database: Database, cast: Cast, case_id: str, field: str
) -> None:
    words = {"summary": "All of it", "reason": "I am off", field: " "}
    with database.write() as unit, pytest.raises(Invalid) as caught:
        offer(unit, case_id, cast.ben, to_agent=cast.bea.id, **words)
    assert caught.value.field == field


def test_to_whom_it_cannot_go(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        empty = create_team(unit, name="Nobody", member_ids=[cast.ben.id])
    for to, words in (
        ({}, "Choose a colleague"),
        ({"to_agent": cast.ben.id}, "That is you"),
        ({"to_agent": case_id}, "does not work here"),
        ({"to_team": empty.id}, "Nobody else"),
        ({"to_agent": cast.bea.id, "to_team": empty.id}, "Choose a colleague"),
    ):
        with pytest.raises(Invalid, match=words):
            hand(database, case_id, cast.ben, **to)
    with pytest.raises(NotAllowed, match="Ben owns the case"):
        hand(database, case_id, cast.bea, to_agent=cast.ada.id)
    hand(database, case_id, cast.ada, to_agent=cast.bea.id)  # a supervisor may
    with pytest.raises(Conflict, match="handed over already"):
        hand(database, case_id, cast.ben, to_agent=cast.ada.id)


def test_an_offer_nobody_answers_is_over_in_time(
    database: Database, cast: Cast, case_id: str
) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    assert watch.turn(database) == 0
    late(database, case_id)
    assert watch.turn(database) == 1
    assert watch.turn(database) == 0
    assert now(database, case_id).owner_id == cast.ben.id
    with database.read() as unit:
        assert [n["kind"] for n in store_messages.unread_nudges(unit, cast.ben.id)] == ["not_taken"]


def test_whose_giver_has_left_goes_back_to_the_line(
    database: Database, cast: Cast, case_id: str
) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    with database.write() as unit:
        disable_agent(unit, cast.ben.id)
    late(database, case_id)
    watch.turn(database)
    assert now(database, case_id).owner_id is None
    assert now(database, case_id).matters == []


def test_an_ended_case_and_another_owner_end_the_offer(
    database: Database, cast: Cast, case_id: str
) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    with database.write() as unit:
        assign(unit, get_case(unit, case_id), cast.ada.id, by=actor_of(cast.ada))
    assert now(database, case_id).matters == []
    hand(database, case_id, cast.ada, to_agent=cast.bea.id)
    with database.write() as unit:
        set_status(unit, get_case(unit, case_id), "solved", by=actor_of(cast.ada))
    assert now(database, case_id).matters == []
    with pytest.raises(Conflict, match="has ended"):
        hand(database, case_id, cast.ada, to_agent=cast.bea.id)


def test_handing_around_rings_until_the_customer_hears_something(
    database: Database, cast: Cast, case_id: str
) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    with database.write() as unit:
        accept(unit, case_id, cast.bea)
    assert "handed_around" not in alarms_of(database, case_id)
    hand(database, case_id, cast.bea, to_agent=cast.ada.id)
    with database.write() as unit:
        decline(unit, case_id, cast.ada, "Not mine")
    assert "handed_around" in alarms_of(database, case_id)
    with database.write() as unit:
        reply(unit, case_id, cast.bea, "I have it now, and I keep it.")
    assert "handed_around" not in alarms_of(database, case_id)


def test_expiring_too_early_does_nothing(database: Database, cast: Cast, case_id: str) -> None:
    hand(database, case_id, cast.ben, to_agent=cast.bea.id)
    with database.write() as unit:
        expire(unit, case_id)
    assert now(database, case_id).matters == ["transfer"]


def test_a_first_draft_of_the_summary(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        reply(unit, case_id, cast.ben, "I have asked the bank. We will write within two days.")
    with database.read() as unit:
        case = cases.case_by_id(unit, case_id)
        assert case
        thread = store_messages.thread(unit, case_id, limit=10)
        draft = draft_of(case, thread, zone="UTC", now=unit.now)
    assert "My refund of order 77 is missing" in draft
    assert "Ben answered on" in draft
    assert "Promised: We will write within two days" in draft
    assert "It waits for the customer." in draft


def late(database: Database, case_id: str) -> None:
    """Let the time to answer have passed."""
    with database.write() as unit:
        transfer = store.open_of(unit, case_id)
        assert transfer
        store.update(unit, transfer.id, {"expires_at": unit.now - timedelta(seconds=1)})
