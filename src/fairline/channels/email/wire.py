"""All network I/O of one mail inbox: IMAP in, SMTP out. The `Wire` of the e-mail channel.

Made by the channel's `open`; connects on first use. What is done on the wires is in `mailbox.py`
and `smtp.py`; the form of a mail is in `compose.py`.
"""

import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from fairline.channels.contract import Check, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.email.checks import check_options
from fairline.channels.email.compose import envelope_recipients, envelope_sender, to_wire
from fairline.channels.email.faults import fault
from fairline.channels.email.mailbox import Mailbox
from fairline.channels.email.options import MailOptions, read_options
from fairline.channels.email.smtp import Outlet
from fairline.core.clock import now
from fairline.core.errors import Invalid


class EmailWire:
    """One inbox. Its option `install_id` marks our own mail, which is known when it comes back."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._inbox = inbox
        self._closed = threading.Event()
        self._wrong: Invalid | None = None
        self._mailbox: Mailbox | None = None
        self._outlet: Outlet | None = None
        try:
            self._options: MailOptions | None = read_options(inbox)
        except Invalid as error:
            self._options, self._wrong = None, error
        if options := self._options:
            if options.imap:
                self._mailbox = Mailbox(options.imap, options.folder, start_from=options.start_from)
            if options.smtp:
                self._outlet = Outlet(options.smtp, name=own_name(inbox))

    def verify(self) -> tuple[Check, ...]:
        """Try name, connection, encryption, sign-in, folder and sender, and say what happened."""
        if self._options is None:
            text = self._wrong.text if self._wrong else ""
            return (Check(name="Settings", ok=False, text=text),)
        sender = self._inbox.options.get("from_address") or self._inbox.address
        return tuple(check_options(self._options, sender=sender, name=own_name(self._inbox)))

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        """New mail since `cursor`; nothing for an inbox that is not fetched from.

        *Shape*: see `Mailbox.fetch`; an item with an empty payload holds only a cursor.
        """
        self._check_options()
        if self._mailbox:
            yield from self._mailbox.fetch(cursor, limit=limit)

    def wait(self, timeout_s: float) -> bool:
        """Block until new mail may be there; returns at once when closed."""
        if self._mailbox:
            return self._mailbox.wait(timeout_s)
        self._closed.wait(timeout_s)
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        """Send one mail. After a DeliveryError with `is_unknown` it may have gone out."""
        self._check_options()
        if self._outlet is None:
            raise fault("options", "The inbox has no outgoing server.")
        install_id = self._inbox.options.get("install_id", "")
        payload = to_wire(outbound, self._inbox, install_id=install_id, date=now())
        refused = self._outlet.send(
            payload,
            sender=envelope_sender(outbound, self._inbox),
            recipients=envelope_recipients(outbound),
            handing_over=handing_over,
        )
        return Sent(native_id=outbound.native_id, refused=refused)

    def close(self) -> None:
        """Let go of both connections; a thread in `wait` returns."""
        self._closed.set()
        if self._mailbox:
            self._mailbox.close()
        if self._outlet:
            self._outlet.close()

    def _check_options(self) -> None:
        if self._wrong:
            raise fault("options", self._wrong.text, detail=self._wrong.field)


def own_name(inbox: InboxInfo) -> str:
    """What we call ourselves to other mail servers: our public name, else the inbox's domain."""
    host = urlsplit(inbox.public_url).hostname or ""
    if "." in host and not host.replace(".", "").isdigit():
        return host
    return inbox.address.rpartition("@")[2] or "localhost.localdomain"
