"""Mails as people and machines write them."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import make_msgid

from tests.fakes.smtp import Taken

CLEO = "Cleo <cleo@example.test>"


def letter(
    subject: str = "My lamp is broken",
    text: str = "It does not light up any more.",
    *,
    sender: str = CLEO,
    to: str = "support@acme.test",
    message_id: str = "",
    **fields: str,
) -> bytes:
    """A mail of a person. `fields` are further header fields, `In_Reply_To` for In-Reply-To."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = message_id or make_msgid(domain="example.test")
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def numbered(count: int) -> list[tuple[str, bytes]]:
    """(subject, mail) from as many different people."""
    found = []
    for number in range(1, count + 1):
        subject = f"Order {number:03}"
        sender = f"customer{number:03}@example.test"
        message_id = f"<{number:03}@example.test>"
        found.append((subject, letter(subject, sender=sender, message_id=message_id)))
    return found


def bounce(of: Taken, *, reason: str = "5.1.1 <cleo@gone.test>: user unknown") -> bytes:
    """What a mail server far away reports of a mail it could not deliver (RFC 3464)."""
    (recipient,) = of.recipients
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "Mail Delivery System <MAILER-DAEMON@mx.gone.test>"
    report["To"] = of.sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-ID"] = make_msgid(domain="mx.gone.test")
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"I could not deliver your message to {recipient}.\n"))
    status = Message()
    status.add_header("Content-Type", "message/delivery-status")
    about_server, about_recipient = Message(), Message()
    about_server["Reporting-MTA"] = "dns; mx.gone.test"
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = reason.partition(" ")[0]
    about_recipient["Diagnostic-Code"] = f"smtp; 550 {reason}"
    status.set_payload([about_server, about_recipient])
    report.attach(status)
    original = Message()
    original.add_header("Content-Type", "text/rfc822-headers")
    original.set_payload(of.payload.partition(b"\r\n\r\n")[0].decode("ascii"))
    report.attach(original)
    return report.as_bytes()


def sent_by(taken: Taken) -> EmailMessage:
    """A mail of ours, as the customer's mail program reads it."""
    return message_from_bytes(taken.payload, policy=policy.default)


# No header ends, a NUL, half a byte order mark, and a boundary that never closes.
MALFORMED = (
    b"Subject: =?utf-8?B?//8=?=\r\nContent-Type: multipart/mixed; boundary=\r\n"
    b"From: \x00\xff\xfe <<<@\r\n>>\x80\r\n--\r\n\r\n--\x00--\r\n\xf0\x28\x8c"
)
