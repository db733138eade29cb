"""Going away and coming back: cases keep their place, and stay nobody's prisoner."""

from datetime import timedelta

import pytest

from fairline.cases import changes, leaving, store_events
from fairline.cases.actions import actor_of, reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.timeline import record
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import absence
from fairline.line.claim import next_case
from fairline.line.place import place_of
from fairline.people import sessions, store_duty
from tests.conftest import Cast, said
from tests.line.crew import go_unseen, leave, make_team, sit_down


def ask(database: Database, cast: Cast, by: str = "cleo@mail.test") -> str:
    with database.write() as unit:
        return receive(unit, cast.mailbox_ref, said(by=by)).case_id


def write_again(unit: Unit, cast: Cast, case_id: str) -> Case:
    case = changes.get_case(unit, case_id)
    receive(unit, cast.mailbox_ref, said("And now?", case_token=case.mail_token))
    unit.settle()
    return changes.get_case(unit, case_id)


def test_what_waits_for_somebody_who_left_returns_with_its_place(
    database: Database, cast: Cast
) -> None:
    first, second = ask(database, cast, "a@mail.test"), ask(database, cast, "b@mail.test")
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        place = place_of(unit, changes.get_case(unit, first))
    assert absence.sweep(database) == 0
    with database.write() as unit:
        leave(unit, cast.ben)
    assert absence.sweep(database) == 1
    with database.write() as unit:
        case = changes.get_case(unit, first)
        assert (case.owner_id, case.kept_for_id) == (None, cast.ben.id)
        assert place_of(unit, case) == place
        told = [e for e in store_events.of_case(unit, first) if e.kind == "owner_changed"]
        assert told[-1].data["reason"] == "went_away"
        taken = next_case(unit, cast.bea)
        assert taken is not None
        assert taken.id == first
        assert taken.kept_for_id is None
    assert absence.sweep(database) == 0
    assert second


def test_a_lunch_of_a_minute_changes_nothing(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        absence.say_presence(unit, cast.ben, "away")
    assert absence.sweep(database) == 0
    with database.write() as unit:
        assert write_again(unit, cast, case_id).owner_id == cast.ben.id


def test_back_in_time_they_get_it_back(database: Database, cast: Cast) -> None:
    ask(database, cast, "a@mail.test")
    kept = ask(database, cast, "b@mail.test")
    with database.write() as unit:
        sit_down(unit, cast.ben)
        first = next_case(unit, cast.ben)
        assert first is not None
        assert next_case(unit, cast.ben, but=first.id)
        leave(unit, cast.ben)
    assert absence.sweep(database) == 2
    with database.write() as unit:
        taken = next_case(unit, cast.bea)
        assert taken is not None
        absence.say_presence(unit, cast.ben, "busy")
        assert changes.get_case(unit, kept).owner_id == cast.ben.id
        assert changes.get_case(unit, taken.id).owner_id == cast.bea.id
        told = store_events.of_case(unit, kept)[-1]
        assert (told.kind, told.data["reason"]) == ("owner_changed", "came_back")


def test_who_shut_the_browser_comes_back_by_opening_it(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        go_unseen(unit, cast.ben)
    assert absence.sweep(database) == 1
    with database.write() as unit:
        sessions.start_session(unit, cast.ben.id)
    assert absence.sweep(database) == 1
    with database.read() as unit:
        assert changes.get_case(unit, case_id).owner_id == cast.ben.id


def test_it_is_not_given_back_to_who_may_not_have_it_any_more(
    database: Database, cast: Cast
) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        make_team(unit, cast.ben)
        vans = make_team(unit, cast.bea)
        assert next_case(unit, cast.ben)
        leave(unit, cast.ben)
    absence.sweep(database)
    with database.write() as unit:
        changes.set_team(unit, changes.get_case(unit, case_id), vans.id, by=SYSTEM)
    with database.write() as unit:
        absence.say_presence(unit, cast.ben, "online")
        case = changes.get_case(unit, case_id)
        assert (case.owner_id, case.kept_for_id) == (None, None)


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_follow_up_goes_to_its_owner_while_they_are_here(
    database: Database, cast: Cast, is_gone: bool
) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        reply(unit, case_id, cast.ben, "Have you looked under the mat?")
        if is_gone:
            leave(unit, cast.ben)
    assert absence.sweep(database) == 0, "a case that waits for its customer stays where it is"
    with database.write() as unit:
        case = write_again(unit, cast, case_id)
        assert case.owner_id == (None if is_gone else cast.ben.id)
        beas = next_case(unit, cast.bea)
    assert (beas is not None) is is_gone


def test_at_the_end_of_the_shift_it_is_the_same(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        soon = unit.now + timedelta(minutes=1)
        absence.say_presence(unit, cast.ben, "online", shift_ends_at=soon)
        known = store_duty.duty_of(unit, cast.ben.id)
        assert known is not None
    assert absence.sweep(database) == 0
    with database.write() as unit:
        earlier = unit.now - timedelta(minutes=9)
        store_duty.set_duty(unit, cast.ben.id, "online", earlier)
        leave_changed_at(unit, cast.ben.id, earlier)
    assert absence.sweep(database) == 1
    with database.read() as unit:
        assert changes.get_case(unit, case_id).owner_id is None


def leave_changed_at(unit: Unit, agent_id: str, moment: object) -> None:
    import sqlalchemy as sa

    from fairline.people.tables_duty import duties

    change = sa.update(duties).where(duties.c.agent_id == agent_id)
    unit.execute(change.values(changed_at=moment))


def test_of_who_never_was_at_a_desk_nothing_is_known(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        assert next_case(unit, cast.ben)
    assert absence.sweep(database) == 0
    with database.write() as unit:
        assert write_again(unit, cast, case_id).owner_id == cast.ben.id


def test_signing_in_is_coming_and_asking_for_a_case_too(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        sessions.start_session(unit, cast.ben.id)
        record(unit, "agent_signed_in", by=actor_of(cast.ben), data={"agent_id": cast.ben.id})
        known = store_duty.duty_of(unit, cast.ben.id)
        assert known is not None
        assert known.presence == "online"
        leave(unit, cast.ben)
        next_case(unit, cast.ben)
        known = store_duty.duty_of(unit, cast.ben.id)
        assert known is not None
        assert known.presence == "online"


def test_a_disabled_account_keeps_nothing(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        leaving.disable(unit, cast.ben.id, by=actor_of(cast.admin))
    with database.read() as unit:
        case = changes.get_case(unit, case_id)
        assert (case.owner_id, case.kept_for_id) == (None, None)
        assert place_of(unit, case) is not None


def test_ended_cases_are_kept_for_nobody(database: Database, cast: Cast) -> None:
    case_id = ask(database, cast)
    with database.write() as unit:
        sit_down(unit, cast.ben)
        assert next_case(unit, cast.ben)
        leave(unit, cast.ben)
    absence.sweep(database)
    with database.write() as unit:
        changes.set_status(unit, changes.get_case(unit, case_id), "solved", by=SYSTEM)
        assert changes.get_case(unit, case_id).kept_for_id is None
