"""The mailbox goes away and comes back, and we are killed while fetching from it."""

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


def test_killed_again_and_again_while_fetching(acme: Company, dovecot: MailServer) -> None:
    # Given 400 mails in a mailbox,
    acme.serve_mailbox(dovecot=dovecot)
    mails = numbered(400)
    for _, payload in mails:
        dovecot.drop(ADDRESS, payload)

    # when the server is killed while it fetches them,
    acme.install.serve()
    acme.install.until(lambda: acme.stored() >= 25, "the first mails")
    acme.install.kill()
    assert acme.stored() < len(mails), "they went in too fast for this test: it needs more of them"
    acme.let_leases_run_out()
    # then the one process that works inside it, which is started anew by the one around it,
    running = acme.install.serve()
    acme.install.until(lambda: len(acme.subjects()) >= 150, "more mails")
    running.kill_inner()
    acme.let_leases_run_out()
    # and once more all of it, while it understands them,
    acme.install.until(lambda: len(acme.subjects()) >= 250, "the server to recover")
    acme.install.kill()
    assert len(acme.subjects()) < len(mails)
    acme.let_leases_run_out()

    # then the next start finishes, and no mail is missing and none is there twice.
    acme.install.serve()
    acme.install.until(lambda: len(acme.subjects()) >= len(mails), "all mails", within_s=120)
    acme.install.until(lambda: not acme.outcomes()[""], "all mails to be understood")
    assert acme.subjects() == [subject for subject, _ in mails]
    assert len(acme.all_messages()) == len(mails)
    assert acme.stored() == len(mails)
