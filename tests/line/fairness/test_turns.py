"""Each turn is written down with how many stood before it and could have been served."""

import threading

import sqlalchemy as sa

from fairline.cases import actions, changes
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.override import bring_forward
from fairline.cases.rows import SYSTEM
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.line.claim import next_case
from fairline.line.fairness.tables import served_turns
from fairline.people import store as people
from tests.conftest import Cast, said

Turn = tuple[str, str, int, bool]


def ask(database: Database, cast: Cast, count: int) -> list[str]:
    found = []
    for number in range(count):
        with database.write() as unit:
            mail = said(f"Question {number}", by=f"c{number}@mail.test")
            found.append(receive(unit, cast.mailbox_ref, mail).case_id)
    return found


def turns(database: Database, case_id: str) -> list[Turn]:
    """What, how, how many ahead, public or not; in order."""
    c = served_turns.c
    query = sa.select(c.what, c.how, c.ahead, c.is_public).where(c.case_id == case_id)
    with database.read() as unit:
        return [tuple(row) for row in unit.execute(query.order_by(c.id))]


def test_next_case_passes_over_nobody(database: Database, cast: Cast) -> None:
    asked = ask(database, cast, 3)
    for agent in (cast.ben, cast.bea, cast.ada):
        with database.write() as unit:
            next_case(unit, agent)

    assert [turns(database, one) for one in asked] == [[("taken", "next", 0, False)]] * 3


def test_who_is_picked_by_hand_is_counted_with_those_passed_over(
    database: Database, cast: Cast
) -> None:
    first, second, third = ask(database, cast, 3)
    with database.write() as unit:
        changes.assign(unit, get_case(unit, third), cast.ben.id, by=actor_of(cast.ben))
    with database.write() as unit:
        changes.assign(unit, get_case(unit, second), cast.ben.id, by=actor_of(cast.ada))
    with database.write() as unit:
        changes.assign(unit, get_case(unit, first), cast.ben.id, by=actor_of(cast.ben))

    assert turns(database, third) == [("taken", "picked", 2, False)]
    assert turns(database, second) == [("taken", "given", 1, False)]
    assert turns(database, first) == [("taken", "picked", 0, False)]


def test_an_answer_is_counted_against_the_agents_own_cases(database: Database, cast: Cast) -> None:
    first, second, free = ask(database, cast, 3)
    for mine in (first, second):
        with database.write() as unit:
            changes.assign(unit, get_case(unit, mine), cast.ben.id, by=actor_of(cast.ben))
    with database.write() as unit:
        actions.reply(unit, second, cast.ben, "Done", status="solved")
    with database.write() as unit:
        actions.reply(unit, free, cast.bea, "Done", status="solved")

    assert turns(database, second)[-1] == ("answered", "picked", 1, False)
    assert turns(database, free) == [
        ("taken", "picked", 0, False),
        ("answered", "picked", 0, False),
    ]


def test_cases_of_another_team_were_not_passed_over(database: Database, cast: Cast) -> None:
    other, mine = ask(database, cast, 2)
    with database.write() as unit:
        team = {"id": new_id(), "name": "Billing", "purpose": "", "created_at": unit.now}
        people.insert_team(unit, team)
        changes.set_team(unit, get_case(unit, other), str(team["id"]), by=SYSTEM)
    with database.write() as unit:
        changes.assign(unit, get_case(unit, mine), cast.ben.id, by=actor_of(cast.ben))

    assert turns(database, mine) == [("taken", "picked", 0, False)]


def test_a_case_brought_forward_is_counted_from_where_its_promise_puts_it(
    database: Database, cast: Cast
) -> None:
    first, second, third = ask(database, cast, 3)
    with database.write() as unit:
        bring_forward(unit, get_case(unit, third), cast.ada, "Her heating is off")
    with database.write() as unit:
        taken = next_case(unit, cast.ben)
        assert taken
        assert taken.id == third
    with database.write() as unit:
        next_case(unit, cast.bea)

    assert turns(database, third) == [("taken", "forward", 2, False)]
    assert turns(database, first) == [("taken", "next", 0, False)]
    assert turns(database, second) == []


def test_what_nobody_waits_for_has_no_turn(database: Database, cast: Cast) -> None:
    (case_id,) = ask(database, cast, 1)
    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "Done", status="solved")
    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "And another thing", status=None)
        changes.assign(unit, get_case(unit, case_id), None, by=actor_of(cast.ben))
        changes.assign(unit, get_case(unit, case_id), cast.bea.id, by=actor_of(cast.bea))

    assert [turn[0] for turn in turns(database, case_id)] == ["taken", "answered"]


def test_handing_over_is_no_new_turn(database: Database, cast: Cast) -> None:
    (case_id,) = ask(database, cast, 1)
    with database.write() as unit:
        next_case(unit, cast.ben)
    with database.write() as unit:
        changes.assign(unit, get_case(unit, case_id), cast.bea.id, by=actor_of(cast.ben))

    assert turns(database, case_id) == [("taken", "next", 0, False)]


def test_a_case_that_another_is_taking_right_now_was_not_passed_over(
    database: Database, cast: Cast
) -> None:
    """On PostgreSQL two claims overlap: the second sees the first's case as free still."""
    first, second = ask(database, cast, 2)
    claimed, done = threading.Event(), threading.Event()

    def ben() -> None:
        with database.write() as unit:
            next_case(unit, cast.ben)
            claimed.set()
            if not database.is_sqlite:
                done.wait(10)

    thread = threading.Thread(target=ben)
    thread.start()
    assert claimed.wait(10)
    with database.write() as unit:
        case = next_case(unit, cast.bea)
        assert case
        assert case.id == second
    done.set()
    thread.join()

    assert turns(database, second) == [("taken", "next", 0, False)]
    assert turns(database, first) == [("taken", "next", 0, False)]
