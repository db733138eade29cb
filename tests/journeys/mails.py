"""Mails as people and machines write them."""

from email.message import EmailMessage
from email.utils import make_msgid

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


# No header ends, a NUL, half a byte order mark, and a boundary that never closes.
MALFORMED = (
    b"Subject: =?utf-8?B?//8=?=\r\nContent-Type: multipart/mixed; boundary=\r\n"
    b"From: \x00\xff\xfe <<<@\r\n>>\x80\r\n--\r\n\r\n--\x00--\r\n\xf0\x28\x8c"
)
