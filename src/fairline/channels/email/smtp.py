"""Hands mail to an SMTP server, and knows exactly when it can no longer be taken back.

Used by `wire.py`. On the standard library's smtplib: the caller is a worker thread, so nothing is
gained from an event loop, and its public verbs let us stop between a mail's last line and the dot
that ends it. Until that dot the server has accepted nothing (RFC 5321, 4.1.1.4).
"""

import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fairline.channels.email.faults import answer_fault, answer_text, fault
from fairline.channels.email.options import Server
from fairline.channels.email.smtp_connection import (
    TIMEOUT_S,
    connect,
    hang_up,
    sign_in,
    smtp_fault,
)
from fairline.channels.email.smtp_content import as_seven_bit, dot_stuffed, with_crlf
from fairline.core.errors import DeliveryError

# RFC 5321, 4.5.3.2.6 grants a server ten minutes to think after the dot. We wait a little less than
# the ledger's lease; past it the outcome is unknown.
VERDICT_TIMEOUT_S = 240.0
CLOSE_WITHIN_S = 10.0
REUSE_WITHIN_S = 60.0
PIECE_BYTES = 65_536

Refusals = tuple[tuple[str, str], ...]


class Outlet:
    """One SMTP account; keeps its connection for a while. One mail at a time, from any thread."""

    def __init__(
        self,
        server: Server,
        *,
        name: str,
        timeout_s: float = TIMEOUT_S,
        verdict_timeout_s: float = VERDICT_TIMEOUT_S,
    ) -> None:
        """`name` is what we call ourselves in EHLO."""
        self._server = server
        self._name = name
        self._timeout_s = timeout_s
        self._verdict_timeout_s = verdict_timeout_s
        self._client: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._lock = threading.Lock()

    def send(
        self,
        payload: bytes,
        *,
        sender: str,
        recipients: Sequence[str],
        handing_over: Callable[[], None],
    ) -> Refusals:
        """Send one mail.

        *Shape*: the recipients refused while others were taken, each with the server's answer.
        *Errors*: DeliveryError; with `is_unknown` the connection broke after the hand-over and the
        mail may have gone out, otherwise it has not.
        """
        with self._lock:
            was_open = self._client is not None
            try:
                client, refused = self._present(payload, sender, recipients)
            except DeliveryError as error:
                # A server may end a connection kept from last time, for its age or its count.
                if not was_open or error.permanent:
                    raise
                client, refused = self._present(payload, sender, recipients)
            with self._kept():
                self._hand_over(client, handing_over)
            return refused

    def close(self) -> None:
        """Say goodbye, after the mail that is being sent, if that does not take long."""
        if self._lock.acquire(timeout=CLOSE_WITHIN_S):
            try:
                if self._client:
                    hang_up(self._client)
                    self._client = None
            finally:
                self._lock.release()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Keep the connection when all went well; else drop it without another word, since in the
        middle of a mail a word would become part of it.
        """
        done = False
        try:
            yield
            done = True
            self._used_at = time.monotonic()
        except (OSError, ValueError) as error:
            raise smtp_fault(error, self._server) from error
        finally:
            if not done and self._client:
                self._client.close()
                self._client = None

    def _present(
        self, payload: bytes, sender: str, recipients: Sequence[str]
    ) -> tuple[smtplib.SMTP, Refusals]:
        """Everything up to the dot, which is not sent."""
        with self._kept():
            client = self._ready()
            content = self._fitting(client, with_crlf(payload))
            self._name_sender(client, sender, recipients, content)
            refused = self._name_recipients(client, recipients)
            self._transmit(client, content)
        return client, refused

    def _ready(self) -> smtplib.SMTP:
        if self._client and not self._is_fresh(self._client):
            hang_up(self._client)
            self._client = None
        if self._client is None:
            self._client = connect(self._server, name=self._name, timeout_s=self._timeout_s)
            sign_in(self._client, self._server)
        return self._client

    def _is_fresh(self, client: smtplib.SMTP) -> bool:
        if time.monotonic() - self._used_at > REUSE_WITHIN_S:
            return False
        try:
            return client.docmd("RSET")[0] == 250
        except (OSError, ValueError):
            return False

    def _fitting(self, client: smtplib.SMTP, content: bytes) -> bytes:
        if not content.isascii() and not client.has_extn("8bitmime"):
            content = as_seven_bit(content)
        limit = client.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(content):
            text = (
                f"The mail has {len(content)} bytes with its files; "
                f"{self._server.host} takes at most {limit}."
            )
            # The code that a server would give (RFC 3463: message too big for system).
            raise fault("5.3.4", text, permanent=True)
        return content

    def _name_sender(
        self, client: smtplib.SMTP, sender: str, recipients: Sequence[str], content: bytes
    ) -> None:
        extras = [f"SIZE={len(content)}"] if client.has_extn("size") else []
        if not content.isascii():
            extras.append("BODY=8BITMIME")
        if not "".join([sender, *recipients]).isascii():
            if not client.has_extn("smtputf8"):
                text = f"{self._server.host} takes no address with letters outside ASCII."
                raise fault("5.6.7", text, permanent=True)
            extras.append("SMTPUTF8")
            client.command_encoding = "utf-8"
        code, said = client.docmd("MAIL", " ".join([f"FROM:<{_checked(sender)}>", *extras]))
        client.command_encoding = "ascii"
        if code // 100 != 2:
            text = f"{self._server.host} does not let us send as {sender}."
            raise answer_fault(code, said, text=text)

    def _name_recipients(self, client: smtplib.SMTP, recipients: Sequence[str]) -> Refusals:
        refused: list[tuple[str, int, bytes]] = []
        client.command_encoding = "utf-8"
        for recipient in (wanted := dict.fromkeys(recipients)):
            code, said = client.docmd("RCPT", f"TO:<{_checked(recipient)}>")
            if code in {-1, 421}:
                raise answer_fault(421, said, text=f"{self._server.host} broke off.")
            if code // 100 != 2:
                refused.append((recipient, code, said))
        client.command_encoding = "ascii"
        if not wanted:
            raise fault("5.1.3", "The mail has no recipient.", permanent=True)
        if len(refused) == len(wanted):
            # One that may be taken later keeps the mail alive.
            _, code, said = min(refused, key=lambda refusal: refusal[1])
            named = ", ".join(recipient for recipient, _, _ in refused)
            raise answer_fault(
                code, said, text=f"{self._server.host} does not take mail to {named}."
            )
        return tuple((who, f"{code} {answer_text(said)}") for who, code, said in refused)

    def _transmit(self, client: smtplib.SMTP, content: bytes) -> None:
        code, said = client.docmd("DATA")
        if code != 354:
            raise answer_fault(code, said, text=f"{self._server.host} does not take the mail.")
        stuffed = memoryview(dot_stuffed(content))
        # In pieces: Python's time-out for a send counts for all of it, however long it is.
        for start in range(0, len(stuffed), PIECE_BYTES):
            client.send(bytes(stuffed[start : start + PIECE_BYTES]))

    def _hand_over(self, client: smtplib.SMTP, handing_over: Callable[[], None]) -> None:
        handing_over()
        code, said = self._verdict(client)
        if code // 100 != 2:
            raise answer_fault(code, said, text=f"{self._server.host} does not take the mail.")

    def _verdict(self, client: smtplib.SMTP) -> tuple[int, bytes]:
        text = (
            f"The connection to {self._server.host} broke after the mail was handed over: "
            "it may have arrived."
        )
        try:
            if client.sock:
                client.sock.settimeout(self._verdict_timeout_s)
            client.send(b".\r\n")
            code, said = client.getreply()
            if client.sock:
                client.sock.settimeout(self._timeout_s)
        except (OSError, ValueError) as error:
            raise fault(DeliveryError.OUTCOME_UNKNOWN, text, detail=str(error)) from error
        if code < 200:
            raise fault(DeliveryError.OUTCOME_UNKNOWN, text, detail=f"{code} {answer_text(said)}")
        return code, said


def _checked(address: str) -> str:
    if any(c in "<>" or c.isspace() or not c.isprintable() for c in address):
        raise fault("5.1.3", f"{address!r} is not an address.", permanent=True)
    return address
