"""What does not arrive goes another confirmed way by itself: once, to nobody else, never mixed up."""

from datetime import timedelta

import pytest

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.rows import Case, Message
from fairline.channels import store_deliveries
from fairline.channels.notices import send_notice
from fairline.channels.receipts import seen
from fairline.handoff.continuation.fallback import WAITS, turn
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from tests.handoff.continuation.square import Square


def know_mail(square: Square, address: str, *, proven: bool, whose: str = "cleo") -> str:
    """A mail address of somebody who posts."""
    contact_id = square.contact_of(whose)
    with square.office.database.write() as unit:
        one = resolve(unit, square.cast.brand.id, "email", address)
        values = {"contact_id": contact_id, "confirmed_at": unit.now if proven else None}
        store_contacts.update_identity(unit, one.id, values)
    return one.id


def answered(square: Square, case: Case, visibility: str = "private") -> Message:
    """Ben answers, and Plaza refuses it."""
    square.plaza.refuses = {"messages": 403, "posts": 403}
    with square.office.database.write() as unit:
        message = reply(unit, case.id, square.cast.ben, "It is found.", visibility=visibility)
    square.send()
    return message


def later(square: Square, message: Message, by: timedelta) -> None:
    """Let what happened to its deliveries be so long ago."""
    for one in square.deliveries(message):
        if one.failed_at:
            with square.office.database.write() as unit:
                store_deliveries.update(unit, one.id, {"failed_at": one.failed_at - by})


def looks(square: Square) -> int:
    done = turn(square.office.database, square.channels)
    square.send()
    return done


def test_a_dead_message_goes_by_the_proven_mail_once(square: Square) -> None:
    case = square.asked()
    know_mail(square, "typed@mail.test", proven=False)
    know_mail(square, "cleo@mail.test", proven=True)
    message = answered(square, case)

    assert looks(square) == 0, "an agent may look first"
    later(square, message, WAITS["dead"])
    assert looks(square) == 1
    assert looks(square) == 0

    (mail,) = square.loft.sent
    assert (mail.recipient, mail.is_public) == ("cleo@mail.test", False)
    assert mail.text == "It is found."
    states = {one.channel: one.state for one in square.deliveries(message)}
    assert states == {"plaza": "replaced", "email": "sent"}
    assert square.kinds(case).count("sent_another_way") == 1
    with square.office.database.read() as unit:
        nudges = store_messages.unread_nudges(unit, square.cast.ben.id)
    assert [one["kind"] for one in nudges] == ["sent_another_way"]


def test_an_address_that_is_only_claimed_is_never_used(square: Square) -> None:
    case = square.asked()
    know_mail(square, "typed@mail.test", proven=False)
    message = answered(square, case)
    later(square, message, WAITS["dead"])

    assert looks(square) == 0
    assert square.loft.sent == []
    assert square.kinds(case).count("no_other_way") == 1
    assert looks(square) == 0
    assert square.kinds(case).count("no_other_way") == 1, "said once"


def test_a_strangers_address_on_the_same_case_is_never_used(square: Square) -> None:
    case = square.asked()
    other = square.asked("Mine too", by="dov")
    wrong = know_mail(square, "dov@mail.test", proven=True, whose="dov")
    with square.office.database.write() as unit:
        store.add_participant(unit, case.id, wrong, "customer", confirmed=True)
    message = answered(square, case)
    # The mail to the stranger's own address is not the fallback's doing.
    assert other.contact_id != case.contact_id
    later(square, message, WAITS["dead"])
    square.loft.sent.clear()

    assert looks(square) == 0
    assert square.loft.sent == []


def test_what_was_public_is_not_said_in_private_instead(square: Square) -> None:
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    message = answered(square, case, visibility="public")
    later(square, message, WAITS["dead"])

    assert looks(square) == 0
    assert square.loft.sent == []
    assert "no_other_way" in square.kinds(case)


@pytest.mark.parametrize(("state", "wait"), WAITS.items())
def test_each_fate_has_its_time(square: Square, state: str, wait: timedelta) -> None:
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    message = answered(square, case)
    (one,) = square.deliveries(message)
    with square.office.database.write() as unit:
        store_deliveries.update(unit, one.id, {"state": state, "failed_at": unit.now})

    later(square, message, wait - timedelta(minutes=1))
    assert looks(square) == 0
    later(square, message, timedelta(minutes=1, seconds=1))
    assert looks(square) == 1


def test_what_another_address_got_is_not_sent_again(square: Square) -> None:
    case = square.asked()
    first = know_mail(square, "cleo@mail.test", proven=True)
    know_mail(square, "cleo@work.test", proven=True)
    with square.office.database.write() as unit:
        store.add_participant(unit, case.id, first, "customer", confirmed=True)
    message = answered(square, case)
    assert [mail.recipient for mail in square.loft.sent] == ["cleo@mail.test"]
    later(square, message, WAITS["dead"])

    assert looks(square) == 0
    assert len(square.loft.sent) == 1


def test_a_notice_is_for_one_reader_only(square: Square) -> None:
    """Its link or its digits would prove the wrong address."""
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    square.plaza.refuses = {"messages": 403}
    with square.office.database.write() as unit:
        (customer,) = store.participants_of(unit, case.id)
        message = send_notice(
            unit, case, customer.identity_id, "Digits", "[six digits]", channel="plaza"
        )
    square.send()
    later(square, message, WAITS["failed"])

    assert looks(square) == 0
    assert square.loft.sent == []


def test_old_news_is_left_alone(square: Square) -> None:
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    message = answered(square, case)
    later(square, message, timedelta(days=5))

    assert looks(square) == 0


def test_a_channel_that_was_taken_out_holds_nobody_up(square: Square) -> None:
    """Its messages are dead at once, and go by mail where an address is proven."""
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    square.channels._by_kind.pop("plaza")  # as after uninstalling its package
    with square.office.database.write() as unit:
        message = reply(unit, case.id, square.cast.ben, "It is found.")
    square.send()
    (dead,) = square.deliveries(message)
    assert (dead.state, "no channel" in dead.error) == ("dead", True)
    later(square, message, WAITS["dead"])

    assert looks(square) == 1
    assert [mail.recipient for mail in square.loft.sent] == ["cleo@mail.test"]


def test_what_was_read_on_the_thread_is_not_sent_again(square: Square) -> None:
    case = square.asked()
    know_mail(square, "cleo@mail.test", proven=True)
    with square.office.database.write() as unit:
        one = resolve(unit, square.cast.brand.id, "web", "her-browser")
        store_contacts.update_identity(unit, one.id, {"contact_id": case.contact_id})
        store.add_participant(unit, case.id, one.id, "customer", confirmed=True)
    message = answered(square, case)
    with square.office.database.write() as unit:
        seen(unit, case.id, one.id)
    later(square, message, WAITS["dead"])

    assert looks(square) == 0
    assert square.loft.sent == []
