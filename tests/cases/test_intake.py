"""The door: idempotent, right case, strangers never glued together."""

from datetime import timedelta

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case, set_status
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.cases.search import search
from fairline.cases.store_sent import thread_of
from fairline.channels.store_deliveries import of_messages
from fairline.db.engine import Database
from fairline.line.claim import next_case
from fairline.line.place import place_of
from tests.conftest import Cast, said


def test_a_first_mail_opens_a_case_in_the_line(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said("Where is my parcel? It is late."))
    with database.read() as unit:
        case = get_case(unit, taken.case_id)
        place = place_of(unit, case)
    assert taken.outcome == "new_case"
    assert (case.status, case.subject) == ("new", "Where is my parcel?")
    assert case.due_at is not None
    assert place is not None
    assert place.position == 1


def test_the_same_mail_twice_is_one_message(database: Database, cast: Cast) -> None:
    mail = said(native_id="once@mail.test")
    with database.write() as unit:
        first = receive(unit, cast.mailbox_ref, mail)
    with database.write() as unit:
        second = receive(unit, cast.mailbox_ref, mail)
        thread = store_messages.thread(unit, first.case_id)
    assert (second.outcome, second.case_id) == ("duplicate", first.case_id)
    assert len(thread) == 1


def test_an_answer_to_our_mail_joins_its_case(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
    with database.write() as unit:
        reply(unit, taken.case_id, cast.ben, "It is on its way.")
    with database.write() as unit:
        ((_, native_id),) = thread_of(unit, taken.case_id)
        again = receive(unit, cast.mailbox_ref, said("Thanks!", in_reply_to=(native_id,)))
        case = get_case(unit, taken.case_id)
    assert (again.outcome, again.case_id) == ("joined", taken.case_id)
    assert case.status == "open"


def test_a_stranger_who_quotes_our_id_gets_a_case_of_their_own(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
        reply(unit, taken.case_id, cast.ben, "It is on its way.")
    with database.write() as unit:
        ((_, native_id),) = thread_of(unit, taken.case_id)
        dov = receive(
            unit, cast.mailbox_ref, said("Me too", by="dov@else.test", in_reply_to=(native_id,))
        )
        related = store.related_to(unit, dov.case_id)
    assert dov.outcome == "new_case"
    assert [(case.id, reason) for case, reason in related] == [(taken.case_id, "not_a_participant")]


def test_a_subject_alone_joins_nothing(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        one = receive(unit, cast.mailbox_ref, said(subject="Invoice 12"))
        two = receive(unit, cast.mailbox_ref, said(subject="Re: Invoice 12"))
    assert one.case_id != two.case_id


def test_a_reply_reopens_or_opens_a_linked_case_when_long_ended(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(native_id="first@mail.test"))
        set_status(unit, get_case(unit, taken.case_id), "solved", by=SYSTEM)
    with database.write() as unit:
        again = receive(unit, cast.mailbox_ref, said(in_reply_to=("first@mail.test",)))
        set_status(unit, get_case(unit, taken.case_id), "closed", by=SYSTEM)
    with database.write() as unit:
        late = receive(
            unit,
            cast.mailbox_ref,
            said(in_reply_to=("first@mail.test",)),
            reopen_within=timedelta(0),
        )
        related = store.related_to(unit, late.case_id)
    assert (again.outcome, again.case_id) == ("reopened", taken.case_id)
    assert late.outcome == "new_case"
    assert [reason for _, reason in related] == ["ended_long_ago"]


def test_search_finds_a_message_at_once_and_after_accents(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said("Das Paket ist in Zürich verschwunden"))
        found, _ = search(unit, "zurich versch")
        nothing, _ = search(unit, "zurich anderes")
    assert [hit.case.id for hit in found] == [taken.case_id]
    assert nothing == []


def test_a_reply_is_stored_with_its_delivery_and_leaves_the_line(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
    with database.write() as unit:
        claimed = next_case(unit, cast.ben)
        message = reply(unit, taken.case_id, cast.ben, "It is on its way.")
        case = get_case(unit, taken.case_id)
        deliveries = of_messages(unit, [message.id])[message.id]
        place = place_of(unit, case)
    assert claimed is not None
    assert claimed.owner_id == cast.ben.id
    assert [(d.state, d.recipient) for d in deliveries] == [("queued", "cleo@mail.test")]
    assert (case.status, place) == ("waiting", None)
