"""The next case: in order, one winner, however many ask at once."""

import threading

from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import get_case, set_severity, set_team, snooze
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.line.claim import next_case
from fairline.line.lists import Filter, counts, page_of
from fairline.line.place import place_of
from fairline.people import store as people
from fairline.people.staff import create_agent
from tests.conftest import PASSWORD, Cast, said


def ask(database: Database, cast: Cast, count: int) -> list[str]:
    """So many different people ask, one after the other; case ids in order of arrival."""
    found = []
    for number in range(count):
        with database.write() as unit:
            mail = said(f"Question {number}", by=f"c{number}@mail.test")
            found.append(receive(unit, cast.mailbox_ref, mail).case_id)
    return found


def test_cases_are_taken_in_order_of_arrival(database: Database, cast: Cast) -> None:
    asked = ask(database, cast, 3)
    taken = []
    for agent in (cast.ben, cast.bea, cast.ada):
        with database.write() as unit:
            case = next_case(unit, agent)
            assert case is not None
            taken.append(case.id)
    assert taken == asked


def test_a_graver_need_goes_first_and_says_why(database: Database, cast: Cast) -> None:
    first, second = ask(database, cast, 2)
    with database.write() as unit:
        by = actor_of(cast.ben)
        set_severity(unit, get_case(unit, second), "safety", by=by, reason="telecare alarm")
        case = next_case(unit, cast.bea)
        place = place_of(unit, get_case(unit, first))
    assert case is not None
    assert case.id == second
    assert place is not None
    assert place.position == 2


def test_many_agents_at_once_get_a_case_each(database: Database, cast: Cast) -> None:
    asked = ask(database, cast, 24)
    taken: list[str] = []
    with database.write() as unit:
        crew = [
            create_agent(
                unit, email=f"a{n}@acme.test", name=f"A{n}", role="agent", password=PASSWORD
            )
            for n in range(8)
        ]

    def work(number: int) -> None:
        last: str | None = None
        for _ in range(3):
            with database.write() as unit:
                case = next_case(unit, crew[number], but=last)
                assert case is not None
                reply(unit, case.id, crew[number], "Done", status="solved")
                last = case.id
                taken.append(case.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(asked)


def test_an_agent_of_a_team_is_given_its_cases_and_those_of_nobody(
    database: Database, cast: Cast
) -> None:
    first, second, third = ask(database, cast, 3)
    with database.write() as unit:
        for team, name in (("1", "Billing"), ("2", "Vans")):
            team_id = f"00000000-0000-7000-8000-00000000000{team}"
            people.insert_team(
                unit, {"id": team_id, "name": name, "purpose": "", "created_at": unit.now}
            )
        billing, vans = (t.id for t in people.all_teams(unit))
        people.set_members(unit, vans, [cast.ben.id])
        set_team(unit, get_case(unit, first), billing, by=SYSTEM)
        set_team(unit, get_case(unit, second), vans, by=SYSTEM)
    with database.write() as unit:
        bens = next_case(unit, cast.ben)
        bens_next = next_case(unit, cast.ben, but=second)
    assert bens is not None
    assert bens_next is not None
    assert (bens.id, bens_next.id) == (second, third)


def test_nothing_waits(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        assert next_case(unit, cast.ben) is None


def test_what_is_put_aside_leaves_the_line_and_comes_back_with_its_place(
    database: Database, cast: Cast
) -> None:
    from datetime import timedelta

    from fairline.cases import upkeep

    first, second = ask(database, cast, 2)
    with database.write() as unit:
        soon = unit.now + timedelta(milliseconds=50)
        snooze(unit, get_case(unit, first), soon, by=actor_of(cast.ben))
        case = next_case(unit, cast.bea)
        assert case is not None
        assert case.id == second
        assert place_of(unit, get_case(unit, first)) is None
    while upkeep.wake_due(database) == 0:
        pass
    with database.read() as unit:
        place = place_of(unit, get_case(unit, first))
    assert place is not None
    assert place.position == 1


def test_pages_of_the_line_hold_each_case_once(database: Database, cast: Cast) -> None:
    asked = ask(database, cast, 7)
    seen: list[str] = []
    after = ""
    with database.read() as unit:
        while True:
            page = page_of(unit, Filter(waiting=True), cast.ben, after=after, limit=3)
            seen += [case.id for case in page.cases]
            after = page.after
            if not after:
                break
        many = counts(
            unit, {"all": Filter(waiting=True), "mine": Filter(waiting=True, owner="me")}, cast.ben
        )
        recent = page_of(unit, Filter(status="new"), cast.ben)
    assert seen == asked
    assert many == {"all": 7, "mine": 0}
    assert [case.id for case in recent.cases] == asked[::-1]
