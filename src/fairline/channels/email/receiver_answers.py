"""What the built-in receiver answers to a recipient and to a mail, and the terms it works under.

The 250 to a mail is a promise: it is given when `deliver` has returned, never before.
"""

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec

from fairline.channels.email.faults import answer_text
from fairline.channels.email.receiver_trace import Handover, with_trace
from fairline.core.clock import now
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.core.log import log


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one client, and all of them together, may use."""

    max_bytes: int = 50 * 1024 * 1024
    connections: int = 100
    connections_per_host: int = 20
    recipients: int = 100
    answers: int = 2000
    errors: int = 10
    idle_s: float = 120.0
    session_s: float = 3600.0


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What all connections of one receiver share."""

    deliver: Callable[[str, tuple[str, ...], bytes], None]
    is_known: Callable[[str], bool]
    threads: Executor
    name: str
    tls: ssl.SSLContext | None
    require_tls: bool
    limits: Limits


class Speaking(Protocol):
    """The connection, as the answers need it."""

    protocol: str

    def storing(self) -> AbstractContextManager[None]:
        """Marks the time in which a mail is being stored."""
        ...


class Answers:
    """What is said to the commands that matter. aiosmtpd finds these methods by their names."""

    def __init__(self, terms: Terms, *, by_recipient: bool) -> None:
        self._terms = terms
        self._by_recipient = by_recipient

    async def handle_EHLO(  # noqa: N802
        self, _talk: Speaking, session: Any, _envelope: Any, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        # Nobody signs in here: whoever may reach the port may hand over mail to us, and only to us.
        return [line for line in lines if not line.startswith("250-AUTH")]

    async def handle_VRFY(  # noqa: N802
        self, _talk: Speaking, _session: Any, _envelope: Any, _address: str
    ) -> str:
        return "252 2.5.2 Send the mail and see"

    async def handle_RCPT(  # noqa: N802
        self,
        _talk: Speaking,
        _session: Any,
        envelope: Any,
        address: str,
        _options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= self._terms.limits.recipients:
            return "452 4.5.3 Too many recipients, send the rest in another mail"
        if not address.isprintable() or not await self._in_thread(self._terms.is_known, address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, talk: Speaking, session: Any, envelope: Any
    ) -> str:
        sender = "" if envelope.mail_from == "<>" else str(envelope.mail_from)
        recipients = tuple(envelope.rcpt_tos)
        handover = Handover(
            envelope_from=sender,
            recipients=recipients,
            client_name=str(session.host_name),
            client_address=str((session.peer or ("unknown",))[0]),
            own_name=self._terms.name,
            protocol=talk.protocol + ("S" if session.ssl else ""),
            id=new_id(),
            at=now(),
        )
        payload = with_trace(envelope.content, handover)
        groups = [(one,) for one in recipients] if self._by_recipient else [recipients]
        with talk.storing():
            results = await asyncio.gather(
                *(self._in_thread(self._terms.deliver, sender, group, payload) for group in groups),
                return_exceptions=True,
            )
        return "\r\n".join(_answer_to(result, handover) for result in results)

    def _in_thread(self, function: Callable[..., Any], *arguments: object) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().run_in_executor(self._terms.threads, function, *arguments)


def _answer_to(result: object, handover: Handover) -> str:
    if isinstance(result, Invalid):
        return f"554 5.6.0 {answer_text(result.text)}"
    if isinstance(result, BaseException):
        log.warning("mail_not_stored", id=handover.id, error=repr(result))
        return "451 4.3.0 Not stored, come again"
    return f"250 2.0.0 Stored {handover.id}"
