"""News of what we sent; and human mail, which never is."""

import pytest

from fairline.channels.contract import Ignored, Outbound, Receipt
from fairline.channels.email.compose import envelope_sender, to_wire
from fairline.channels.email.translate import translate
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from tests.channels.email.letters import AT, letter, mails_in, receipt, said, support

# What flufl.bounce's collection holds besides bounces: a person's reply and an absence notice.
NO_BOUNCE = {"groupwise_03.txt", "qmail_08.txt"}
# Mail from an ordinary mailbox, or with no sign of a mail system: left for a person to see.
LEFT = {"bounce_01.txt", "microsoft_03.txt", "simple_20.txt"}


def sent_to_cleo() -> tuple[Outbound, bytes]:
    outbound = Outbound(
        key=new_id(),
        native_id="o1@acme.example",
        recipient="cleo@customer.example",
        recipient_name="Cleo",
        text="Try another bulb.",
    )
    return outbound, to_wire(outbound, support(), install_id="i", date=AT)


def report(status: str, original: bytes, *, to: str = "support@acme.example") -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <dsn@mx.x>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.x\n\n"
        f"{status}\n--b\nContent-Type: message/rfc822\n\n"
    ).encode() + original + b"\n--b--\n"  # fmt: skip


FAILED = (
    "Final-Recipient: rfc822; cleo@customer.example\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 No such user\n"
)


def test_a_bounce_names_delivery_message_recipient_and_reason() -> None:
    outbound, wire = sent_to_cleo()
    news = receipt(report(FAILED, wire, to=envelope_sender(outbound, support())))
    assert news.native_ids[:2] == (outbound.key, "o1@acme.example")
    assert (news.state, news.is_permanent, news.provider_code) == ("failed", True, "5.1.1")
    assert news.recipient == "cleo@customer.example"
    assert news.text == "550 5.1.1 No such user"


def test_the_returned_header_is_enough_to_find_the_delivery() -> None:
    outbound, wire = sent_to_cleo()
    assert receipt(report(FAILED, wire)).native_ids[0] == outbound.key


def test_a_delay_is_not_the_end() -> None:
    delayed = FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1")
    news = receipt(report(delayed, b"Message-ID: <o1@acme.example>\n\n"))
    assert (news.state, news.is_permanent, news.provider_code) == ("failed", False, "4.4.1")


def test_giving_up_is_the_end_whatever_the_code() -> None:
    news = receipt(report(FAILED.replace("5.1.1", "4.4.7"), b""))
    assert news.is_permanent


def test_one_failed_recipient_of_two_is_a_failure() -> None:
    delivered = "Final-Recipient: rfc822; dov@x.example\nAction: delivered\nStatus: 2.0.0\n\n"
    news = receipt(report(delivered + FAILED, b""))
    assert (news.state, news.recipient) == ("failed", "cleo@customer.example")


def test_a_report_of_success() -> None:
    done = FAILED.replace("failed", "delivered").replace("5.1.1", "2.0.0")
    assert receipt(report(done, b"Message-ID: <o1@acme.example>\n\n")).state == "delivered"


@pytest.mark.parametrize(
    ("disposition", "state"),
    [
        ("manual-action/MDN-sent-manually; displayed", "read"),
        ("automatic-action/MDN-sent-automatically; displayed/error", "read"),
        ("manual-action/MDN-sent-manually; deleted", "delivered"),
        ("automatic-action/MDN-sent-automatically; deleted", "failed"),
    ],
)
def test_a_read_receipt(disposition: str, state: str) -> None:
    mail = letter(
        "--b\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; cleo@customer.example\nOriginal-Message-ID: <o1@acme.example>\n"
        f"Disposition: {disposition}\n--b--\n",
        content_type="multipart/report; report-type=disposition-notification; boundary=b",
    )
    news = receipt(mail)
    assert (news.state, news.native_ids) == (state, ("o1@acme.example",))


def test_a_complaint_makes_no_case() -> None:
    mail = letter(
        "--b\n\nSpam.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n",
        content_type="multipart/report; report-type=feedback-report; boundary=b",
    )
    translation = translate(mail, support(), received_at=AT)
    assert isinstance(translation, Ignored)
    assert translation.outcome == "chatter"


def test_an_absence_notice_to_the_bounce_address_is_no_bounce() -> None:
    outbound, _ = sent_to_cleo()
    mail = letter("I am away.", to=envelope_sender(outbound, support()),
                  auto_submitted="auto-replied", subject="Out of office")  # fmt: skip
    translation = translate(mail, support(), received_at=AT)
    assert isinstance(translation, Ignored)
    assert translation.outcome == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Undelivered Mail Returned to Sender",
            "I got this:\n\n<cleo@x.example>: host mx said: 550 no",
        ),
        ("Fwd: Delivery Status Notification (Failure)", "550 5.1.1 user unknown\n<dov@x.example>"),
        ("Mail delivery failed", "Your mails do not arrive.\nMessage-ID: <o1@acme.example>"),
    ],
)
def test_a_person_who_writes_about_a_bounce_is_answered(subject: str, body: str) -> None:
    assert said(letter(body, subject=subject)).subject == subject


def test_the_postmaster_may_be_a_customer() -> None:
    assert said(letter(**{"from": "postmaster@customer.example"})).text == "My lamp is broken."


def test_a_bounce_passed_on_by_a_person_is_a_file() -> None:
    inner = report(FAILED, b"").decode()
    mail = letter(
        f"--o\n\nWhat is this?\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n",
        content_type="multipart/mixed; boundary=o",
    )
    assert said(mail).text == "What is this?"


def test_bounces_of_forty_systems_are_known() -> None:
    found = {}
    for name, payload in mails_in("bounces/tests/data"):
        try:
            found[name] = translate(payload, support(), received_at=AT)
        except Invalid:
            continue
    assert len(found) > 110
    missed = {name for name, t in found.items() if not isinstance(t, Receipt)} - NO_BOUNCE
    assert missed <= LEFT
    # These three name nobody.
    nameless = {n for n, t in found.items() if isinstance(t, Receipt) and not t.recipient}
    assert nameless <= {"simple_38.txt", "simple_43.txt", "dumbass_01.txt"}
    assert all(t.state == "failed" for t in found.values() if isinstance(t, Receipt))


@pytest.mark.parametrize("folder", ["helpdesk-a", "helpdesk-b", "mime", "quotes/talon"])
def test_no_other_real_mail_is_taken_for_a_bounce(folder: str) -> None:
    taken = set()
    for name, payload in mails_in(folder):
        try:
            if isinstance(translate(payload, support(), received_at=AT), Receipt):
                taken.add(name)
        except Invalid:
            continue
    assert taken <= {
        "bounced_gmail.eml", "bounced_with_no_from.eml",
        "msg_16.txt", "msg_25.txt", "msg_43.txt",
        "raw_email_with_mimepart_without_content_type.eml", "multi_address_bounce1.eml",
        "multi_address_bounce2.eml", "multipart_report_multiple_status.eml",
        "report_422.eml", "report_530.eml",
    }  # fmt: skip
