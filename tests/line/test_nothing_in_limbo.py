"""Whatever happens in whatever order: each waiting case stands in the line, free or with somebody
who is here; nobody is handed more than they have room for; and no clock is touched by any of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fairline.cases import changes, needs
from fairline.cases.actions import actor_of, reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import absence, handing, store_queues
from fairline.line.claim import next_case
from fairline.line.queues import Matching, queues_for
from fairline.line.standing import is_waiting
from fairline.line.tables import line_places
from fairline.people import duty, store_duty
from fairline.people.staff import get_agent
from fairline.people.tables import Agent, Team
from tests.cases.test_held import check_held
from tests.conftest import Cast, said
from tests.line.crew import go_unseen, leave, make_team, sit_down, teach, with_capacity

crew = st.integers(0, 2)
which = st.integers(0, 30)


class RollBack(Exception):
    """Ends the one transaction a whole story runs in, so that the next begins from nothing."""


class InOneTransaction:
    """A database whose units all run inside one transaction that is never committed."""

    def __init__(self, real: Database, unit: Unit) -> None:
        self._real, self._unit = real, unit

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self._unit.savepoint():
            yield self._unit
            self._unit.settle()

    read = write


class Desk(RuleBasedStateMachine):
    """Three agents, a team that hands out, one that is asked, and one skill."""

    database: Database
    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.open = self.database.write()
        self.unit = self.open.__enter__()
        self.inside = InOneTransaction(self.database, self.unit)
        self.cases: list[str] = []
        self.asked = 0
        self.due: dict[str, tuple[datetime | None, datetime | None]] = {}
        with self.inside.write() as unit:
            ben = with_capacity(unit, self.cast.ben, 2)
            bea = with_capacity(unit, self.cast.bea, 1)
            self.crew: list[Agent] = [ben, bea, get_agent(unit, self.cast.ada.id)]
            push = make_team(unit, ben, bea, assigns="push", name="Push")
            pull = make_team(unit, bea, name="Pull")
            self.teams: list[Team | None] = [push, pull, None]
            (self.german,) = teach(unit, ben, "German")
            for agent in self.crew:
                sit_down(unit, agent)
        for german, team in ((False, 0), (True, 0), (False, 0), (False, 0), (False, 1), (True, 2)):
            self.ask(german, team)

    def teardown(self) -> None:
        self.open.__exit__(RollBack, RollBack(), None)

    def case(self, number: int) -> Case | None:
        return (
            changes.get_case(self.unit, self.cases[number % len(self.cases)])
            if self.cases
            else None
        )

    @rule(german=st.booleans(), team=st.integers(0, 2))
    def somebody_asks(self, german: bool, team: int) -> None:
        self.ask(german, team)

    def ask(self, german: bool, team: int) -> None:
        self.asked += 1
        with self.inside.write() as unit:
            mail = said(f"Question {self.asked}", by=f"c{self.asked}@mail.test")
            found = changes.get_case(unit, receive(unit, self.cast.mailbox_ref, mail).case_id)
            wanted = self.teams[team]
            changes.set_team(unit, found, wanted.id if wanted else None, by=SYSTEM)
            if german:
                found = changes.get_case(unit, found.id)
                needs.set_needs(unit, found, [self.german], by=SYSTEM)
        self.cases.append(found.id)
        self.due[found.id] = (found.due_at, found.entered_at)

    @rule(number=which)
    def the_customer_writes_again(self, number: int) -> None:
        case = self.case(number)
        if case and case.status != "closed":
            with self.inside.write() as unit:
                again = said("And now?", case_token=case.mail_token)
                receive(unit, self.cast.mailbox_ref, again)
            self.note(case.id)

    @rule(number=which, agent=crew, status=st.sampled_from(("waiting", "solved", "open")))
    def somebody_answers(self, number: int, agent: int, status: str) -> None:
        case = self.case(number)
        if case and not case.is_ended:
            with self.inside.write() as unit:
                reply(unit, case.id, self.crew[agent], "Here you are", status=status)
            self.note(case.id)

    @rule(agent=crew)
    def somebody_asks_for_a_case(self, agent: int) -> None:
        with self.inside.write() as unit:
            served = queues_for(unit, self.crew[agent])
            heads = store_queues.heads(unit, served)
            own = store_queues.claim_own(unit, self.crew[agent].id)
            first = min(
                [head for _, head in heads[:1]] + ([own] if own else []),
                default=None,
                key=lambda one: (one.due_at, one.entered_at, one.case_id),
            )
            case = next_case(unit, self.crew[agent])
            assert (case.id if case else None) == (first.case_id if first else None)

    @rule(number=which, team=st.integers(0, 2))
    def it_goes_to_another_team(self, number: int, team: int) -> None:
        case, wanted = self.case(number), self.teams[team]
        if case:
            with self.inside.write() as unit:
                by = actor_of(self.cast.ada)
                changes.set_team(unit, case, wanted.id if wanted else None, by=by)

    @rule(number=which, agent=crew)
    def it_is_given_to_somebody(self, number: int, agent: int) -> None:
        case = self.case(number)
        if case and not case.is_ended:
            with self.inside.write() as unit:
                changes.assign(unit, case, self.crew[agent].id, by=actor_of(self.cast.ada))

    @rule(agent=crew, presence=st.sampled_from(("online", "busy")))
    def somebody_comes(self, agent: int, presence: str) -> None:
        with self.inside.write() as unit:
            sit_down(unit, self.crew[agent], presence)

    @rule(agent=crew, shuts=st.booleans())
    def somebody_goes(self, agent: int, shuts: bool) -> None:
        with self.inside.write() as unit:
            (go_unseen if shuts else leave)(unit, self.crew[agent])

    @rule()
    def cases_are_handed_out(self) -> None:
        with self.inside.write() as unit:
            before = self.loads(unit)
            handing.hand_out(unit)
            for agent in self.crew:
                load = self.loads(unit).get(agent.id, 0)
                assert load <= max(agent.capacity, before.get(agent.id, 0), 1)
            self.nobody_with_room_is_left_idle(unit)

    def nobody_with_room_is_left_idle(self, unit: Unit) -> None:
        """After a turn no case of the push team waits for whom somebody online has room."""
        push = self.teams[0]
        assert push
        matching, loads = Matching(unit), self.loads(unit)
        duties = store_duty.all_duties(unit)
        free = [queue_id for queue_id, _ in store_queues.heads(unit, list(matching.queues))]
        for queue_id in free:
            queue = matching.queues[queue_id]
            for agent in self.crew[:2] if queue.team_id == push.id else []:
                online = duty.presence_at(duties[agent.id], unit.now) == "online"
                room = loads.get(agent.id, 0) < agent.capacity
                assert not (online and room and matching.may_take(agent, queue, None))

    def loads(self, unit: Unit) -> dict[str, int]:
        rows = unit.execute(
            sa.select(line_places.c.owner_id, sa.func.count().label("many"))
            .where(line_places.c.owner_id.is_not(None))
            .group_by(line_places.c.owner_id)
        )
        return {row.owner_id: row.many for row in rows}

    def note(self, case_id: str) -> None:
        case = changes.get_case(self.unit, case_id)
        self.due[case_id] = (case.due_at, case.entered_at)

    @invariant()
    def what_the_unit_knows_is_so(self) -> None:
        check_held(self.unit)

    @invariant()
    def every_waiting_case_stands_in_the_line(self) -> None:
        self.unit.settle()
        absence.sweep(self.inside)  # type: ignore[arg-type]
        self.unit.settle()
        rows = {row.case_id: row for row in self.unit.execute(sa.select(line_places))}
        duties = store_duty.all_duties(self.unit)
        queues = {one.id: one for one in store_queues.all_queues(self.unit)}
        for case_id in self.cases:
            case = changes.get_case(self.unit, case_id)
            assert is_waiting(case) is (case_id in rows)
            assert self.due[case_id] == (case.due_at, case.entered_at)
            if case_id not in rows:
                continue
            row = rows[case_id]
            assert row.owner_id == case.owner_id
            queue = queues[row.queue_id]
            assert (queue.brand_id, queue.team_id, queue.needs_id) == (
                case.brand_id,
                case.team_id,
                case.needs_id,
            )
            if case.owner_id:
                assert not duty.is_gone(duties[case.owner_id], self.unit.now)


def test_no_waiting_case_is_in_limbo(database: Database, cast: Cast) -> None:
    desk = type("ThisDesk", (Desk,), {"database": database, "cast": cast})
    run_state_machine_as_test(
        desk,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
