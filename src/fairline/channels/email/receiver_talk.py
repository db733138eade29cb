"""One connection of the built-in receiver: the manners that are asked of a client.

aiosmtpd speaks the protocol; here are the limits it lacks (idle time that also counts within a
mail, errors, bytes, all connections together), a clean end, and LMTP's answer for each recipient.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from fairline.channels.email.receiver_answers import Answers, Terms
from fairline.core.log import log

# What it logs is what strangers send; what matters is logged by us.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

# Room for commands sent ahead of their answers.
COMMAND_BYTES = 1_048_576
COMMAND_LINE_BYTES = 2048
# Clients that do not read our last word are cut off.
LAST_WORD_S = 5.0


class Talk(SMTP):
    """An SMTP connection. `others` are all open ones; `ended` is done when it is over."""

    protocol: ClassVar[str] = "ESMTP"
    by_recipient: ClassVar[bool] = False
    # Real mail has lines far longer than RFC 5321 allows, and refusing it serves nobody.
    line_length_limit = 262_144

    def __init__(self, terms: Terms, others: set["Talk"]) -> None:
        self.host = ""
        self._limits = terms.limits
        self._others = others
        self._said = self._errors = self._bytes_since_answer = 0
        self._in_mail = self._is_storing = self._is_ending = False
        self._timers: list[asyncio.TimerHandle] = []
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = loop.create_future()
        super().__init__(
            Answers(terms, by_recipient=self.by_recipient),
            data_size_limit=terms.limits.max_bytes,
            enable_SMTPUTF8=True,
            hostname=terms.name,
            ident="Fairline",
            tls_context=terms.tls,
            require_starttls=terms.require_tls,
            # Ours is stricter, and counts what happens within a mail.
            timeout=2 * terms.limits.session_s,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=loop,
        )
        # aiosmtpd keeps these for all connections together and lets each EHLO raise them.
        self.command_size_limits = defaultdict(lambda: COMMAND_LINE_BYTES)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self in self._others:
            # The same client again, now encrypted.
            super().connection_made(transport)
            return
        host = _host(transport)
        assert isinstance(transport, asyncio.Transport)
        beside = [other for other in self._others if other.host == host]
        if len(self._others) >= self._limits.connections or (
            len(beside) >= self._limits.connections_per_host
        ):
            transport.write(b"421 4.7.0 Too many connections, come again later\r\n")
            transport.close()
            return
        self.host = host
        self._others.add(self)
        self._heard_at = self.loop.time()
        self._timers = [
            self.loop.call_later(self._limits.session_s, self.hang_up, "421 4.4.2 Too long")
        ]
        self._watch()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        for timer in self._timers:
            timer.cancel()
        if self in self._others:
            self._others.discard(self)
            super().connection_lost(error)
        if not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        self._bytes_since_answer += len(data)
        # A mail over the limit is read to its end, to be told so, but not for ever.
        room = 2 * self._limits.max_bytes if self._in_mail else COMMAND_BYTES
        if self._bytes_since_answer > room + COMMAND_BYTES:
            self.hang_up("421 4.7.0 Too much")
            return
        super().data_received(data)

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode("utf-8", "replace")
        self._bytes_since_answer = 0
        self._said += 1
        self._errors += text.startswith("5")
        self._in_mail = text.startswith("354")
        # aiosmtpd repeats what it did not understand: nothing but text goes back.
        await super().push("\r\n".join(_printable(line) for line in text.split("\r\n")))
        if self._errors > self._limits.errors:
            self.hang_up("421 4.7.0 Too many errors")
        elif self._said > self._limits.answers:
            self.hang_up("421 4.7.0 Too many commands")
        elif self._is_ending:
            self.hang_up("421 4.3.2 Going down, come again")

    async def handle_exception(self, error: Exception) -> str:
        """Something of ours failed: say so without detail, and begin anew with this client."""
        log.warning("mail_receiver_failed", error=repr(error))
        self.envelope = Envelope()
        return "451 4.3.0 Something failed here, come again"

    @contextmanager
    def storing(self) -> Iterator[None]:
        """While a mail is stored the client waits for us: it is not idle, and is not cut off."""
        self._is_storing = True
        try:
            yield
        finally:
            self._is_storing = False
            self._heard_at = self.loop.time()

    def end_soon(self) -> None:
        """End now, or right after the answer to the mail that is being stored."""
        self._is_ending = True
        if not self._is_storing:
            self.hang_up("421 4.3.2 Going down, come again")

    def hang_up(self, last_word: str) -> None:
        """Say a last word and close."""
        transport = self.transport
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.write(last_word.encode() + b"\r\n")
            transport.close()
            self._timers.append(self.loop.call_later(LAST_WORD_S, transport.abort))

    def _watch(self) -> None:
        quiet_s = self.loop.time() - self._heard_at
        if quiet_s >= self._limits.idle_s and not self._is_storing:
            self.hang_up("421 4.4.2 Nothing heard for too long")
            return
        again_s = max(self._limits.idle_s - quiet_s, 0.05)
        self._timers[1:] = [self.loop.call_later(again_s, self._watch)]


class SmtpTalk(Talk):
    """SMTP: one answer for the whole mail."""


class LmtpTalk(Talk, LMTP):
    """LMTP (RFC 2033): after a mail, one answer for each recipient that was taken."""

    protocol = "LMTP"
    by_recipient = True

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode("utf-8", "replace")
        # Its own refusals (too large, a line too long, a failure) aiosmtpd says only once.
        if self._in_mail and self.envelope and "\r\n" not in text:
            text = "\r\n".join([text] * max(len(self.envelope.rcpt_tos), 1))
        await super().push(text)


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in line)


def _host(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""
