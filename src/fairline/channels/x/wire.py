"""One X inbox: tried, read, written to. All network I/O goes through `api.py`.

What the inbox keeps between uses (tokens, the account's number, what was spent, what X said of its
limits) is in its memory.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from fairline.channels.contract import (
    Check,
    DeliveryError,
    InboxInfo,
    Invalid,
    Memory,
    Outbound,
    RawItem,
    Sent,
)
from fairline.channels.x import checks, subscribing
from fairline.channels.x.api import Api, data_of
from fairline.channels.x.cutting import Piece
from fairline.channels.x.meter import Meter
from fairline.channels.x.options import XOptions, read_options
from fairline.channels.x.people import person_of
from fairline.channels.x.reading import number, table
from fairline.channels.x.reading_in import Lists, Position, merged, troubled
from fairline.channels.x.recent import Recent
from fairline.channels.x.sending import Sender
from fairline.core.clock import now

MOST_FILE_BYTES = 100_000_000
# Where X keeps pictures and films; those of direct messages are shown only to who is signed in.
_OPEN_HOSTS = (".twimg.com",)
_SIGNED_HOSTS = ("ton.twitter.com", "ton.x.com")
_PUSHED_S = 3600.0
# Direct messages may be asked for 15 times in 15 minutes; the connection test asks too.
_DIRECTS_S = 66.0


class XWire:
    """Not for several threads at once."""

    def __init__(self, inbox: InboxInfo, memory: Memory) -> None:
        self._inbox = inbox
        self._memory = memory
        self._closed = threading.Event()
        self._wrong: Invalid | None = None
        self._due: dict[str, float] = {}
        try:
            self._options: XOptions | None = read_options(inbox)
        except Invalid as error:
            self._options, self._wrong = None, error
            return
        self.api = Api(inbox.id, self._options, memory)
        self.meter = Meter(self._options, memory)

    def verify(self) -> tuple[Check, ...]:
        """Try the sign-in, the account, the direct messages and the pushes."""
        if self._options is None:
            text = self._wrong.text if self._wrong else ""
            return (Check(name="Settings", ok=False, text=text),)
        return checks.verify(self._inbox, self._options, self.api)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        """What is new in each list whose time has come; an item without a payload is a beginning.

        A list that fails does not hold up the others: they come first, then its error is raised.
        """
        options = self._ready()
        lists = Lists(self.api, self.meter, self._memory, self.user_id())
        position = Position.read(cursor)
        found: dict[str, list[Piece]] = {}
        trouble: DeliveryError | None = None
        for name in ("mentions", "own", *(("directs",) if options.has_directs else ())):
            if not self._is_due(name):
                continue
            try:
                last = getattr(position, name)
                if not last and not options.takes_old:
                    setattr(position, name, lists.newest(name))
                    start = RawItem(native_id="", payload=b"", cursor=position.write())
                    yield start
                else:
                    found[name] = lists.since(name, last)
            except DeliveryError as error:
                trouble = trouble or troubled(error, name)
                continue
            self._done(name)
        yield from self._taken(found, position, limit)
        if sum(map(len, found.values())) > limit:
            self._due.clear()  # there is more: it is asked for at once
        if trouble:
            raise trouble
        yield from self._gone(lists)
        if options.is_pushed and self._is_due("pushes"):
            subscribing.keep_up(self._inbox, options, self.api, self.user_id())
            self._done("pushes")

    def _taken(
        self, found: dict[str, list[Piece]], position: Position, limit: int
    ) -> Iterator[RawItem]:
        strangers = {}
        for piece, item in merged(found, position, limit=limit):
            post = table(piece.body.get("data"))
            author = number(post.get("author_id"))
            if author and author != self.user_id():
                strangers[number(post.get("id"))] = author
            yield item
        Recent(self._memory).add(strangers)

    def _gone(self, lists: Lists) -> Iterator[RawItem]:
        recent = Recent(self._memory)
        known = recent.known()
        if known and (self._is_eager or recent.is_due(now())):
            yield from recent.looked(now(), lists.gone(list(known)))

    def wait(self, timeout_s: float) -> bool:
        """Until something is due, or the time is over; returns at once when closed."""
        if self._options is None or self._is_eager:
            self._closed.wait(timeout_s)
            return not self._closed.is_set()
        at = now().timestamp()
        soonest = min(self._due.values(), default=at)
        self._closed.wait(min(timeout_s, max(0.05, soonest - at)))
        return not self._closed.is_set() and soonest <= now().timestamp()

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        self._ready()
        return Sender(self.api, self.meter).send(outbound, handing_over=handing_over)

    def download(self, url: str) -> tuple[bytes, str]:
        """A picture or film, from where X keeps them and from nowhere else."""
        options = self._ready()
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        is_signed = host in _SIGNED_HOSTS or url.startswith(f"{options.api_url.rstrip('/')}/")
        if not is_signed and not (parts.scheme == "https" and host.endswith(_OPEN_HOSTS)):
            raise DeliveryError("That is no place where X keeps files.", permanent=True)
        answer = self.api.download(url, signed=is_signed, most_bytes=MOST_FILE_BYTES)
        return answer.body, answer.headers.get("content-type", "").partition(";")[0].strip()

    def name_of(self, address: str) -> str:
        """What people see of an account whose news brought only its number."""
        self._ready()
        if not number(address):
            return ""
        self.meter.allow_reading()
        fields = [("user.fields", "name,username")]
        told = self.api.ask("GET", f"/2/users/{address}", what="reads of people", params=fields)
        self.meter.count("people looked up", 1, self.meter.prices.read_person)
        return person_of(data_of(told)).shown

    def user_id(self) -> str:
        """The account's number: as set, as asked from X once."""
        options = self._ready()
        found = options.user_id or self._memory.get("user_id")
        if not found:
            me = data_of(self.api.ask("GET", "/2/users/me", what="reads of the account"))
            found = number(me.get("id"))
            if not found:
                raise DeliveryError("X did not say which account this is.", permanent=False)
            self._memory.put("user_id", found, expires_at=now() + timedelta(days=30))
        return found

    def close(self) -> None:
        self._closed.set()
        if self._options:
            self.api.close()

    @property
    def _is_eager(self) -> bool:
        """Set to ask as often as the worker looks: everything is due every time."""
        return self._options is not None and self._options.poll_s == 0

    def _is_due(self, name: str) -> bool:
        return self._is_eager or self._due.get(name, 0.0) <= now().timestamp()

    def _done(self, name: str) -> None:
        options = self._ready()
        every_s = _PUSHED_S if options.is_pushed else options.poll_s * self.meter.pace()
        if name == "directs":
            every_s = max(every_s, _DIRECTS_S)
        self._due[name] = now().timestamp() + every_s

    def _ready(self) -> XOptions:
        if self._options is None:
            text = self._wrong.text if self._wrong else ""
            raise DeliveryError(text, permanent=True, provider_code="options")
        return self._options
