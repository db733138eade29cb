"""The SMTP side of a company's mail server: what is sent through it lands in Dovecot.

    with MailRelay(server) as relay:
        smtplib.SMTP(relay.host, relay.port).sendmail(...)

Mailboxes of the `MailServer` receive (with `+detail` too); other recipients are refused unless
they are in `elsewhere`, whose mail is only kept in `sent`. Signs in with the mailboxes' passwords.
"""

import asyncio
import ssl
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.mailserver import MailServer, free_ports


class SentMail(NamedTuple):
    sender: str
    recipients: tuple[str, ...]
    payload: bytes


class MailRelay:
    """`requires_sign_in`: nobody sends without a password. `tls`: STARTTLS, under the server's own
    certificate."""

    host = "127.0.0.1"

    def __init__(
        self, server: MailServer, *, requires_sign_in: bool = False, tls: bool = False
    ) -> None:
        self.server = server
        self.elsewhere: set[str] = set()
        self.sent: list[SentMail] = []
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(server.certificate_file)
        self._controller = Controller(
            _Hooks(self),
            hostname=self.host,
            port=0,
            server_hostname="relay.test",
            data_size_limit=60_000_000,
            authenticator=self._authenticate,
            auth_required=requires_sign_in,
            auth_require_tls=tls,
            tls_context=context,
        )

    @property
    def port(self) -> int:
        port: int = self._controller.port
        return port

    def __enter__(self) -> Self:
        (self._controller.port,) = free_ports(1)
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    def _authenticate(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, secret: Any
    ) -> AuthResult:
        known = self.server.password_of(secret.login.decode())
        return AuthResult(success=known is not None and known == secret.password.decode())


class _Hooks:
    def __init__(self, relay: MailRelay) -> None:
        self._relay = relay

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if not self._relay.server.has_user(address) and address not in self._relay.elsewhere:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        mail = SentMail(sender, tuple(envelope.rcpt_tos), envelope.content)
        for recipient in mail.recipients:
            if self._relay.server.has_user(recipient):
                await asyncio.to_thread(
                    self._relay.server.deliver, recipient, mail.payload, sender=sender
                )
        self._relay.sent.append(mail)
        return "250 2.0.0 Taken"
