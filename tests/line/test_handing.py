"""Handing out: oldest promise first, to whoever is online, able and has room; never one to two."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from fairline.cases import changes, needs
from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.jobs import store as jobs
from fairline.line import handing, store_handing
from fairline.line.claim import next_case
from fairline.line.sharing import Hand, emptiest
from fairline.people import duty
from fairline.people.staff import create_agent
from tests.conftest import PASSWORD, Cast, said
from tests.line.crew import leave, make_team, sit_down, teach, with_capacity


def ask(database: Database, cast: Cast, team_id: str | None, count: int) -> list[str]:
    found = []
    for number in range(count):
        with database.write() as unit:
            mail = said(f"Question {number}", by=f"c{number}@mail.test")
            case_id = receive(unit, cast.mailbox_ref, mail).case_id
            changes.set_team(unit, changes.get_case(unit, case_id), team_id, by=SYSTEM)
            found.append(case_id)
    return found


def owners(database: Database, case_ids: list[str]) -> list[str | None]:
    with database.read() as unit:
        return [changes.get_case(unit, case_id).owner_id for case_id in case_ids]


def test_the_oldest_promise_goes_first_and_nobody_gets_more_than_fits(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben, cast.bea, assigns="push")
        with_capacity(unit, cast.ben, 2)
        with_capacity(unit, cast.bea, 1)
    asked = ask(database, cast, team.id, 5)
    assert handing.run(database) == 0, "nobody is there: they wait in line"
    assert owners(database, asked) == [None] * 5
    with database.write() as unit:
        sit_down(unit, cast.ben)
        sit_down(unit, cast.bea)
    assert handing.run(database) == 3
    got = owners(database, asked)
    assert got[3:] == [None, None]
    assert sorted(str(one) for one in got[:3]) == sorted([cast.ben.id] * 2 + [cast.bea.id])
    with database.write() as unit:
        reply(unit, asked[got.index(cast.bea.id)], cast.bea, "Done", status="solved")
    assert handing.run(database) == 1
    assert owners(database, asked)[3] == cast.bea.id
    assert handing.run(database) == 0


def test_only_online_members_of_teams_that_hand_out(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        push = make_team(unit, cast.ben, cast.bea, assigns="push")
        pull = make_team(unit, cast.ben, assigns="pull")
        sit_down(unit, cast.ben, "busy")
        sit_down(unit, cast.ada)
    asked = ask(database, cast, push.id, 1) + ask(database, cast, pull.id, 1)
    assert handing.run(database) == 0
    with database.write() as unit:
        sit_down(unit, cast.bea)
    assert handing.run(database) == 1
    assert owners(database, asked) == [cast.bea.id, None]


def test_skills_are_respected_and_a_stuck_head_holds_nobody_up(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben, cast.bea, assigns="push")
        (german,) = teach(unit, cast.ben, "German")
        sit_down(unit, cast.bea)
    first, second = ask(database, cast, team.id, 2)
    with database.write() as unit:
        needs.set_needs(unit, changes.get_case(unit, first), [german], by=SYSTEM)
    assert handing.run(database) == 1
    assert owners(database, [first, second]) == [None, cast.bea.id]
    with database.write() as unit:
        sit_down(unit, cast.ben)
    assert handing.run(database) == 1
    assert owners(database, [first]) == [cast.ben.id]


def test_weights_of_channels_fill_a_capacity(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben, assigns="push")
        with_capacity(unit, cast.ben, 5)
        duty.set_weight(unit, "email", 3)
        sit_down(unit, cast.ben)
    ask(database, cast, team.id, 3)
    assert handing.run(database) == 1
    with database.write() as unit:
        with_capacity(unit, cast.ben, 6)
    assert handing.run(database) == 1


def turns_asked_for(database: Database) -> int:
    """How many turns wait among the jobs, which are taken."""
    kinds = []
    with database.write() as unit:
        while job := jobs.claim(unit, "w"):
            kinds.append(job.kind)
    return kinds.count(handing.JOB)


def test_an_event_asks_for_a_turn_and_only_where_it_matters(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        push, pull = make_team(unit, cast.ben, assigns="push"), make_team(unit, cast.ben)
    ask(database, cast, pull.id, 1)
    assert turns_asked_for(database) == 0
    ask(database, cast, push.id, 2)
    assert turns_asked_for(database) == 1, "one turn is enough for both"


def test_sixteen_ask_while_cases_are_handed_out_and_none_goes_to_two(
    database: Database, cast: Cast
) -> None:
    """Every case is taken once, by pulling or pushing, and no capacity is exceeded by pushing."""
    with database.write() as unit:
        crew = [
            create_agent(
                unit, email=f"a{n}@acme.test", name=f"A{n}", role="agent", password=PASSWORD
            )
            for n in range(16)
        ]
        pushed = crew[:6]
        team = make_team(unit, *crew, assigns="push")
        for agent in crew:
            sit_down(unit, agent, "online" if agent in pushed else "busy")
            with_capacity(unit, agent, 3)
    asked = ask(database, cast, team.id, 48)
    errors: list[BaseException] = []
    pulled: list[str] = []
    lock = threading.Lock()

    def pull(number: int) -> None:
        last: str | None = None
        try:
            for _ in range(2):
                with database.write() as unit:
                    case = next_case(unit, crew[number], but=last)
                    if case is None:
                        return
                    last = case.id
                    with lock:
                        pulled.append(case.id)
        except BaseException as error:  # noqa: BLE001  a thread's error must reach the test
            errors.append(error)

    def push() -> None:
        try:
            for _ in range(3):
                handing.run(database)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=pull, args=(n,)) for n in range(6, 16)]
    threads += [threading.Thread(target=push) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(pulled) == len(set(pulled))
    with database.read() as unit:
        from fairline.cases import store_events

        for case_id in asked:
            given = [
                event.data["to"]
                for event in store_events.of_case(unit, case_id)
                if event.kind == "owner_changed"
            ]
            assert len(given) <= 1, "one winner"
        loads = store_handing.loads(unit, [agent.id for agent in pushed])
    assert {agent_id: many for agent_id, _, many in loads} == {one.id: 3 for one in pushed}


def test_who_went_away_is_given_nothing(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben, assigns="push")
        sit_down(unit, cast.ben)
        leave(unit, cast.ben)
    ask(database, cast, team.id, 1)
    assert handing.run(database) == 0


hands = st.lists(
    st.builds(
        Hand,
        agent_id=st.uuids().map(str),
        capacity=st.integers(1, 20),
        load=st.integers(0, 25),
    ),
    max_size=8,
)


@given(hands, st.integers(1, 5), st.uuids().map(str))
def test_the_emptiest_has_room_and_nobody_with_room_carries_less(
    several: list[Hand], weight: int, case_id: str
) -> None:
    chosen = emptiest(several, weight, case_id)
    room = [one for one in several if one.load == 0 or one.load + weight <= one.capacity]
    assert (chosen is None) is (not room)
    if chosen:
        assert chosen in room
        assert all(chosen.load / chosen.capacity <= one.load / one.capacity for one in room)


def test_among_equals_nobody_is_always_first() -> None:
    equals = [Hand(agent_id=name, capacity=10, load=0) for name in "abcd"]
    drawn = [emptiest(equals, 1, f"case-{number}") for number in range(400)]
    shares = {name: sum(1 for one in drawn if one and one.agent_id == name) for name in "abcd"}
    assert all(60 <= many <= 140 for many in shares.values()), shares
