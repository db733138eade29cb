"""Connecting to an IMAP server and signing in; everything about the socket is here.

On the standard library's imaplib: only raw bytes are wanted (libraries on top of it parse each
mail, and some mails make the parser raise), and IDLE must be interruptible from another thread.
"""

import imaplib
import re
import socket
import ssl
from contextlib import suppress

from fairline.channels.email.faults import (
    AUTH_RETRY_S,
    answer_text,
    fault,
    fault_of,
    tls_context,
)
from fairline.channels.email.options import Security, Server
from fairline.core.errors import DeliveryError

TIMEOUT_S = 60.0
MAX_MESSAGE_BYTES = 50 * 1024 * 1024
# The answer to a search is one line: room for two million ids.
MAX_LINE_BYTES = 20 * 1024 * 1024

_TEMPORARY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|OVERQUOTA)\]", re.IGNORECASE)


class Reading:
    """A mixin that reads for imaplib from its socket, with limits, and without blocking while idle.

    imaplib names `read` and `readline` as the methods to override. Its own buffered file cannot
    tell whether a line is already there, nor be used again after a time-out.
    """

    sock: socket.socket
    largest_literal: int = MAX_MESSAGE_BYTES + 1024 * 1024
    _received: bytearray
    _source: socket.socket | None = None

    def read(self, size: int) -> bytes:
        if size > self.largest_literal:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes was announced")
        while len(self._buffer()) < size:
            if not self._fill():
                break
        return self._take(size)

    def readline(self) -> bytes:
        looked_at = 0
        while (end := self._buffer().find(b"\n", looked_at)) < 0:
            looked_at = len(self._received)
            if looked_at > MAX_LINE_BYTES:
                raise imaplib.IMAP4.abort(f"a line of more than {MAX_LINE_BYTES} bytes")
            if not self._fill():
                return self._take(looked_at)
        return self._take(end + 1)

    def lines_at_hand(self) -> list[bytes]:
        """All complete lines that are here now; never blocks."""
        before = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            while self._fill():
                pass
        except (BlockingIOError, ssl.SSLWantReadError):
            end = self._received.rfind(b"\n") + 1
            return self._take(end).splitlines()
        finally:
            self.sock.settimeout(before)
        raise imaplib.IMAP4.abort("the server closed the connection")

    def _buffer(self) -> bytearray:
        # After STARTTLS the socket is another one: what came before it in the clear may have been
        # put there by a third party and must not be read as the server's.
        if self._source is not self.sock:
            self._source = self.sock
            self._received = bytearray()
        return self._received

    def _fill(self) -> bool:
        chunk = self.sock.recv(65536)
        self._buffer().extend(chunk)
        return bool(chunk)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken


class _Plain(Reading, imaplib.IMAP4):
    pass


class _Encrypted(Reading, imaplib.IMAP4_SSL):
    pass


def connect(server: Server, *, timeout_s: float = TIMEOUT_S) -> imaplib.IMAP4:
    """Connect with the encryption asked for; not signed in yet. Raises DeliveryError."""
    context = tls_context(server)
    client: imaplib.IMAP4 | None = None
    try:
        if server.security is Security.TLS:
            return _Encrypted(
                host=server.host, port=server.port, ssl_context=context, timeout=timeout_s
            )
        client = _Plain(host=server.host, port=server.port, timeout=timeout_s)
        if server.security is Security.STARTTLS:
            if "STARTTLS" not in client.capabilities:
                raise fault("tls", f"{server.host}:{server.port} does not offer STARTTLS.")
            client.starttls(ssl_context=context)
    except (imaplib.IMAP4.error, OSError, ValueError, DeliveryError) as error:
        if client:
            hang_up(client, politely=False)
        raise imap_fault(error, server) from error
    return client


def sign_in(client: imaplib.IMAP4, server: Server) -> None:
    """Sign in. Raises DeliveryError with provider_code `auth` when refused."""
    offered = client.capabilities
    try:
        if "AUTH=PLAIN" in offered:
            secret = f"\0{server.user}\0{server.password}".encode()
            client.authenticate("PLAIN", lambda _: secret)
        elif "LOGINDISABLED" in offered:
            raise fault("auth", f"{server.host} takes no password without encryption.")
        else:
            client.login(_quoted(server.user), server.password)
    except UnicodeEncodeError as error:
        text = f"{server.host} takes only plain letters in user name and password."
        raise fault("auth", text) from error
    except imaplib.IMAP4.abort as error:
        raise imap_fault(error, server) from error
    except imaplib.IMAP4.error as error:
        said = answer_text(str(error))
        if _TEMPORARY.search(said):
            raise fault("unavailable", f"{server.host} asks to come back later: {said}") from error
        text = f"{server.host} refuses the user name or the password. The server said: {said}"
        raise fault("auth", text, retry_s=AUTH_RETRY_S) from error
    except (OSError, ValueError) as error:
        raise imap_fault(error, server) from error


def imap_fault(error: Exception, server: Server) -> DeliveryError:
    """Say what an exception of imaplib or the network means."""
    if isinstance(error, imaplib.IMAP4.abort):
        text = f"{server.host}:{server.port} broke off: {answer_text(str(error))}"
        return fault("dropped", text, detail=str(error))
    if isinstance(error, imaplib.IMAP4.error):
        text = f"{server.host}:{server.port} does not let us in: {answer_text(str(error))}"
        return fault("unavailable", text, detail=str(error))
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError | OSError):
        return fault(
            "protocol", f"{server.host}:{server.port} does not speak IMAP.", detail=str(error)
        )
    return fault_of(error, server)


def hang_up(client: imaplib.IMAP4, *, politely: bool = True) -> None:
    """Sign out when that is asked for and still possible, and close. Raises nothing."""
    if politely:
        with suppress(imaplib.IMAP4.error, OSError, ValueError):
            client.sock.settimeout(2)
            client.logout()
    with suppress(OSError):
        client.shutdown()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
