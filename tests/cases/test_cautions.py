"""Warn, hide, limit: slowed down on the board, never in the line (R32)."""

from datetime import timedelta

import pytest

from fairline.cases import cautions, changes, store
from fairline.cases.actions import actor_of, reply
from fairline.cases.editing import hide_case, hide_message, show_case, show_message
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.cases.store_events import of_case
from fairline.cases.store_messages import message_by_id
from fairline.channels import store_deliveries
from fairline.core.errors import Conflict, Invalid, NotFound, TooMany
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.store import standing
from tests.conftest import Cast, said


def asked(unit: Unit, cast: Cast, text: str = "Answer me you fools") -> Case:
    inbound = said(text, by=new_id(), channel="web", is_public=True)
    taken = receive(unit, cast.board_ref, inbound)
    unit.settle()
    return changes.get_case(unit, taken.case_id)


def kinds(unit: Unit, case: Case) -> list[str]:
    return [event.kind for event in of_case(unit, case.id)]


def test_a_warning_reaches_the_customer_and_moves_nothing(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = asked(unit, cast)
        before = standing(unit, case.id)
        message = cautions.warn(unit, case, cast.ben, reason="insults", text="Please be civil.")
        unit.settle()
        assert standing(unit, case.id) == before is not None
        after = changes.get_case(unit, case.id)
        assert (after.status, after.first_answered_at) == (case.status, None)
        deliveries = store_deliveries.of_messages(unit, [message.id])[message.id]
        assert [one.is_notice for one in deliveries] == [True]
        (kept,) = cautions.cautions_of(unit, case.contact_id)
        assert (kept.kind, kept.reason, kept.by_agent_id) == ("warning", "insults", cast.ben.id)
        assert "contact_warned" in kinds(unit, case)


def test_the_case_of_somebody_limited_and_hidden_keeps_its_place_and_is_solved(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        case = asked(unit, cast)
        before = standing(unit, case.id)
        cautions.limit(unit, case, cast.ben, reason="threats", days=7, cases_a_day=1)
        hide_case(unit, case.id, by=actor_of(cast.ben), reason="threats")
        unit.settle()
        assert standing(unit, case.id) == before is not None
        reply(unit, case.id, cast.ben, "Here is your answer.", status="solved")
        assert changes.get_case(unit, case.id).status == "solved"


def test_a_limit_says_until_when_and_ends_by_itself_or_by_being_taken_back(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        case = asked(unit, cast)
        caution = cautions.limit(unit, case, cast.ben, reason="spam", days=7, cases_a_day=1)
        until = unit.now + timedelta(days=7)
        with pytest.raises(TooMany, match=f"until {until.day} {until:%B}"):
            cautions.check_public(unit, case.contact_id)
        with pytest.raises(TooMany, match="as many new questions"):
            cautions.check_asking(unit, case.contact_id)
        cautions.check_public(unit, asked(unit, cast).contact_id)  # another person may
        unit.now += timedelta(days=2)
        cautions.check_asking(unit, case.contact_id)
        unit.now += timedelta(days=6)
        cautions.check_public(unit, case.contact_id)
        unit.now -= timedelta(days=8)
        cautions.lift(unit, caution, cast.ada)
        cautions.check_public(unit, case.contact_id)
        cautions.check_asking(unit, case.contact_id)
        assert {"contact_limited", "limit_lifted"} <= set(kinds(unit, case))
        with pytest.raises(Conflict):
            cautions.lift(unit, caution, cast.ada)
        with pytest.raises(NotFound):
            cautions.lift(unit, new_id(), cast.ada)


def test_mail_of_somebody_limited_still_becomes_cases_each_with_its_place(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        first = receive(unit, cast.mailbox_ref, said("You fools")).case_id
        case = changes.get_case(unit, first)
        cautions.limit(unit, case, cast.ben, reason="spam", days=7, cases_a_day=1)
        for text in ("My invoice is wrong", "And the lamp does not work"):
            taken = receive(unit, cast.mailbox_ref, said(text))
            unit.settle()
            assert taken.outcome == "new_case"
            assert standing(unit, taken.case_id) is not None


@pytest.mark.parametrize(
    ("days", "many", "reason"),
    [(0, 1, "spam"), (91, 1, "spam"), (7, 0, "spam"), (7, 21, "spam"), (7, 1, "  ")],
)
def test_nobody_is_shut_out_for_ever_or_without_a_reason(
    database: Database, cast: Cast, days: int, many: int, reason: str
) -> None:
    with database.write() as unit:
        case = asked(unit, cast)
        with pytest.raises(Invalid):
            cautions.limit(unit, case, cast.ben, reason=reason, days=days, cases_a_day=many)
        assert cautions.cautions_of(unit, case.contact_id) == []


def test_what_was_hidden_can_be_shown_again_with_its_words(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = asked(unit, cast, "You fools")
        message_id = next(e for e in of_case(unit, case.id) if e.kind == "message_received").data[
            "message_id"
        ]
        by = actor_of(cast.ben)
        hide_message(unit, message_id, by=by, reason="insult")
        assert store.case_by_id(unit, case.id).subject == "(hidden)"  # type: ignore[union-attr]
        show_message(unit, message_id, by=by)
        shown = message_by_id(unit, message_id)
        assert shown is not None
        assert shown.hidden_at is None
        hide_case(unit, case.id, by=by, reason="insult")
        again = show_case(unit, case.id, by=by)
        assert (again.hidden_at, again.subject) == (None, "You fools")
        assert {"message_shown", "case_hidden", "case_shown"} <= set(kinds(unit, case))
