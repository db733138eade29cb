"""The place follows from the clocks, in whatever order a unit of work named them."""

import pytest

from fairline.cases import actions, changes
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.db.engine import Database
from fairline.line.place import place_of
from tests.conftest import Cast, said


def test_an_answer_takes_a_case_that_nobody_had_out_of_the_line(
    database: Database, cast: Cast
) -> None:
    """The owner is named first, the answer after: its place must not be taken from old clocks."""
    with database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said()).case_id

    with database.write() as unit:
        actions.reply(unit, case_id, cast.ben, "On its way.", status=None)

    with database.read() as unit:
        assert place_of(unit, changes.get_case(unit, case_id)) is None


@pytest.mark.parametrize("kind", ["praise", "vent"])
def test_what_is_found_to_be_no_question_leaves_at_once(
    database: Database, cast: Cast, kind: str
) -> None:
    with database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said("Thank you, Ben!")).case_id
        changes.set_kind(unit, changes.get_case(unit, case_id), kind, by=SYSTEM)

    with database.read() as unit:
        assert place_of(unit, changes.get_case(unit, case_id)) is None
