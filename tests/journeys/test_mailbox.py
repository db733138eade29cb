"""The mailbox goes away and comes back, and we are killed while fetching from it."""

from functools import partial

from tests.journeys.company import Company
from tests.journeys.mails import MALFORMED, letter, numbered
from tests.mailserver import MailServer

ADDRESS = "support@acme.test"


def test_500_mails_pile_up_while_the_mailbox_is_cut_off(acme: Company, dovecot: MailServer) -> None:
    # Given a mailbox that is followed,
    inbox = acme.serve_mailbox(dovecot=dovecot)
    acme.install.serve()
    dovecot.drop(ADDRESS, letter("Before"))
    acme.install.until(lambda: acme.subjects() == ["Before"], "the first mail")

    # when it is cut off, the inbox shows it,
    dovecot.kill()
    error = acme.install.until(lambda: acme.inbox(inbox).error, "the inbox to show its error")
    assert dovecot.host in error
    assert acme.inbox(inbox).error_since
    # and 500 mails come meanwhile, one of them no mail at all,
    mails = numbered(499)
    for number, (_, payload) in enumerate(mails):
        if number == 250:
            dovecot.drop(ADDRESS, MALFORMED)
        dovecot.drop(ADDRESS, payload)
    dovecot.start()

    # then each of them is a case, in order, once; the odd one stopped nothing; the error is gone.
    def all_taken() -> bool:
        outcomes = acme.outcomes()
        return outcomes.total() == 501 and not outcomes[""]

    acme.install.until(all_taken, "501 mails to be taken", within_s=120)
    wanted = ["Before", *(subject for subject, _ in mails)]
    assert [s for s in acme.subjects() if s in set(wanted)] == wanted
    outcomes = acme.outcomes()
    assert outcomes["new_case"] + outcomes["set_aside"] == 501
    assert outcomes["set_aside"] <= 1
    assert acme.inbox(inbox).error == ""
    assert acme.inbox(inbox).error_since is None


def test_killed_many_times_while_fetching(acme: Company, dovecot: MailServer) -> None:
    # Given 300 mails in a mailbox,
    acme.serve_mailbox(dovecot=dovecot)
    mails = numbered(300)
    for _, payload in mails:
        dovecot.drop(ADDRESS, payload)

    # when the server is killed again and again in the middle of them, at fetching or understanding,
    kills = 0
    for number in (1, 100, 200):
        running = acme.install.serve()
        acme.install.until(partial(has_come_to, acme, number), f"{number} mails")
        if number == 100:
            # Only what works inside dies: it is started anew by the one that looks after it.
            running.kill_inner()
            acme.let_leases_run_out()
            acme.install.until(partial(has_come_to, acme, 130), "the server to recover")
        acme.install.kill()
        acme.let_leases_run_out()
        kills += len(acme.subjects()) < len(mails)
    assert kills >= 2, "the mails went in too fast for this test: it needs more of them"

    # then the next start finishes, and no mail is missing and none is there twice.
    acme.install.serve()
    acme.install.until(lambda: len(acme.subjects()) >= len(mails), "all mails", within_s=120)
    acme.install.until(lambda: not acme.outcomes()[""], "all mails to be understood")
    assert acme.subjects() == [subject for subject, _ in mails]
    assert len(acme.all_messages()) == len(mails)
    assert acme.stored() == len(mails)


def has_come_to(acme: Company, number: int) -> bool:
    """Fetching or understanding is in the middle of it."""
    return len(acme.subjects()) >= number
