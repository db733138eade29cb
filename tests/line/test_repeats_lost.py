"""Nothing is lost among repeats, whatever happens in whatever order (R27).

Each case that waits for us stands in the line itself or is led by one that does; a leader is never
a repeat; a set of rules drawn at random does to them what customers and agents do.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fairline.cases import actions, changes
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import answering, joining, store_repeats
from fairline.line.claim import next_case
from fairline.line.standing import is_waiting
from fairline.line.store import standing
from tests.conftest import Cast, said

TEXTS = ("My parcel 4711 has not come", "My parcel 4712 has not come", "Any news?")
STATUSES = ("open", "waiting", "on_hold", "solved", "closed")
NUMBER = st.integers(0, 30)


class Repeats(RuleBasedStateMachine):
    """One customer who asks again and again, and two agents."""

    database: Database
    cast: Cast

    @initialize()
    def begin(self) -> None:
        self.cases: list[str] = []
        self.who = f"cleo{new_id()}@mail.test"
        for hours in (5, 3, 1):
            self.ask(TEXTS[0], verified=True, hours=hours)

    @rule(
        text=st.sampled_from(TEXTS),
        verified=st.sampled_from((True, True, False)),
        hours=st.integers(0, 50),
    )
    def ask(self, text: str, verified: bool, hours: int) -> None:
        author = Author(channel="email", address=self.who, name="Cleo", verified=verified)
        with self.database.write() as unit:
            at = unit.now - timedelta(hours=hours)
            inbound = said(text, author=author)
            self.cases.append(receive(unit, self.cast.mailbox_ref, inbound, arrived_at=at).case_id)

    @rule(number=NUMBER)
    def write_again(self, number: int) -> None:
        author = Author(channel="email", address=self.who, name="Cleo", verified=True)
        if case_id := self._one(number):
            with self.database.write() as unit:
                inbound = said("And another thing", author=author)
                receive(unit, self.cast.mailbox_ref, inbound, joins=case_id)

    @rule(number=NUMBER, status=st.sampled_from(("waiting", "solved", "open")), all_=st.booleans())
    def answer(self, number: int, status: str, all_: bool) -> None:
        def answer_it(unit: Unit, case: Case) -> None:
            answer = actions.reply(unit, case.id, self.cast.ben, "It comes", status=status)
            repeats = store_repeats.repeats_of(unit, case.id) if all_ else []
            seen = [f"{one.id}.{one.message_count}" for one in repeats if not one.is_ended]
            answering.answer_repeats(unit, answer, self.cast.ben, seen, status=status)

        self._do(number, answer_it)

    @rule(number=NUMBER, status=st.sampled_from(STATUSES))
    def set_status(self, number: int, status: str) -> None:
        self._do(number, lambda unit, case: changes.set_status(unit, case, status, by=self.by))

    @rule(number=NUMBER, kind=st.sampled_from(("question", "vent")))
    def set_kind(self, number: int, kind: str) -> None:
        self._do(number, lambda unit, case: changes.set_kind(unit, case, kind, by=self.by))

    @rule(number=NUMBER, taken=st.booleans())
    def assign(self, number: int, taken: bool) -> None:
        owner = self.cast.bea.id if taken else None
        self._do(number, lambda unit, case: changes.assign(unit, case, owner, by=self.by))

    @rule(number=NUMBER)
    def put_aside(self, number: int) -> None:
        self._do(
            number,
            lambda unit, case: changes.snooze(unit, case, unit.now + timedelta(days=2), by=self.by),
        )

    @rule(number=NUMBER)
    def wake(self, number: int) -> None:
        self._do(number, lambda unit, case: changes.wake(unit, case, by=self.by, reason="agent"))

    @rule(number=NUMBER)
    def split(self, number: int) -> None:
        self._do(number, lambda unit, case: joining.split(unit, case, by=self.by))

    @rule(number=NUMBER, other=NUMBER)
    def join(self, number: int, other: int) -> None:
        with_id = self._one(other)
        if with_id:
            self._do(
                number,
                lambda unit, case: joining.join(
                    unit, case, changes.get_case(unit, with_id), by=self.by
                ),
            )

    @rule()
    def take_next(self) -> None:
        with self.database.write() as unit:
            next_case(unit, self.cast.ben)

    @invariant()
    def nobody_is_lost(self) -> None:
        if not getattr(self, "cases", None):
            return
        with self.database.read() as unit:
            found = [changes.get_case(unit, case_id) for case_id in self.cases]
            by_id = {case.id: case for case in found}
            for case in found:
                place = standing(unit, case.id)
                leader = by_id.get(case.repeat_of_id or "")
                assert leader is None or leader.repeat_of_id is None, "a chain"
                assert (place is not None) == (is_waiting(case) and leader is None)
                if is_waiting(case) and leader:
                    held = standing(unit, leader.id)
                    assert held is not None, "led by nobody in the line"
                    assert case.entered_at is not None
                    assert case.due_at is not None
                    assert held.entered_at <= case.entered_at
                    assert held.due_at <= case.due_at

    @property
    def by(self) -> Actor:
        return actions.actor_of(self.cast.ben)

    def _one(self, number: int) -> str | None:
        return self.cases[number % len(self.cases)] if self.cases else None

    def _do(self, number: int, change: Callable[[Unit, Case], object]) -> None:
        """Do it; what the record refuses is refused whole."""
        case_id = self._one(number)
        if case_id is None:
            return
        with suppress(Conflict, Invalid), self.database.write() as unit:
            change(unit, changes.get_case(unit, case_id, lock=True))


def test_each_waiting_case_is_in_the_line_or_led_by_one_that_is(
    database: Database, cast: Cast
) -> None:
    class Here(Repeats):
        pass

    Here.database, Here.cast = database, cast
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to shrink takes minutes, and the rules read well as drawn
        ),
    )
