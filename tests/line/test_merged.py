"""What the line makes of merged cases: places, groups, told ranges, and nobody counted twice."""

from datetime import timedelta

import sqlalchemy as sa

from fairline.cases import changes, override, store, upkeep
from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.merging.contacts import merge_contacts, undo_contacts
from fairline.cases.merging.merging import merge
from fairline.cases.merging.moving import move, split
from fairline.cases.merging.tables import merge_rows
from fairline.cases.merging.tables import merges as merge_table
from fairline.cases.merging.undoing import undo
from fairline.cases.rows import Case
from fairline.cases.tables import messages
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import counted, joining, store_alarms, store_told, told
from fairline.line.fairness.gathering import gather
from fairline.line.store import standing
from fairline.people.contacts import contact_of
from tests.conftest import Cast, said

CLEO = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)


def ask(unit: Unit, cast: Cast, text: str, *, minutes: int = 0, **more: object) -> Case:
    arrived = unit.now - timedelta(minutes=minutes)
    inbound = said(text, **{"author": CLEO, **more})  # type: ignore[arg-type]
    taken = receive(unit, cast.mailbox_ref, inbound, arrived_at=arrived)
    unit.settle()
    return get_case(unit, taken.case_id)


def test_who_shared_its_place_shares_that_of_the_other_and_back(
    database: Database, cast: Cast
) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        leader = ask(unit, cast, "My parcel 4711 has not come", minutes=60)
        again = ask(unit, cast, "My parcel 4711 has not come!", minutes=30)
        assert get_case(unit, again.id).repeat_of_id == leader.id
        into = ask(unit, cast, "Something quite different: the invoice", minutes=5)
    with database.write() as unit:
        taken = merge(unit, get_case(unit, leader.id), into, by=by)
        assert get_case(unit, again.id).repeat_of_id == into.id
        place = standing(unit, into.id)
        assert place
        assert place.entered_at == leader.entered_at
        assert standing(unit, leader.id) is None
        assert standing(unit, again.id) is None
    with database.write() as unit:
        undo(unit, taken.id, by=by)
        assert get_case(unit, again.id).repeat_of_id == leader.id
        assert standing(unit, again.id) is None
        assert standing(unit, leader.id) is not None
    with database.read() as unit:
        assert counted.differences(unit) == 0
        assert counted.waiting_in(unit, cast.brand.id) == 2


def test_a_repeat_merged_with_its_leader_leaves_one_place(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    for order, words in ((1, "My parcel has not come"), (-1, "The lamp is broken in two")):
        with database.write() as unit:
            pair = [ask(unit, cast, words, minutes=60), ask(unit, cast, words)]
            gone, into = pair[::order]
            taken = merge(unit, get_case(unit, gone.id), get_case(unit, into.id), by=by)
            now = get_case(unit, into.id)
            assert now.repeat_of_id is None
            assert now.entered_at == pair[0].entered_at
            assert standing(unit, into.id) is not None
        with database.write() as unit:
            undo(unit, taken.id, by=by)
            assert get_case(unit, pair[1].id).repeat_of_id == pair[0].id
    with database.read() as unit:
        assert counted.differences(unit) == 0


def test_two_people_again_do_not_share_a_place(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        one = ask(unit, cast, "The lift is stuck")
        other = ask(
            unit,
            cast,
            "I am waiting too",
            by="dov@mail.test",
            author=Author(channel="email", address="dov@mail.test", name="Dov"),
        )
    with database.write() as unit:
        people = [contact_of(unit, case.contact_id) for case in (other, one)]
        taken = merge_contacts(unit, *people, by=by)
        joining.join(unit, get_case(unit, one.id), get_case(unit, other.id), by=by)
        assert get_case(unit, other.id).repeat_of_id == one.id
    with database.write() as unit:
        undo_contacts(unit, taken.id, by=by)
    with database.read() as unit:
        apart = [get_case(unit, case.id) for case in (one, other)]
        assert [case.repeat_of_id for case in apart] == [None, None]
        assert apart[0].contact_id != apart[1].contact_id
        assert all(standing(unit, case.id) for case in apart)


def test_one_answer_answers_both_and_each_is_counted_once(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        into = ask(unit, cast, "My parcel has not come", minutes=50)
        case = ask(unit, cast, "And the invoice is wrong", minutes=40)
        for n, one in enumerate((into, case)):
            at = unit.now
            told.tell(
                unit, one.id, cast.brand.id, n, at + timedelta(hours=1), at + timedelta(hours=2)
            )
    with database.write() as unit:
        merge(unit, case, into, by=actor_of(cast.ben))
        assert store_told.open_range(unit, case.id)
    with database.write() as unit:
        reply(unit, into.id, cast.ben, "Both are mended.")
    with database.write() as unit:
        assert store_told.open_range(unit, into.id) is None
        assert store_told.open_range(unit, case.id) is None
        since = unit.now - timedelta(days=1)
        facts = gather(unit, cast.brand.id, since, unit.now + timedelta(minutes=1)).facts
        assert {fact.case_id: fact.is_answered for fact in facts} == {into.id: True, case.id: True}


def test_alarms_follow_the_wait(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        late = ask(unit, cast, "This is long overdue", minutes=60 * 24 * 10)
        into = ask(unit, cast, "Just now, another thing")
        assert "promise_broken" in store_alarms.of_case(unit, late.id)
    with database.write() as unit:
        taken = merge(unit, get_case(unit, late.id), into, by=by)
        assert store_alarms.of_case(unit, late.id) == {}
        assert "promise_broken" in store_alarms.of_case(unit, into.id)
    with database.write() as unit:
        undo(unit, taken.id, by=by)
        assert "promise_broken" in store_alarms.of_case(unit, late.id)
        assert store_alarms.of_case(unit, into.id) == {}


def test_snoozed_solved_and_brought_forward(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        aside = ask(unit, cast, "One for later", minutes=9)
        changes.snooze(unit, aside, unit.now + timedelta(days=3), by=by)
        urgent = ask(unit, cast, "One for now", minutes=5)
        override.bring_forward(unit, urgent, cast.ada, "the press is here")
    with database.write() as unit:
        taken = merge(unit, get_case(unit, urgent.id), get_case(unit, aside.id), by=by)
        now = get_case(unit, aside.id)
        assert now.snoozed_until is None
        assert now.is_forward
        assert standing(unit, aside.id)
        undo(unit, taken.id, by=by)
        assert get_case(unit, aside.id).snoozed_until
        assert not get_case(unit, aside.id).is_forward
        assert get_case(unit, urgent.id).is_forward


def test_what_is_set_apart_waits_since_it_came(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        case = ask(unit, cast, "First thing", minutes=120, native_id="f@mail.test")
        second = receive(
            unit,
            cast.mailbox_ref,
            said("Second thing", author=CLEO, in_reply_to=("f@mail.test",)),
            arrived_at=unit.now - timedelta(minutes=30),
        )
        came = unit.now - timedelta(minutes=30)
    with database.write() as unit:
        reply(unit, case.id, cast.ben, "The first is done.", status="solved")
    with database.write() as unit:
        taken = split(unit, get_case(unit, case.id), [second.message_id], by=by)
        new = get_case(unit, taken.into_id)
        assert new.entered_at == came
        assert standing(unit, new.id)
        assert get_case(unit, case.id).status == "solved"
        assert standing(unit, case.id) is None
    with database.write() as unit:
        # Told again to whom it belongs: its wait goes along, and the other is open again.
        back = move(
            unit, get_case(unit, new.id), [second.message_id], get_case(unit, case.id), by=by
        )
        now = get_case(unit, case.id)
        assert (now.status, now.entered_at) == ("open", came)
        undo(unit, back.id, by=by)
        undo(unit, taken.id, by=by)
        assert get_case(unit, case.id).entered_at is None
    with database.read() as unit:
        assert counted.differences(unit) == 0


def test_a_long_case_is_merged_in_few_statements(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        into, case = ask(unit, cast, "Short"), ask(unit, cast, "Long")
        row = unit.execute(sa.select(messages).where(messages.c.case_id == case.id)).one()
        many = [
            {**row._mapping, "id": f"{n:08x}-0000-7000-8000-000000000000", "native_id": None}
            for n in range(10_000)
        ]
        unit.execute(sa.insert(messages), many)
        store.update_case(unit, case.id, {"message_count": 10_001})
    run: list[str] = []

    def hear(_c: object, _u: object, statement: str, *_: object) -> None:
        run.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", hear)
    try:
        with database.write() as unit:
            taken = merge(unit, get_case(unit, case.id), get_case(unit, into.id), by=by)
        merged = len(run)
        with database.write() as unit:
            undo(unit, taken.id, by=by)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", hear)
    assert merged < 170, merged
    assert len(run) - merged < 220, len(run) - merged
    with database.read() as unit:
        assert get_case(unit, case.id).message_count == 10_001
        count = sa.select(sa.func.count()).where(messages.c.case_id == case.id)
        assert unit.execute(count).scalar_one() == 10_001


def test_what_cannot_be_undone_any_more_is_forgotten(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        one, other = ask(unit, cast, "One thing"), ask(unit, cast, "And quite another")
        taken = merge(unit, one, other, by=actor_of(cast.ben))
    upkeep.sweep(database)
    with database.write() as unit:
        assert unit.execute(sa.select(merge_rows)).first()
        change = sa.update(merge_table).where(merge_table.c.id == taken.id)
        unit.execute(change.values(at=unit.now - timedelta(days=31)))
    upkeep.sweep(database)
    with database.read() as unit:
        assert unit.execute(sa.select(merge_rows)).first() is None
        assert get_case(unit, one.id).id == other.id
