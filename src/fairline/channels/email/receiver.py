"""The built-in mail receiver: SMTP or LMTP in, for companies whose mail server hands mail over.

`Receiver.start` listens in a thread of its own until `stop`. It takes mail only for addresses that
are ours (it is never a relay), says 250 only once `deliver` has returned, which is after the mail
is stored for good, and 451 when `deliver` could not: the sender keeps the mail and comes again.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fairline.channels.email.receiver_answers import Limits, Terms
from fairline.channels.email.receiver_talk import LmtpTalk, SmtpTalk, Talk
from fairline.core.errors import Unavailable

START_WITHIN_S = 10.0
# A mail that is being stored when we stop is finished, and its sender told.
STOP_WITHIN_S = 20.0
THREADS = 4


class Receiver:
    """Listens on one port. `deliver` and `is_known` are called in threads, several at a time.

    `deliver(envelope_from, recipients, payload)`: `payload` has Return-Path, X-Envelope-To and
    Received put before it; by LMTP it is called once for each recipient. It raises `Invalid` for
    a mail that must not come again, anything else for one that may.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        deliver: Callable[[str, tuple[str, ...], bytes], None],
        is_known: Callable[[str], bool],
        lmtp: bool = False,
        name: str = "localhost",
        tls: ssl.SSLContext | None = None,
        require_tls: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """`name` is what we call ourselves; with `tls` STARTTLS is offered, or even required."""
        self.host = host
        self.port = port
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail-receiver")
        self._terms = Terms(
            deliver=deliver,
            is_known=is_known,
            threads=self._threads,
            name=name,
            tls=tls,
            require_tls=require_tls,
            limits=limits or Limits(),
        )
        self._talk: type[Talk] = LmtpTalk if lmtp else SmtpTalk
        self._open: set[Talk] = set()
        self._ready = threading.Event()
        self._problem: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="mail-receiver", daemon=True)

    def start(self) -> None:
        """Listen. `port` 0 is replaced by the one found. Raises Unavailable when it is taken."""
        self._thread.start()
        self._ready.wait(START_WITHIN_S)
        if self._problem or not self._ready.is_set():
            raise Unavailable(
                f"The mail receiver cannot listen on {self.host}:{self.port}: {self._problem}.",
                code="receiver_port",
            )

    def stop(self) -> None:
        """Take no more mail, finish what is being stored, and close. Safe to call twice."""
        if self._loop and self._ending and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ending.set)
        if self._thread.is_alive():
            self._thread.join(2 * STOP_WITHIN_S)
        self._threads.shutdown(wait=False)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        try:
            server = await self._loop.create_server(
                lambda: self._talk(self._terms, self._open), self.host, self.port
            )
        except OSError as error:
            self._problem = error
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ending.wait()
        server.close()
        await self._let_finish()

    async def _let_finish(self) -> None:
        for talk in tuple(self._open):
            talk.end_soon()
        if still_open := {talk.ended for talk in self._open}:
            await asyncio.wait(still_open, timeout=STOP_WITHIN_S)
