"""Private words on a messenger name nothing that they answer: they go on in the case they are about."""

from datetime import timedelta

import msgspec
import pytest

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.addresses import leave_address
from fairline.cases.changes import get_case, set_status
from fairline.cases.inbound import InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels.capabilities import Capabilities
from fairline.db.engine import Database
from tests.conftest import Cast, said


@pytest.fixture
def talk(cast: Cast) -> InboxRef:
    return msgspec.structs.replace(cast.mailbox_ref, channel="chat", is_talk=True)


def heard(database: Database, talk: InboxRef, text: str, **more: object) -> tuple[str, str]:
    words = said(text, channel="chat", **more)  # type: ignore[arg-type]
    with database.write() as unit:
        taken = receive(unit, talk, words)
        return taken.outcome, taken.case_id


def test_three_lines_in_a_row_are_one_case(database: Database, talk: InboxRef) -> None:
    first, case_id = heard(database, talk, "Hello")
    second = heard(database, talk, "My parcel has not come")
    third = heard(database, talk, "It is number 17")
    assert (first, second, third) == ("new_case", ("joined", case_id), ("joined", case_id))


def test_somebody_else_has_a_talk_of_their_own(database: Database, talk: InboxRef) -> None:
    _, cleos = heard(database, talk, "Hello")
    outcome, dovs = heard(database, talk, "Hello", by="dov@mail.test", name="Dov")
    assert outcome == "new_case"
    assert dovs != cleos


def test_an_address_that_another_typed_leads_nobody_into_their_case(
    database: Database, talk: InboxRef
) -> None:
    _, dovs = heard(database, talk, "Call my friend", by="dov@mail.test", name="Dov")
    with database.write() as unit:
        case = get_case(unit, dovs)
        leave_address(unit, case, "chat", "cleo@mail.test", by=SYSTEM)
    outcome, cleos = heard(database, talk, "My parcel has not come")
    assert outcome == "new_case"
    assert cleos != dovs


def test_thanks_after_the_answer_comes_to_the_same_case(
    database: Database, cast: Cast, talk: InboxRef
) -> None:
    _, case_id = heard(database, talk, "My parcel has not come")
    with database.write() as unit:
        reply(unit, case_id, cast.ben, "It comes tomorrow.", status="solved")
    assert heard(database, talk, "It is not here yet") == ("reopened", case_id)


def test_what_was_solved_two_days_ago_is_another_matter(database: Database, talk: InboxRef) -> None:
    _, case_id = heard(database, talk, "My parcel has not come")
    with database.write() as unit:
        set_status(unit, get_case(unit, case_id), "solved", by=SYSTEM)
        store.update_case(unit, case_id, {"solved_at": unit.now - timedelta(days=2)})
    outcome, other = heard(database, talk, "Do you sell kites?")
    assert outcome == "new_case"
    assert other != case_id


def test_private_words_go_on_in_the_public_case_and_stay_private(
    database: Database, talk: InboxRef
) -> None:
    _, case_id = heard(database, talk, "@acme where is my parcel?", is_public=True)
    assert heard(database, talk, "My number is 17") == ("joined", case_id)
    with database.read() as unit:
        seen = [(m.text, m.visibility) for m in store_messages.thread(unit, case_id)]
    assert seen[1] == ("My number is 17", "private")


def test_a_second_public_post_is_a_second_case(database: Database, talk: InboxRef) -> None:
    _, case_id = heard(database, talk, "@acme where is my parcel?", is_public=True)
    outcome, other = heard(database, talk, "@acme do you sell kites?", is_public=True)
    assert outcome == "new_case"
    assert other != case_id


def test_mail_and_letters_are_no_talks() -> None:
    assert Capabilities(public=True, private=True).is_talk
    assert not Capabilities(public=False, private=True, html=True).is_talk
    assert not Capabilities(public=False, private=True, by_hand=True).is_talk
    assert not Capabilities(public=True, private=False).is_talk
