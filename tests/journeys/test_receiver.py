"""Mail handed over to Fairline itself: by SMTP from outside, by LMTP from the company's server."""

import email
import email.policy
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.journeys.company import Company, found_company
from tests.journeys.conftest import StallingSmtp
from tests.journeys.mails import letter
from tests.journeys.server import Install
from tests.mailserver import free_ports

ADDRESS = "support@acme.test"
SENDER = "cleo@example.test"


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Company]:
    """Acme with the receivers switched on and an inbox that is filled by them."""
    smtp, lmtp = free_ports(2)
    with Install(tmp_path / "a", smtp_receiver_port=smtp, lmtp_receiver_port=lmtp) as install:
        company = found_company(install)
        company.serve_mailbox(receive_by="receiver")
        yield company


def by_smtp(acme: Company, *, timeout_s: float = 20) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", acme.install.settings.smtp_receiver_port, timeout=timeout_s)


def test_250_is_a_promise(acme: Company) -> None:
    # Given a running server; when it has said 250, it may die at once:
    acme.install.serve()
    with by_smtp(acme) as client:
        client.sendmail(SENDER, [ADDRESS], letter("By SMTP"))
        acme.install.kill()
    assert acme.stored() == 1
    # the mail is a case after the next start. Strangers' mail for others is refused,
    acme.install.work()
    acme.install.until(lambda: acme.subjects() == ["By SMTP"], "the mail")
    with by_smtp(acme) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(SENDER, ["nobody@acme.test"], letter("For nobody"))
        assert refused.value.recipients["nobody@acme.test"][0] == 550
    # and the company's own server hands over by LMTP.
    port = acme.install.settings.lmtp_receiver_port
    with smtplib.LMTP("127.0.0.1", port, "relay.test", timeout=20) as client:
        client.sendmail(SENDER, [ADDRESS], letter("By LMTP"))
    acme.install.until(lambda: acme.subjects() == ["By SMTP", "By LMTP"], "the second mail")
    assert acme.outcomes() == {"new_case": 2}


def test_no_250_before_it_is_stored(acme: Company) -> None:
    # Given a database that somebody else writes to,
    acme.install.work()
    mail = letter("Patience")
    database = acme.install.office.database
    with database.write() as unit:
        unit.execute(sa.text("SELECT 1"))
        # when a mail is handed over, its sender is told nothing until it gives up;
        with pytest.raises(smtplib.SMTPServerDisconnected), by_smtp(acme, timeout_s=1) as client:
            client.sendmail(SENDER, [ADDRESS], mail)
    # so it comes again, and is one case.
    with by_smtp(acme) as client:
        client.sendmail(SENDER, [ADDRESS], mail)
    acme.install.until(lambda: acme.subjects() == ["Patience"], "the mail")
    acme.install.until(lambda: not acme.outcomes()[""], "all to be understood")
    assert acme.outcomes() == {"new_case": 1}


def test_it_is_acknowledged_and_an_echo_of_that_goes_nowhere(
    tmp_path: Path, smtp: StallingSmtp
) -> None:
    # Given an install that acknowledges; when a mail is handed over,
    port = free_ports(1)[0]
    with Install(tmp_path / "b", smtp_receiver_port=port) as install:
        acme = found_company(install)
        acme.serve_mailbox(smtp=smtp, acknowledges=True, receive_by="receiver")
        install.work()
        with by_smtp(acme) as client:
            client.sendmail(SENDER, [ADDRESS], letter("Is anybody there?"))
        # then its sender hears once that we have it, from a machine that says it is one,
        install.until(lambda: len(smtp.taken) == 1, "the acknowledgement")
        (taken,) = smtp.taken
        mail = email.message_from_bytes(taken.payload, policy=email.policy.default)
        assert mail["Auto-Submitted"] == "auto-replied"
        assert mail["Subject"] == "Re: Is anybody there?"
        text = mail.get_body(("plain",))
        assert text is not None
        said = text.get_content()
        assert acme.all_cases()[0].reference in said
        assert said.count("/t/") == 1
        # and when that comes back, nothing more happens.
        with by_smtp(acme) as client:
            client.sendmail(SENDER, [ADDRESS], taken.payload)
        install.until(lambda: acme.stored() == 2 and not acme.outcomes()[""], "the echo")
        assert acme.outcomes() == {"new_case": 1, "loop": 1}
        assert len(smtp.taken) == 1
