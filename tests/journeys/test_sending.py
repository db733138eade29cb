"""Killed in the middle of sending: nothing lost, nothing sent twice by itself, states true."""

from functools import partial

from fairline.cases.actions import actor_of
from fairline.cases.rows import Case
from fairline.channels import repair
from fairline.channels.rows import Delivery
from tests.journeys.company import Company
from tests.journeys.conftest import StallingSmtp
from tests.journeys.mails import letter
from tests.journeys.server import SOON_S
from tests.mailserver import MailServer


def written(acme: Company, dovecot: MailServer, smtp: StallingSmtp) -> Case:
    """Cleo has written to the mailbox, and the worker goes on."""
    acme.serve_mailbox(dovecot=dovecot, smtp=smtp)
    dovecot.drop("support@acme.test", letter())
    acme.install.work()
    (case,) = acme.install.until(acme.all_cases, "Cleo's mail")
    return case


def killed_at(verb: str, acme: Company, smtp: StallingSmtp) -> None:
    """The worker reaches `verb` with the mail server, and dies there."""
    assert smtp.stalled.wait(SOON_S), f"{verb} was not reached: {smtp.heard}\n{acme.install.logs()}"
    acme.install.kill()
    smtp.released.set()
    acme.let_leases_run_out()


def is_sent(acme: Company, delivery: Delivery) -> bool:
    return acme.delivery(delivery.id).state == "sent"


def test_what_was_not_handed_over_is_sent_by_the_next_start(
    acme: Company, dovecot: MailServer, smtp: StallingSmtp
) -> None:
    case = written(acme, dovecot, smtp)
    for count, verb in enumerate(("MAIL", "RCPT", "DATA"), 1):
        # Given a mail server that stalls before it wants the mail; killed -9 at that moment,
        smtp.stall_at(verb)
        delivery = acme.answer(case, f"A new bulb is on its way ({verb}).")
        killed_at(verb, acme, smtp)
        present = acme.delivery(delivery.id)
        assert (present.state, present.handed_at) == ("sending", None)
        assert len(smtp.taken) == count - 1
        # when we start again, then it goes out, once.
        acme.install.work()
        acme.install.until(partial(is_sent, acme, delivery), f"the mail that stalled at {verb}")
        assert len(smtp.taken) == count
        assert smtp.taken[-1].recipients == ("cleo@example.test",)
        assert f"on its way ({verb})".encode() in smtp.taken[-1].payload


def test_what_may_have_gone_out_waits_for_a_person(
    acme: Company, dovecot: MailServer, smtp: StallingSmtp
) -> None:
    # Given a mail server that has the whole mail and has not said yes, and a kill -9 right there,
    case = written(acme, dovecot, smtp)
    smtp.stall_at("DOT")
    delivery = acme.answer(case, "A new bulb is on its way.")
    killed_at("DOT", acme, smtp)
    present = acme.delivery(delivery.id)
    assert (present.state, len(smtp.taken)) == ("sending", 1)
    assert present.handed_at
    # when we start again, and more mail goes out meanwhile,
    acme.install.work()
    acme.install.until(
        lambda: acme.delivery(delivery.id).state == "unknown", "the outcome to be called unknown"
    )
    later = acme.answer(case, "By the way: it is a warm white one.")
    acme.install.until(lambda: is_sent(acme, later), "the later mail")
    # then it was not sent a second time, and is put before the agents;
    assert [b"A new bulb" in mail.payload for mail in smtp.taken] == [True, False]
    with acme.install.office.database.write() as unit:
        (stuck,) = repair.stuck_list(unit)
        assert (stuck.delivery.id, stuck.reference) == (delivery.id, case.reference)
        assert "may have arrived" in stuck.delivery.error
        # Ben has asked Cleo, who has nothing: he tries again.
        repair.try_again(unit, delivery.id, by=actor_of(acme.ben))
    acme.install.until(lambda: is_sent(acme, delivery), "the second try")
    again = smtp.taken[2]
    # A second copy would be dropped by Cleo's mail program: it is the same mail by its number.
    numbers = [number_of(mail.payload) for mail in (smtp.taken[0], again)]
    assert numbers[0] == numbers[1]
    with acme.install.office.database.read() as unit:
        assert repair.stuck_list(unit) == []


def number_of(payload: bytes) -> bytes:
    (line,) = (one for one in payload.splitlines() if one.lower().startswith(b"message-id:"))
    return line
