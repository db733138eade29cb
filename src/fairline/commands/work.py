"""The built-in mail receivers on an office: mail that is handed over goes in at the door.

Runs in the supervising process of `fairline serve`, or in `fairline worker`, so it goes on
listening while a web worker is started anew.
"""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from fairline.channels import doors, store_inboxes
from fairline.channels.contract import RawItem
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.own_addresses import key_in, without_key
from fairline.channels.email.receiver import Receiver
from fairline.channels.rows import Inbox
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.wiring import Office


def inbox_of(unit: Unit, address: str) -> Inbox | None:
    """The mail inbox that `address` belongs to, by itself or as one of its keyed addresses."""
    address = address.strip().lower()
    plain = without_key(address)
    domain = address.rpartition("@")[2]
    for inbox in store_inboxes.all_inboxes(unit, kind="email"):
        if inbox.options.get("receive_by") != "receiver":
            continue
        own_domain = str(inbox.options.get("reply_domain", "")).strip().lower().lstrip("@")
        if inbox.address in {address, plain} or (key_in(address)[0] and domain == own_domain):
            return inbox
    return None


class Hatch:
    """What the receivers ask: whether an address is ours, and to keep a mail."""

    def __init__(self, office: Office) -> None:
        self.database = office.database

    def is_known(self, address: str) -> bool:
        with self.database.read() as unit:
            return inbox_of(unit, address) is not None

    def deliver(self, _sender: str, recipients: tuple[str, ...], payload: bytes) -> None:
        """Store it once for each inbox that is meant. Returns when it is on disk."""
        with self.database.read() as unit:
            found = {inbox.id for one in recipients if (inbox := inbox_of(unit, one))}
        if not found:
            raise Invalid("No such mailbox here.", code="no_inbox")
        item = RawItem(native_id=native_id_of(payload), payload=payload)
        for inbox_id in sorted(found):
            doors.accept(self.database, inbox_id, item)


@contextmanager
def receivers(office: Office) -> Iterator[list[Receiver]]:
    """Listen on the ports that are set, until the block ends. Raises Unavailable."""
    settings, hatch = office.settings, Hatch(office)
    ports = ((settings.smtp_receiver_port, False), (settings.lmtp_receiver_port, True))
    with ExitStack() as stack:
        listening = []
        for port, lmtp in ports:
            if not port:
                continue
            receiver = Receiver(
                settings.smtp_receiver_host,
                port,
                deliver=hatch.deliver,
                is_known=hatch.is_known,
                lmtp=lmtp,
                name=_own_name(settings.public_url),
                tls=_tls(settings.smtp_receiver_certificate, settings.smtp_receiver_private_key),
            )
            receiver.start()
            stack.callback(receiver.stop)
            listening.append(receiver)
        yield listening


def _own_name(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or "localhost"


def _tls(certificate: str, key: str) -> ssl.SSLContext | None:
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        raise Invalid(
            f"The mail receiver's certificate {certificate} cannot be used: {error}.",
            code="bad_settings",
        ) from error
    return context
