"""Repeats by one person share one place, and the earliest arrival counts (R27)."""

from datetime import timedelta

import pytest

from fairline.cases import actions, changes, store
from fairline.cases.addresses import confirm_address, leave_address
from fairline.cases.inbound import Author, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.store_events import of_case
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import answering, joining, repeats, store_repeats
from fairline.line.claim import next_case
from fairline.line.place import place_of
from fairline.line.store import standing
from fairline.people import contacts
from fairline.people.contacts import resolve
from tests.conftest import Cast, said

PARCEL = "My parcel 4711 has not come, where is it?"


def mailed(
    unit: Unit,
    inbox: InboxRef,
    text: str,
    *,
    by: str = "cleo@mail.test",
    verified: bool = True,
    hours_ago: float = 0,
    subject: str = "",
) -> Case:
    """A mail that opens a case."""
    author = Author(channel="email", address=by, name="Cleo", verified=verified)
    at = unit.now - timedelta(hours=hours_ago)
    taken = receive(unit, inbox, said(text, author=author, subject=subject), arrived_at=at)
    unit.settle()
    return changes.get_case(unit, taken.case_id)


def asked(unit: Unit, cast: Cast, text: str, contact_id: str = "") -> Case:
    """A question on the board; with a contact by somebody who was proven to be them."""
    browser = new_id()
    if contact_id:
        contacts.unite(unit, resolve(unit, cast.brand.id, "web", browser), contact_id)
    taken = receive(unit, cast.board_ref, said(text, by=browser, channel="web"))
    unit.settle()
    return changes.get_case(unit, taken.case_id)


def now(unit: Unit, case: Case) -> Case:
    unit.settle()
    return changes.get_case(unit, case.id)


def kinds(unit: Unit, case: Case) -> list[str]:
    return [event.kind for event in of_case(unit, case.id)]


def test_the_same_said_twice_has_one_place_and_the_earliest_arrival(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=5)
        again = mailed(unit, cast.mailbox_ref, f"Hello,\n\n{PARCEL}\n\nStill no answer!")
        assert again.repeat_of_id == first.id
        assert standing(unit, again.id) is None
        place = standing(unit, first.id)
        assert place is not None
        assert place.entered_at == first.entered_at
        assert place_of(unit, again) == place_of(unit, first)
        assert kinds(unit, again).count("repeat_joined") == 1
        assert kinds(unit, first).count("repeat_joined") == 1


def test_also_on_another_channel_where_the_person_is_proven(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        assert asked(unit, cast, PARCEL, first.contact_id).repeat_of_id == first.id
        assert asked(unit, cast, PARCEL).repeat_of_id is None  # the same words by somebody else


def test_another_order_or_another_matter_has_a_place_of_its_own(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        mailed(unit, cast.mailbox_ref, PARCEL)
        for text in ("My parcel 4712 has not come, where is it?", "I would like an invoice"):
            other = mailed(unit, cast.mailbox_ref, text)
            assert other.repeat_of_id is None
            assert standing(unit, other.id) is not None


def test_a_chaser_joins_what_it_chases_only_if_that_is_one(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, subject="Parcel 4711")
        chaser = mailed(unit, cast.mailbox_ref, "Any news?", subject="Re: Parcel 4711")
        assert chaser.repeat_of_id == first.id
        mailed(unit, cast.mailbox_ref, "I would like an invoice for May", subject="Invoice")
        torn = mailed(unit, cast.mailbox_ref, "Still no answer!!!")
        assert torn.repeat_of_id is None
        assert torn.maybe_repeat_of_id is not None
        named = mailed(unit, cast.mailbox_ref, "Any news?", subject="Invoice for May")
        assert named.repeat_of_id != first.id


def test_who_is_not_proven_is_only_suggested_until_an_agent_decides(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        claimed = mailed(unit, cast.mailbox_ref, PARCEL, verified=False)
        assert (claimed.repeat_of_id, claimed.maybe_repeat_of_id) == (None, first.id)
        assert standing(unit, claimed.id) is not None
        joining.join(unit, claimed, first, by=actions.actor_of(cast.ben))
        assert now(unit, claimed).repeat_of_id == first.id
        other = mailed(unit, cast.mailbox_ref, PARCEL, verified=False)
        joining.split(unit, other, by=actions.actor_of(cast.ben))
        other = now(unit, other)
        assert (other.repeat_of_id, other.maybe_repeat_of_id) == (None, None)


def test_two_people_are_never_joined(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        cleo = mailed(unit, cast.mailbox_ref, PARCEL)
        dov = mailed(unit, cast.mailbox_ref, PARCEL, by="dov@mail.test")
        assert dov.repeat_of_id is None
        assert dov.maybe_repeat_of_id is None
        with pytest.raises(Invalid, match="two people"):
            joining.join(unit, cleo, dov, by=actions.actor_of(cast.ada))


def test_a_graver_need_of_the_repeat_counts_and_the_number_of_repeats_does_not(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=2)
        alone = standing(unit, first.id)
        again = mailed(unit, cast.mailbox_ref, PARCEL)
        mailed(unit, cast.mailbox_ref, PARCEL)
        unit.settle()
        assert standing(unit, first.id) == alone
        changes.set_severity(
            unit, again, "safety", by=actions.actor_of(cast.ada), reason="it leaks gas"
        )
        again = now(unit, again)
        place = standing(unit, first.id)
        assert place is not None
        assert alone is not None
        assert again.due_at is not None
        assert place.due_at == min(alone.due_at, again.due_at)


def test_set_apart_it_has_its_own_arrival_again_and_stays_apart(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=3)
        again = mailed(unit, cast.mailbox_ref, PARCEL)
        joining.split(unit, again, by=actions.actor_of(cast.ben))
        again = now(unit, again)
        place = standing(unit, again.id)
        assert place is not None
        assert place.entered_at == again.entered_at != first.entered_at
        repeats.look(unit, again.id)
        assert now(unit, again).repeat_of_id is None
        with pytest.raises(Conflict):
            joining.split(unit, again, by=actions.actor_of(cast.ben))


def test_taking_one_takes_all_and_they_are_put_aside_together(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=1)
        again = mailed(unit, cast.mailbox_ref, PARCEL)
    with database.write() as unit:
        taken = next_case(unit, cast.ben)
        assert taken is not None
        assert taken.id == first.id
        assert now(unit, again).owner_id == cast.ben.id
        assert next_case(unit, cast.bea) is None
        by = actions.actor_of(cast.ben)
        changes.snooze(unit, now(unit, first), unit.now + timedelta(days=1), by=by)
        assert now(unit, again).snoozed_until is not None
        changes.wake(unit, now(unit, again), by=by, reason="agent")
        unit.settle()
        assert standing(unit, first.id) is not None
        assert standing(unit, again.id) is None
        changes.set_status(unit, now(unit, first), "on_hold", by=by)
        assert now(unit, again).status == "on_hold"


def test_one_answer_reaches_each_on_its_own_channel_and_solving_solves_them(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        again = asked(unit, cast, PARCEL, first.contact_id)
    with database.write() as unit:
        answer = actions.reply(unit, first.id, cast.ben, "It comes today.")
        seen = [f"{again.id}.{again.message_count}"]
        (other,) = answering.answer_repeats(unit, answer, cast.ben, seen)
        assert (answer.channel, other.channel) == ("email", "web")
        assert now(unit, again).status == "waiting"
        changes.set_status(unit, now(unit, first), "solved", by=actions.actor_of(cast.ben))
        assert now(unit, again).status == "solved"


def test_nobody_answers_past_what_the_customer_wrote_on_a_repeat(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        again = mailed(unit, cast.mailbox_ref, PARCEL)
        answer = actions.reply(unit, first.id, cast.ben, "It comes today.")
        with pytest.raises(Conflict, match="meanwhile"):
            answering.answer_repeats(unit, answer, cast.ben, [f"{again.id}.0"])


def test_who_was_not_answered_returns_to_the_line_with_their_own_arrival(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=9)
        second = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=6)
        third = mailed(unit, cast.mailbox_ref, PARCEL, hours_ago=3)
    with database.write() as unit:
        actions.reply(unit, first.id, cast.ben, "It comes today.", status="solved")
        second, third = now(unit, second), now(unit, third)
        assert second.repeat_of_id is None
        assert third.repeat_of_id == second.id
        place = standing(unit, second.id)
        assert place is not None
        assert place.entered_at == second.entered_at
        assert [one.id for one in store_repeats.repeats_of(unit, second.id)] == [third.id]


def test_proving_the_address_later_joins_then(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        again = asked(unit, cast, PARCEL)
        assert again.maybe_repeat_of_id is None
        left = leave_address(unit, again, "email", "cleo@mail.test", by=SYSTEM)
        assert now(unit, again).maybe_repeat_of_id == first.id
        confirm_address(unit, now(unit, again), left.id)
        assert now(unit, again).repeat_of_id == first.id


def test_what_two_changes_at_once_left_behind_is_found(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = mailed(unit, cast.mailbox_ref, PARCEL)
        again = mailed(unit, cast.mailbox_ref, PARCEL)
    with database.write() as unit:  # as a change would that saw the group before it was one
        store.update_case(unit, first.id, {"status": "solved", "entered_at": None})
    assert repeats.heal(database) == 1
    assert repeats.heal(database) == 0
    with database.read() as unit:
        assert changes.get_case(unit, again.id).repeat_of_id is None
        assert standing(unit, again.id) is not None
