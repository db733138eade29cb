"""A supervisor's own hand in the order: with the role, with a reason, on the record, bounded."""

from datetime import timedelta

import pytest

from fairline.cases import changes, override, store_events
from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.core.errors import Conflict, Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.line.lists import Filter, page_of
from fairline.line.place import place_of
from fairline.people.tables import Agent
from tests.conftest import Cast, said


@pytest.fixture
def line(database: Database, cast: Cast) -> list[str]:
    """Ids of four who came one after another, long ago to just now; the first two are overdue."""
    ids = []
    with database.write() as unit:
        for number, days in enumerate((30, 20, 0, 0)):
            at = unit.now - timedelta(days=days, microseconds=9 - number)
            mail = said(f"Question {number}", by=f"c{number}@mail.test")
            ids.append(receive(unit, cast.mailbox_ref, mail, arrived_at=at).case_id)
    return ids


def order(database: Database, agent: Agent, limit: int = 40) -> list[str]:
    with database.read() as unit:
        found, after = [], ""
        while True:
            page = page_of(unit, Filter(waiting=True), agent, after=after, limit=limit)
            found += [case.id for case in page.cases]
            after = page.after
            if not after:
                return found


def do(database: Database, verb: str, case_id: str, agent: Agent, reason: str) -> Case:
    with database.write() as unit:
        case = changes.get_case(unit, case_id, lock=True)
        act = override.bring_forward if verb == "bring_forward" else override.put_back
        return act(unit, case, agent, reason)


def test_it_goes_before_what_is_not_due_and_behind_what_is(
    database: Database, cast: Cast, line: list[str]
) -> None:
    assert order(database, cast.ada) == line

    do(database, "bring_forward", line[3], cast.ada, "Her flight leaves in an hour")

    assert order(database, cast.ada) == [line[0], line[1], line[3], line[2]]
    assert order(database, cast.ada, limit=1) == [line[0], line[1], line[3], line[2]], "paged too"

    do(database, "put_back", line[3], cast.ada, "She has gone")

    assert order(database, cast.ada) == line


def test_the_customer_is_told_the_promise_and_not_the_place_it_was_given(
    database: Database, cast: Cast, line: list[str]
) -> None:
    case = do(database, "bring_forward", line[3], cast.ada, "Her flight leaves")
    with database.read() as unit:
        place = place_of(unit, case)
    assert place
    assert place.ahead == 2
    assert place.due_at == case.due_at


def test_it_never_puts_a_case_behind_its_own_promise(
    database: Database, cast: Cast, line: list[str]
) -> None:
    do(database, "bring_forward", line[0], cast.ada, "It is first already")
    assert order(database, cast.ada) == line


@pytest.mark.parametrize("verb", ["bring_forward", "put_back"])
@pytest.mark.parametrize("reason", ["", "   \n\t"])
def test_it_needs_a_reason(
    database: Database, cast: Cast, line: list[str], verb: str, reason: str
) -> None:
    do(database, "bring_forward", line[2], cast.ada, "so that it can be put back")
    before = order(database, cast.ada)
    with pytest.raises(Invalid) as refused:
        do(database, verb, line[3 if verb == "bring_forward" else 2], cast.ada, reason)
    assert refused.value.code == "reason_needed"
    assert order(database, cast.ada) == before


@pytest.mark.parametrize("verb", ["bring_forward", "put_back"])
def test_it_is_for_supervisors(database: Database, cast: Cast, line: list[str], verb: str) -> None:
    do(database, "bring_forward", line[2], cast.ada, "so that it can be put back")
    before = order(database, cast.ada)
    with pytest.raises(NotAllowed):
        do(database, verb, line[3 if verb == "bring_forward" else 2], cast.ben, "please")
    assert order(database, cast.ada) == before
    assert do(database, "bring_forward", line[3], cast.admin, "an administrator may").is_forward


def test_it_is_on_the_record_once(database: Database, cast: Cast, line: list[str]) -> None:
    do(database, "bring_forward", line[3], cast.ada, "Her  flight\nleaves")
    do(database, "bring_forward", line[3], cast.ada, "again")
    do(database, "put_back", line[3], cast.ada, "She has gone")
    do(database, "put_back", line[3], cast.ada, "again")
    with database.read() as unit:
        events = store_events.of_case(unit, line[3])
    found = [
        (e.kind, e.actor_id, e.data) for e in events if e.kind in {"brought_forward", "put_back"}
    ]
    assert found == [
        ("brought_forward", cast.ada.id, {"reason": "Her flight leaves"}),
        ("put_back", cast.ada.id, {"reason": "She has gone"}),
    ]


def test_it_holds_for_this_wait_only(database: Database, cast: Cast, line: list[str]) -> None:
    # Given a case that was brought forward and answered,
    do(database, "bring_forward", line[3], cast.ada, "Her flight leaves")
    with database.write() as unit:
        reply(unit, line[3], cast.ben, "Here is your ticket.", status=None)
    assert line[3] not in order(database, cast.ada)
    with pytest.raises(Conflict):
        do(database, "bring_forward", line[3], cast.ada, "nobody waits")
    # when she writes again,
    with database.write() as unit:
        case = changes.get_case(unit, line[3])
        again = said("And the seat?", by="c3@mail.test", case_token=case.mail_token)
        assert receive(unit, cast.mailbox_ref, again).case_id == line[3]
    # then she waits her turn like anybody.
    assert order(database, cast.ada) == [line[0], line[1], line[2], line[3]]
    with database.read() as unit:
        assert not changes.get_case(unit, line[3]).is_forward
