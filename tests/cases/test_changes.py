"""Verbs on a case: allowed moves, clocks that never reset, colleagues who are told."""

from datetime import timedelta

import pytest

from fairline.cases import store, store_events, store_messages
from fairline.cases.actions import actor_of, note, reply, save_draft
from fairline.cases.changes import (
    add_tag,
    assign,
    get_case,
    remove_tag,
    set_kind,
    set_severity,
    set_status,
    set_subject,
    snooze,
)
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.place import place_of
from tests.conftest import Cast, said


@pytest.fixture
def case_id(database: Database, cast: Cast) -> str:
    with database.write() as unit:
        return receive(unit, cast.mailbox_ref, said("Where is my parcel?", native_id="q@m")).case_id


def kinds(unit: Unit, case_id: str) -> list[str]:
    return [event.kind for event in store_events.of_case(unit, case_id)]


def settled(unit: Unit, case_id: str) -> Case:
    unit.settle()
    return get_case(unit, case_id)


def test_a_hand_off_does_not_reset_the_clock(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        before = get_case(unit, case_id)
    with database.write() as unit:
        assign(unit, get_case(unit, case_id), cast.ben.id, by=actor_of(cast.ada))
        assign(unit, get_case(unit, case_id), cast.bea.id, by=actor_of(cast.ben))
        after = settled(unit, case_id)
    assert (after.due_at, after.entered_at) == (before.due_at, before.entered_at)


def test_a_second_message_keeps_the_place_of_the_first(
    database: Database, cast: Cast, case_id: str
) -> None:
    with database.write() as unit:
        before = get_case(unit, case_id)
        receive(unit, cast.mailbox_ref, said("HELLO??? ANSWER!!!", in_reply_to=("q@m",)))
        after = settled(unit, case_id)
    assert (after.due_at, after.entered_at) == (before.due_at, before.entered_at)
    assert after.message_count == 2


def test_solving_and_reopening_goes_on_with_the_old_promise(
    database: Database, cast: Cast, case_id: str
) -> None:
    with database.write() as unit:
        before = get_case(unit, case_id)
        set_status(unit, before, "solved", by=actor_of(cast.ben))
        solved = settled(unit, case_id)
    with database.write() as unit:
        set_status(unit, solved, "open", by=actor_of(cast.ben))
        after = settled(unit, case_id)
        place = place_of(unit, after)
        seen = kinds(unit, case_id)
    assert solved.entered_at is None
    assert after.entered_at == before.entered_at
    assert after.due_at is not None
    assert before.due_at is not None
    assert after.due_at - before.due_at < timedelta(minutes=1)
    assert place is not None
    assert "case_reopened" in seen


def test_a_move_that_makes_no_sense_is_refused(
    database: Database, cast: Cast, case_id: str
) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        case = set_status(unit, get_case(unit, case_id), "closed", by=by)
        with pytest.raises(Conflict):
            set_status(unit, case, "solved", by=by)
        with pytest.raises(Invalid):
            set_status(unit, case, "nonsense", by=by)
        with pytest.raises(Conflict):
            snooze(unit, case, unit.now + timedelta(hours=1), by=by)


def test_need_is_declared_with_a_reason_only(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        case = get_case(unit, case_id)
        with pytest.raises(Invalid) as refused:
            set_severity(unit, case, "safety", by=actor_of(cast.ben), reason="  ")
    assert refused.value.code == "reason_needed"


def test_praise_leaves_the_line_and_a_question_comes_back_to_it(
    database: Database, cast: Cast, case_id: str
) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        case = set_kind(unit, get_case(unit, case_id), "praise", by=by)
        assert place_of(unit, case) is None
        case = set_kind(unit, case, "problem", by=by)
        assert place_of(unit, case) is not None


def test_doing_it_twice_is_one_event(database: Database, cast: Cast, case_id: str) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        for _ in range(2):
            assign(unit, get_case(unit, case_id), cast.bea.id, by=by)
            add_tag(unit, get_case(unit, case_id), "Late ", by=by)
            set_subject(unit, get_case(unit, case_id), "Parcel", by=by)
        seen = kinds(unit, case_id)
        tags = store.tags_of(unit, [case_id])
    assert [seen.count(k) for k in ("owner_changed", "tag_added", "subject_changed")] == [1, 1, 1]
    assert tags == {case_id: ["late"]}


def test_a_tag_comes_off(database: Database, cast: Cast, case_id: str) -> None:
    by = actor_of(cast.ben)
    with database.write() as unit:
        add_tag(unit, get_case(unit, case_id), "late", by=by)
        remove_tag(unit, get_case(unit, case_id), "Late", by=by)
        assert store.tags_of(unit, [case_id]) == {}


def test_an_agent_of_another_brand_cannot_own_it(
    database: Database, cast: Cast, case_id: str
) -> None:
    from fairline.people import store as people
    from fairline.people.setup import create_brand

    with database.write() as unit:
        other = create_brand(unit, name="Other")
        people.update_agent(unit, cast.bea.id, {"brand_ids": [other.id]})
        with pytest.raises(Invalid) as refused:
            assign(unit, get_case(unit, case_id), cast.bea.id, by=actor_of(cast.ada))
    assert refused.value.code == "wrong_brand"


def test_nobody_answers_past_something_unread(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        (first,) = store_messages.thread(unit, case_id)
        receive(unit, cast.mailbox_ref, said("Found it!", in_reply_to=("q@m",)))
        with pytest.raises(Conflict) as refused:
            reply(unit, case_id, cast.ben, "We look for it", after_message_id=first.id)
        assert refused.value.code == "something_new"
        note(unit, case_id, cast.bea, "I have it")
        last = store_messages.thread(unit, case_id)[1]
        reply(unit, case_id, cast.ben, "Good!", after_message_id=last.id)


def test_a_private_case_is_not_answered_in_public(
    database: Database, cast: Cast, case_id: str
) -> None:
    with database.write() as unit, pytest.raises(Invalid) as refused:
        reply(unit, case_id, cast.ben, "Hello world", visibility="public")
    assert refused.value.code == "case_is_private"


def test_a_mentioned_colleague_is_told(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        note(unit, case_id, cast.ben, "@[Bea] have you seen this? @[Nobody] @[Ben]")
        (nudge,) = store_messages.unread_nudges(unit, cast.bea.id)
        own = store_messages.unread_nudges(unit, cast.ben.id)
    assert (nudge["kind"], nudge["case_id"]) == ("mentioned", case_id)
    assert own == []


def test_sending_forgets_the_draft(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        save_draft(unit, case_id, cast.ben, "private", "It is on")
        save_draft(unit, case_id, cast.ben, "private", "It is on its way")
        (draft,) = store_messages.drafts_of(unit, case_id)
        reply(unit, case_id, cast.ben, "It is on its way")
        left = store_messages.drafts_of(unit, case_id)
    assert draft["text"] == "It is on its way"
    assert left == []


def test_a_changed_subject_is_found_at_once(database: Database, cast: Cast, case_id: str) -> None:
    with database.write() as unit:
        set_subject(unit, get_case(unit, case_id), "Verschollen", by=actor_of(cast.ben))
        found, _ = search(unit, "verscholl")
    assert [hit.case.id for hit in found] == [case_id]
