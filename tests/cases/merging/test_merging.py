"""Two cases of one person become one, with all that was said, and can be two again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fairline.cases import changes, links, store, store_messages
from fairline.cases.actions import actor_of, note, reply, save_draft
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Copied, InboundFile
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.cases.merging.undoing import undo
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.core.errors import Conflict, FairlineError, Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls.tables import calls
from fairline.line import counted
from fairline.line.place import place_of
from tests.conftest import Cast, said

EARLIER = timedelta(hours=3)


def ask(
    unit: Unit, cast: Cast, text: str, *, ago: timedelta = timedelta(0), **more: object
) -> Case:
    taken = receive(unit, cast.mailbox_ref, said(text, **more), arrived_at=unit.now - ago)  # type: ignore[arg-type]
    unit.settle()
    return get_case(unit, taken.case_id)


def texts(unit: Unit, case_id: str) -> list[str]:
    return [one.text for one in store_messages.thread(unit, case_id)]


def test_all_that_was_said_is_on_one_case(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        into = ask(unit, cast, "My parcel has not come")
        case = ask(
            unit,
            cast,
            "The invoice is wrong too",
            files=(InboundFile(name="bill.txt", media_type="text/plain", data=b"12 EUR"),),
        )
        note(unit, case.id, cast.ben, "Looks like ours.")
        changes.add_tag(unit, case, "invoice", by=actor_of(cast.ben))
        save_draft(unit, case.id, cast.bea, "private", "I am looking")
        save_draft(unit, case.id, cast.ben, "private", "Two")
        save_draft(unit, into.id, cast.ben, "private", "One")
    with database.write() as unit:
        merge(unit, case, into, by=actor_of(cast.ben))
    with database.read() as unit:
        assert texts(unit, into.id) == [
            "My parcel has not come",
            "The invoice is wrong too",
            "Looks like ours.",
        ]
        assert texts(unit, case.id) == []
        now = get_case(unit, into.id)
        assert now.message_count == 3
        assert [f.name for f in store_messages.attachments_of(unit, into.id)] == ["bill.txt"]
        assert store.tags_of(unit, [into.id]) == {into.id: ["invoice"]}
        drafts = {d["agent_id"]: d["text"] for d in store_messages.drafts_of(unit, into.id)}
        assert drafts == {cast.ben.id: "One\n\nTwo", cast.bea.id: "I am looking"}
        # The old number, an old id, and words of either lead to the one.
        assert get_case(unit, case.id).id == into.id
        found, _ = search(unit, "invoice wrong")
        assert [hit.case.id for hit in found] == [into.id]
        found, _ = search(unit, case.reference)
        assert [hit.case.id for hit in found] == [into.id]


def test_the_earlier_arrival_and_promise_count(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        late = ask(unit, cast, "Still nothing here", ago=timedelta(minutes=1))
        early = ask(unit, cast, "Where is my refund", ago=EARLIER, severity="money")
        merge(unit, early, late, by=actor_of(cast.ben))
        now = get_case(unit, late.id)
        assert (now.entered_at, now.due_at, now.severity) == (
            early.entered_at,
            early.due_at,
            "money",
        )
        assert place_of(unit, now) is not None
    with database.read() as unit:
        assert counted.waiting_in(unit, cast.brand.id) == 1
        assert counted.differences(unit) == 0
    with database.write() as unit:
        # An answer given before would not have answered it; one given now answers both.
        reply(unit, late.id, cast.ben, "Both are on their way.")
        unit.settle()
        assert get_case(unit, late.id).entered_at is None


def test_an_answer_given_before_answers_only_what_it_was_given_to(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        open_case = ask(unit, cast, "Where is my refund", ago=EARLIER)
        answered = ask(unit, cast, "My parcel has not come", ago=timedelta(hours=2))
    with database.write() as unit:
        reply(unit, answered.id, cast.ben, "It has left.")
    with database.write() as unit:
        open_case = get_case(unit, open_case.id)
        taken = merge(unit, open_case, answered, by=actor_of(cast.ben))
        now = get_case(unit, answered.id)
        assert (now.status, now.entered_at) == ("open", open_case.entered_at)
        assert place_of(unit, now) is not None
    with database.write() as unit:
        undo(unit, taken.id, by=actor_of(cast.ben))
        now = get_case(unit, answered.id)
        assert (now.status, now.entered_at, now.due_at) == ("waiting", None, None)
        back = store.case_by_id(unit, open_case.id)
        assert back
        assert back.updated_at == open_case.updated_at
        assert back.entered_at == open_case.entered_at
        assert back.due_at == open_case.due_at
        assert place_of(unit, back) is not None


def test_two_people_are_never_put_together(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        cleos = ask(unit, cast, "My parcel has not come")
        dovs = ask(unit, cast, "My parcel has not come", by="dov@mail.test", name="Dov")
        with pytest.raises(Invalid) as refused:
            merge(unit, dovs, cleos, by=actor_of(cast.ada), readers_agreed=True)
        assert refused.value.code == "two_people"
        assert texts(unit, cleos.id) == ["My parcel has not come"]


def test_whoever_was_copied_on_one_does_not_read_the_other_unasked(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        one = ask(unit, cast, "About my illness")
        other = ask(
            unit, cast, "About my parcel", copied=(Copied(role="cc", address="dov@mail.test"),)
        )
    with database.write() as unit:
        with pytest.raises(Conflict) as refused:
            merge(unit, one, other, by=actor_of(cast.ben))
        assert refused.value.code == "other_readers"
        assert "dov@mail.test" in refused.value.text
    with database.write() as unit:
        merge(unit, one, other, by=actor_of(cast.ben), readers_agreed=True)


def test_a_mail_to_the_old_address_and_an_old_link_lead_to_the_one(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        into = ask(unit, cast, "My parcel has not come")
        case = ask(unit, cast, "The invoice is wrong", native_id="first@mail.test")
        author = store.participants_of(unit, case.id)[0]
        token = links.issue(unit, case, author.identity_id)
    with database.write() as unit:
        merge(unit, case, into, by=actor_of(cast.ben))
    with database.write() as unit:
        _, opened = links.open_link(unit, token)
        assert opened.id == into.id
        by_address = receive(unit, cast.mailbox_ref, said("Hello?", case_token=case.mail_token))
        by_number = receive(unit, cast.mailbox_ref, said("And?", reference=case.reference))
        by_thread = receive(unit, cast.mailbox_ref, said("So?", in_reply_to=("first@mail.test",)))
        assert {t.case_id for t in (by_address, by_number, by_thread)} == {into.id}


def test_what_was_private_stays_private(database: Database, cast: Cast) -> None:
    by = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)
    with database.write() as unit:
        private = receive(unit, cast.mailbox_ref, said("My card number is secret", author=by))
        public = receive(
            unit, cast.mailbox_ref, said("Does it ship to Malta?", author=by, is_public=True)
        )
        # It was public once, and its customer took it back: the message itself still says public.
        store_messages.update_message(unit, private.message_id, {"visibility": "public"})
    with database.write() as unit:
        cases = [get_case(unit, t.case_id) for t in (public, private)]
        taken = merge(unit, *cases, by=actor_of(cast.ben))
    with database.read() as unit:
        now = get_case(unit, private.case_id)
        assert now.is_public
        shown = {m.text: m.visibility for m in store_messages.thread(unit, now.id)}
        assert shown == {"My card number is secret": "private", "Does it ship to Malta?": "public"}
        # The subject is found, and shown to nobody: the board shows only what was said in public.
        assert [h.message_id for h in search(unit, "secret", public_only=True)[0]] == [None]
        assert [h.case.id for h in search(unit, "Malta", public_only=True)[0]] == [now.id]
    with database.write() as unit:
        undo(unit, taken.id, by=actor_of(cast.ben))
    with database.read() as unit:
        assert not get_case(unit, private.case_id).is_public
        message = store_messages.message_by_id(unit, private.message_id)
        assert message
        assert message.visibility == "public"
        assert search(unit, "secret", public_only=True)[0] == []
        assert [h.case.id for h in search(unit, "Malta", public_only=True)[0]] == [public.case_id]


def test_what_came_since_goes_back_with_the_case_it_was_written_to(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        into = ask(unit, cast, "My parcel has not come", native_id="parcel@mail.test")
        case = ask(unit, cast, "The invoice is wrong", native_id="invoice@mail.test")
        taken = merge(unit, case, into, by=actor_of(cast.ben))
    with database.write() as unit:
        reply(unit, into.id, cast.ben, "We look into both.")
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said("About the bill", in_reply_to=("invoice@mail.test",)))
        receive(unit, cast.mailbox_ref, said("And the box", in_reply_to=("parcel@mail.test",)))
    with database.write() as unit:
        undo(unit, taken.id, by=actor_of(cast.ben))
    with database.read() as unit:
        assert texts(unit, into.id) == [
            "My parcel has not come",
            "We look into both.",
            "And the box",
        ]
        assert texts(unit, case.id) == ["The invoice is wrong", "About the bill"]
        back = get_case(unit, case.id)
        assert (back.id, back.entered_at, back.message_count) == (case.id, case.entered_at, 2)
        assert get_case(unit, into.id).message_count == 3
        assert counted.differences(unit) == 0
        assert counted.waiting_in(unit, cast.brand.id) == 2


def test_undo_has_its_time_and_its_order(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        first, second, third = (ask(unit, cast, f"Question {n} of mine") for n in range(3))
        one = merge(unit, first, second, by=by)
        two = merge(unit, get_case(unit, second.id), third, by=by)

        def refusal(merge_id: str) -> str:
            with pytest.raises(FairlineError) as refused:
                undo(unit, merge_id, by=by)
            return refused.value.code

        assert refusal(one.id) == "undo_later_first"
        undo(unit, two.id, by=by)
        assert refusal(two.id) == "already_undone"
        undo(unit, one.id, by=by)
        assert [texts(unit, c.id) for c in (first, second, third)] == [
            [f"Question {n} of mine"] for n in range(3)
        ]
        again = merge(unit, get_case(unit, first.id), get_case(unit, third.id), by=by)
        unit.now += timedelta(days=31)
        assert refusal(again.id) == "too_late_to_undo"


def test_two_calls_are_not_made_one(database: Database, cast: Cast) -> None:
    """A case has one call at a time: the agent says which of the two it is to be."""
    with database.write() as unit:
        into, case = ask(unit, cast, "My parcel has not come"), ask(unit, cast, "And the invoice")
        for number, one in enumerate((into, case)):
            unit.execute(
                sa.insert(calls).values(
                    id=new_id(),
                    case_id=one.id,
                    brand_id=cast.brand.id,
                    number=f"+4930123456{number}",
                    state="asked",
                    wanted="now",
                    from_at=unit.now,
                    until_at=unit.now + EARLIER,
                    zone="UTC",
                    next_at=unit.now,
                    created_at=unit.now,
                )
            )
        with pytest.raises(Conflict) as refused:
            merge(unit, case, into, by=actor_of(cast.ben))
        assert refused.value.code == "both_under_way"
        assert "waits for a call" in refused.value.text
    with database.write() as unit:
        unit.execute(sa.update(calls).where(calls.c.case_id == into.id).values(state="cancelled"))
        taken = merge(unit, get_case(unit, case.id), get_case(unit, into.id), by=actor_of(cast.ben))
        mine = sa.select(sa.func.count()).where(calls.c.case_id == into.id)
        assert unit.execute(mine).scalar_one() == 2
        undo(unit, taken.id, by=actor_of(cast.ben))
        assert unit.execute(mine).scalar_one() == 1
