"""One signed-in IMAP connection with one folder open for reading only.

Used by `mailbox.py` and `checks.py`. It opens folders with EXAMINE and fetches with BODY.PEEK, so
it cannot set a flag. Raises `DeliveryError` when the connection is of no more use and `Refused`
when the server answered no to one command and may be asked another.
"""

import imaplib
import select
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

from fairline.channels.email.faults import answer_text, fault
from fairline.channels.email.folders import listed_name, to_imap
from fairline.channels.email.imap_answers import NEWS, SIZE, UID, imap_date, number, responses
from fairline.channels.email.imap_connection import (
    TIMEOUT_S,
    Reading,
    connect,
    hang_up,
    imap_fault,
    sign_in,
)
from fairline.channels.email.options import Server
from fairline.core.errors import DeliveryError

_IDLE_TAG = b"idle1"


class Refused(Exception):  # noqa: N818  it is an answer, not a fault
    """The server said NO or BAD to one command."""


class Session:
    """A folder, open for reading only. One thread at a time; `interrupt` from any."""

    def __init__(self, server: Server, folder: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Connect, sign in, open. Raises DeliveryError."""
        self._server = server
        self._client = connect(server, timeout_s=timeout_s)
        try:
            sign_in(self._client, server)
            with self._talking():
                capabilities = self._ask_capabilities()
                self._introduce(capabilities)
            self.can_idle = "IDLE" in capabilities
            self._examine(folder)
        except Refused as error:
            hang_up(self._client)
            text = f"{server.host} refuses to open the mailbox: {error}"
            raise fault("protocol", text) from error
        except DeliveryError:
            hang_up(self._client)
            raise

    def uids_after(self, uid: int, *, since: date | None = None) -> list[int]:
        """Ids greater than `uid`, rising; with `since` only of mail that arrived on that day or
        later. Clears `has_news`.
        """
        with self._talking():
            # A server may tell of new mail only when asked; what comes after this is news.
            self._client.noop()
            self._client.response("EXISTS")
        criteria = ["UID", f"{uid + 1}:*"]
        if since:
            criteria += ["SINCE", imap_date(since)]
        # `n:*` always holds the last message, even when its id is below n (RFC 3501, 6.4.8), and
        # no order is promised.
        return sorted(found for found in self._search(*criteria) if found > uid)

    def last_uid(self) -> int:
        """The highest number given out so far; 0 in a mailbox that never held mail."""
        return self.uid_next - 1 if self.uid_next else max(self.uids_after(0), default=0)

    def is_there(self, uid: int) -> bool:
        return uid in self._search("UID", str(uid))

    def has_news(self) -> bool:
        """Whether the server has told of new mail since `uids_after`; asks nothing."""
        return self._client.response("EXISTS")[1] != [None]

    def sizes(self, uids: Iterable[int]) -> dict[int, int]:
        """The size in bytes of each mail that is still there."""
        found = {}
        for text, _ in self._fetch(uids, "(UID RFC822.SIZE)"):
            uid, size = UID.search(text), SIZE.search(text)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def bodies(self, uids: Iterable[int]) -> dict[int, bytes | None]:
        """Each mail, verbatim. Left out: it is gone. None: the server cannot give it."""
        return self._bytes_of(uids, "BODY.PEEK[]")

    def head(self, uid: int, *, max_bytes: int = 262_144) -> bytes:
        """The header block of one mail; b'' when it cannot be had."""
        found = self._bytes_of([uid], f"BODY.PEEK[HEADER]<0.{max_bytes}>")
        return found.get(uid) or b""

    def folders(self) -> list[str]:
        """Names of the folders that can hold mail."""
        with self._talking():
            _, lines = self._client.list()
        return [name for line in lines if isinstance(line, bytes) and (name := listed_name(line))]

    def idle(self, timeout_s: float) -> bool:
        """Wait for new mail. True when told of some (RFC 2177). Raises Refused, DeliveryError."""
        if self.has_news():
            return True
        with self._talking():
            return self._idle(time.monotonic() + timeout_s)

    def interrupt(self) -> None:
        """Make whatever another thread waits for here fail at once."""
        with suppress(OSError):
            # The plain method: an encrypted socket's own would alter what that thread is using.
            socket.socket.shutdown(self._client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Sign out and close."""
        hang_up(self._client)

    def abandon(self) -> None:
        """Close a connection that is of no more use, without a word."""
        hang_up(self._client, politely=False)

    def _examine(self, folder: str) -> None:
        with self._talking():
            verdict, said = self._client.select(to_imap(folder), readonly=True)
            if verdict != "OK":
                there = ", ".join(self.folders()[:20])
                said_so = answer_text(said[-1] or b"")
                text = f"The folder {folder} cannot be opened. The server said: {said_so}"
                raise fault("folder", f"{text} There are: {there}." if there else text)
            self.count = number(said)
            self.uid_validity = number(self._client.response("UIDVALIDITY")[1])
            self.uid_next = number(self._client.response("UIDNEXT")[1])

    def _ask_capabilities(self) -> frozenset[str]:
        # They often differ after signing in, and imaplib asks only before.
        _, said = self._client.capability()
        return frozenset((said[-1] or b"").decode("ascii", "replace").upper().split())

    def _introduce(self, capabilities: frozenset[str]) -> None:
        # Some providers (163.com) open no folder for a client that does not say its name.
        if "ID" in capabilities:
            with suppress(imaplib.IMAP4.error):
                self._client.xatom("ID", '("name" "Fairline")')

    def _search(self, *criteria: str) -> list[int]:
        with self._talking():
            verdict, said = self._client.uid("SEARCH", *criteria)
        if verdict != "OK":
            raise Refused(answer_text(said[-1] or b""))
        lines = [line for line in said if isinstance(line, bytes)]
        return [int(word) for line in lines for word in line.split() if word.isdigit()]

    def _bytes_of(self, uids: Iterable[int], part: str) -> dict[int, bytes | None]:
        found: dict[int, bytes | None] = {}
        for text, body in self._fetch(uids, f"(UID {part})"):
            # Unasked-for news of flags looks the same but for the body.
            if (uid := UID.search(text)) and b"BODY[" in text.upper():
                found[int(uid[1])] = body
        return found

    def _fetch(self, uids: Iterable[int], items: str) -> Iterator[tuple[bytes, bytes | None]]:
        chosen = ",".join(str(uid) for uid in uids)
        with self._talking():
            self._client.response("FETCH")
            verdict, said = self._client.uid("FETCH", chosen, items)
        if verdict != "OK":
            raise Refused(answer_text(said[-1] or b""))
        return responses(said)

    def _idle(self, deadline: float) -> bool:
        client = self._client
        assert isinstance(client, Reading)
        client.send(_IDLE_TAG + b" IDLE\r\n")
        news = False
        while not (line := _line(client)).startswith(b"+"):
            if line.startswith(_IDLE_TAG):
                raise Refused(answer_text(line))
            news |= bool(NEWS.match(line))
        poll = select.poll()
        poll.register(client.sock, select.POLLIN)
        while not news and (left_s := deadline - time.monotonic()) > 0:
            for line in client.lines_at_hand():
                if line.upper().startswith(b"* BYE"):
                    raise imaplib.IMAP4.abort(answer_text(line))
                news |= bool(NEWS.match(line))
            if not news:
                poll.poll(left_s * 1000)
        client.send(b"DONE\r\n")
        while not (line := _line(client)).startswith(_IDLE_TAG):
            news |= bool(NEWS.match(line))
        return news

    @contextmanager
    def _talking(self) -> Iterator[None]:
        try:
            yield
        except (imaplib.IMAP4.abort, OSError, ValueError) as error:
            raise imap_fault(error, self._server) from error
        except imaplib.IMAP4.error as error:
            raise Refused(answer_text(str(error))) from error


def _line(client: imaplib.IMAP4) -> bytes:
    line = client.readline()
    if not line:
        raise imaplib.IMAP4.abort("the server closed the connection")
    return line
