"""Mail that machines write: bounces, absence notes, and another help desk."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.browser import Browser, Page
from tests.journeys.company import PASSWORD, Company, found_company
from tests.journeys.conftest import StallingSmtp
from tests.journeys.mails import bounce, letter, sent_by
from tests.journeys.server import Install
from tests.mailrelay import MailRelay
from tests.mailserver import MailServer


def asked(browser: Browser, mail: str) -> Page:
    """A question on the board, with an address for the answer."""
    text = "My lamp does not light up."
    page = browser.send(browser.open("/"), "/ask", text=text, mail=mail)
    assert page.path.startswith("/t/"), page.text
    return page


def test_an_answer_that_bounces(acme: Company, dovecot: MailServer, smtp: StallingSmtp) -> None:
    # Given an answer that the next mail server has taken,
    acme.serve_mailbox(dovecot=dovecot, smtp=smtp)
    acme.install.serve()
    with Browser(acme.install.url) as cleo, Browser(acme.install.url) as ben:
        thread = asked(cleo, "cleo@gone.test")
        (case,) = acme.all_cases()
        answer = acme.answer(case, "A new bulb is on its way.")
        acme.install.until(lambda: acme.delivery_states() == {"sent": 2}, "notice and answer")
        assert "could not reach" not in cleo.open(thread.path).text
        (taken,) = (one for one in smtp.taken if b"A new bulb" in one.payload)
        # when a server behind it reports that nobody lives there,
        dovecot.deliver(taken.sender, bounce(taken), sender="")
        acme.install.until(lambda: acme.delivery(answer.id).state == "failed", "the bounce")
        # then that answer, and no other mail, has failed; it made no case;
        assert acme.delivery_states() == {"failed": 1, "sent": 1}
        assert acme.outcomes() == {"bounce": 1}
        assert len(acme.all_cases()) == 1
        # Cleo reads so on her thread, in plain words and without her address,
        shown = cleo.open(thread.path).text
        assert "We could not reach" in shown
        assert "A new bulb is on its way." in shown
        # and Ben on the desk, with the reason; he can send it once more.
        ben.sign_in("ben@acme.test", PASSWORD)
        page = ben.open("/desk/undelivered")
        assert case.reference in page.text
        assert "user unknown" in page.text
        page = ben.send(page, f"/desk/undelivered/{answer.id}/again")
        assert "Everything has arrived" in page.text
        acme.install.until(lambda: acme.delivery_states() == {"sent": 2}, "the second try")


def test_an_absence_note_is_not_a_question(
    acme: Company, dovecot: MailServer, smtp: StallingSmtp
) -> None:
    # Given a notice that went to Cleo, who is away:
    acme.serve_mailbox(dovecot=dovecot, smtp=smtp)
    acme.install.serve()
    with Browser(acme.install.url) as cleo:
        asked(cleo, "cleo@example.test")
    acme.install.until(lambda: acme.delivery_states() == {"sent": 1}, "the notice")
    notice = sent_by(smtp.taken[0])
    back = notice["Reply-To"].addresses[0].addr_spec
    # when her mail program says so, and another program does for somebody we never wrote to,
    away = letter(
        f"Automatic reply: {notice['Subject']}",
        "I am away until Monday.",
        to=back,
        In_Reply_To=notice["Message-ID"],
        Auto_Submitted="auto-replied",
    )
    stranger = letter("Out of office", sender="dov@example.test", Auto_Submitted="auto-replied")
    dovecot.deliver(back, away)
    dovecot.deliver("support@acme.test", stranger)
    acme.install.until(lambda: acme.outcomes() == {"auto_reply": 2}, "the absence notes")
    # then no case is opened, the one she has still waits for us, and nothing was answered.
    (case,) = acme.all_cases()
    assert case.status == "new"
    quiet = [m.text for m in acme.all_messages() if m.is_automatic and m.direction == "inbound"]
    assert quiet == ["I am away until Monday."]
    assert acme.delivery_states() == {"sent": 1}
    assert len(smtp.taken) == 1


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Company]:
    """Another company with an install of its own."""
    with Install(tmp_path / "other") as install:
        yield found_company(install, name="Other")


def test_two_help_desks_do_not_talk_for_ever(
    acme: Company, other: Company, dovecot: MailServer
) -> None:
    dovecot.add_user("help@other.test", "secret")
    with MailRelay(dovecot) as relay:
        houses = ((acme, "support@acme.test"), (other, "help@other.test"))
        for house, address in houses:
            house.serve_mailbox(dovecot=dovecot, smtp=relay, address=address)
            house.install.serve()
        # Given that somebody asks at each, and leaves the other's mailbox as the address:
        for (house, _), (_, mailbox) in zip(houses, reversed(houses), strict=True):
            with Browser(house.install.url) as dov:
                asked(dov, mailbox)
        # when each has the other's notice, then that is all that happens.
        for house, _ in houses:
            house.install.until(partial(is_quiet, house, {"auto_reply": 1}), "a notice")
        assert len(relay.sent) == 2
        # When a person of the one answers, the other has a case of it, once, and keeps still,
        acme.answer(acme.all_cases()[0], "Have you tried another bulb?")
        other.install.until(
            partial(is_quiet, other, {"auto_reply": 1, "new_case": 1}), "Ben's answer"
        )
        assert len(relay.sent) == 3
        # until a person answers there: it goes back to the same case.
        other.answer(other.all_cases()[1], "We have, thank you.")
        acme.install.until(partial(is_quiet, acme, {"auto_reply": 1, "joined": 1}), "the answer")
        assert len(relay.sent) == 4
        assert [len(house.all_cases()) for house, _ in houses] == [1, 2]
        assert [house.delivery_states()["sent"] for house, _ in houses] == [2, 2]


def is_quiet(house: Company, outcomes: dict[str, int]) -> bool:
    """All that came in is understood, as expected, and all that goes out has gone."""
    return house.outcomes() == outcomes and set(house.delivery_states()) == {"sent"}
