"""The customers' mails of the demo as raw messages, so that they come in by the real door. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from fairline.demo.stories import Person

POLICY = SMTP.clone(max_line_length=200)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail. `answers` are the Message-IDs before it, nearest last; `files` are name, media
    type and bytes.
    """

    sender: Person
    to: str
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str = ""
    answers: Sequence[str] = ()
    files: Sequence[tuple[str, str, bytes]] = ()
    is_automatic: bool = False
    copied: Sequence[Person] = ()


def to_mail(letter: Letter) -> bytes:
    """The letter in its wire form."""
    mail = EmailMessage(policy=POLICY)
    mail["Message-ID"] = f"<{letter.message_id}>"
    mail["Date"] = format_datetime(letter.date)
    mail["From"] = _address(letter.sender)
    mail["To"] = letter.to
    if letter.copied:
        mail["Cc"] = [_address(one) for one in letter.copied]
    mail["Subject"] = letter.subject
    if letter.answers:
        mail["In-Reply-To"] = f"<{letter.answers[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in letter.answers[-10:])
    if letter.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(letter.text + "\n")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    for name, media_type, data in letter.files:
        main, _, sub = media_type.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def _address(person: Person) -> Address:
    return Address(person.name, addr_spec=person.mail)
