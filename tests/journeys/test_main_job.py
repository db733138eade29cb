"""The whole job: asked on the board, answered at the desk, gone on by mail, solved, moved house."""

import json
from email.message import EmailMessage
from pathlib import Path

from tests.fakes.smtp import Taken
from tests.journeys.browser import Browser
from tests.journeys.company import PASSWORD, Company
from tests.journeys.conftest import StallingSmtp
from tests.journeys.mails import letter, sent_by
from tests.journeys.server import Install
from tests.mailserver import MailServer


def test_from_the_first_question_to_another_house(
    acme: Company, dovecot: MailServer, smtp: StallingSmtp, tmp_path: Path
) -> None:
    acme.serve_mailbox(dovecot=dovecot, smtp=smtp)
    acme.install.serve()
    with Browser(acme.install.url) as cleo, Browser(acme.install.url) as ben:
        # Cleo asks, signs up for nothing, and sees where she stands.
        thread = cleo.send(
            cleo.open("/"),
            "/ask",
            text="My lamp does not light up.\nOrder 1234.",
            name="Cleo",
            mail="cleo@example.test",
        )
        assert thread.path.startswith("/t/")
        assert "You are next" in thread.text
        # Ben signs in, takes the next case, and answers.
        with cleo.listen(f"{thread.path}/stream") as stream:
            case_page = ben.send(ben.sign_in("ben@acme.test", PASSWORD), "/desk/next")
            assert "My lamp does not light up." in case_page.text
            assert case_page.path.startswith("/desk/cases/FL-")
            reference = case_page.path.rpartition("/")[2]
            case_page = ben.send(case_page, "/say", text="A new bulb is on its way.")
            assert case_page.status == 200
            # It is on her thread, which was told so,
            stream.wait_for("message")
        assert "A new bulb is on its way." in cleo.open(thread.path).text
        # and in her mailbox, threaded, with a way to answer.
        way_back, answer = sent_to_cleo(acme, smtp, 2)
        assert way_back["Auto-Submitted"] == "auto-generated"
        check_answer(answer, way_back, reference, smtp.taken[1])

        # She answers that mail: it comes in at once, and to the same case.
        reply_to = answer["Reply-To"].addresses[0].addr_spec
        mail = letter(
            f"Re: {answer['Subject']}",
            "It has come, thank you!\n\nOn Monday Ben wrote:\n> A new bulb is on its way.",
            to=reply_to,
            In_Reply_To=answer["Message-ID"],
        )
        dovecot.deliver(reply_to, mail)
        # Within the minute between two looks: the mail server has told us.
        acme.install.until(
            lambda: "It has come, thank you!" in ben.open(case_page.path).text,
            "her mail on the case",
            within_s=45,
        )
        (case,) = acme.all_cases()
        assert (case.reference, case.status) == (reference, "open")
        said = [m.text for m in acme.all_messages() if m.direction == "inbound"]
        assert said == ["My lamp does not light up.\nOrder 1234.", "It has come, thank you!"]
        assert "It has come, thank you!" in cleo.open(thread.path).text
        # Solved.
        case_page = ben.open(case_page.path)
        ben.send(case_page, "/say", text="You are welcome.", status="solved")
        assert acme.all_cases()[0].status == "solved"
        sent_to_cleo(acme, smtp, 3)
    # Her case is moved to another house, and is the same there.
    moved_equal(acme.install, Install(tmp_path / "other"), reference)


def sent_to_cleo(acme: Company, smtp: StallingSmtp, count: int) -> list[EmailMessage]:
    """All mails that have gone out, when there are so many of them."""
    acme.install.until(lambda: len(smtp.taken) >= count, f"mail {count} to go out")
    acme.install.until(lambda: set(acme.delivery_states()) == {"sent"}, "the ledger to know it")
    assert [mail.recipients for mail in smtp.taken] == [("cleo@example.test",)] * count
    return [sent_by(mail) for mail in smtp.taken]


def check_answer(
    answer: EmailMessage, way_back: EmailMessage, reference: str, taken: Taken
) -> None:
    """The headers that let the thread hold on both sides."""
    assert answer["From"].addresses[0].addr_spec == "support@acme.test"
    assert answer["From"].addresses[0].display_name == "Ben (Acme)"
    assert answer["To"].addresses[0].addr_spec == "cleo@example.test"
    assert answer["Subject"] == "Re: My lamp does not light up."
    assert answer["In-Reply-To"] == way_back["Message-ID"]
    assert way_back["Message-ID"] in answer["References"]
    assert answer["Reply-To"].addresses[0].addr_spec.startswith("support+c-")
    assert answer["Auto-Submitted"] is None
    assert taken.sender.startswith("support+b-")
    body = answer.get_body(("plain",))
    assert body is not None
    assert "A new bulb is on its way." in body.get_content()
    assert reference in body.get_content()


def moved_equal(here: Install, there: Install, reference: str) -> None:
    """Exported here, imported there: the whole record is equal, and importing it again is nothing."""
    with there:
        box = there.folder / "case.zip"
        for house, arguments in (
            (here, ("case", "export", reference, str(box))),
            (there, ("case", "import", str(box))),
            (there, ("case", "import", str(box))),
        ):
            done = house.run(*arguments)
            assert done.returncode == 0, done.stderr
        assert "the same" in done.stdout
        records = []
        for house in (here, there):
            shown = house.run("case", "show", reference, "--json")
            assert shown.returncode == 0, shown.stderr
            records.append(json.loads(shown.stdout))
        assert len(records[0]["messages"]) == 5
        assert records[0] == records[1]
