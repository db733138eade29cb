"""Delivers an answer to the server of whom it is for; nothing is ever fetched by a loop.

One delivery is one note with an id made of the delivery's key, so a second hand-over is known for
the same everywhere. What goes to all followers is not sent here (`delivering.py`).
"""

import threading
from collections.abc import Callable, Iterator

import msgspec

from fairline.channels.activitypub import (
    blocks,
    delivering,
    places,
    store,
    store_outgoing,
    webfinger,
)
from fairline.channels.activitypub.composing import create, to_note
from fairline.channels.activitypub.contexts import context_of
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.hosted import files_of
from fairline.channels.activitypub.places import Party
from fairline.channels.activitypub.rows import Post
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import Check, DeliveryError, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.outside import Fetched
from fairline.channels.provider import retry_after_s
from fairline.core.clock import now
from fairline.core.errors import FairlineError
from fairline.core.ids import new_id

MOST_FILE, FILE_S = 41_943_040, 60.0
WORDS = {
    401: "Their server does not believe our signature.",
    403: "Their server does not take anything from us.",
    404: "They are not there any more.",
    410: "They are not there any more.",
    413: "It is too long for their server.",
    429: "Their server asks us to go slower.",
}


class FediverseWire:
    """The way out of one account. Holds no connection."""

    def __init__(self, inbox: InboxInfo, transport: Transport) -> None:
        self.inbox = inbox
        self.transport = transport
        self.fetcher = Fetcher(transport, inbox)
        self._closed = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        return (
            self._check_address(),
            self._check_name(),
            self._check_key(),
            self._check_servers(),
        )

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        """Everything is told to us."""
        return iter(())

    def wait(self, timeout_s: float) -> bool:
        return self._closed.wait(timeout_s)

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        person = self._person(outbound.recipient)
        if blocks.is_blocked(self.inbox, person.id, person.handle):
            raise DeliveryError(
                "This account, or its server, is kept out by the inbox's settings.",
                permanent=True,
                provider_code="blocked",
            )
        files = files_of(outbound, self.inbox, self.transport.keyring)
        above = tuple(reversed(outbound.references)) or (outbound.in_reply_to,)
        with self.transport.database.read() as unit:
            context = context_of(unit, self.inbox, above)
        note = to_note(outbound, self.inbox, person, at=now(), files=files, context=context)
        activity = create(note, self.inbox)
        if outbound.is_public:
            self._keep(note, activity)
        body = msgspec.json.encode(activity)
        handing_over()
        answer = self.transport.post(self.inbox, person.inbox, body)
        if answer.status in {404, 410}:
            moved = self._anew(person)
            if moved.inbox != person.inbox:
                answer = self.transport.post(self.inbox, moved.inbox, body)
        if answer.status >= 300:
            raise _refusal(answer)
        return Sent(native_id=str(note["id"]))

    def download(self, url: str) -> tuple[bytes, str]:
        """A file that a post names: from anywhere, since many servers keep theirs elsewhere."""
        if blocks.is_shut_out(self.inbox, url):
            raise DeliveryError("That server is kept out.", permanent=True, provider_code="blocked")
        answer = self.transport.outside.get(url, most_bytes=MOST_FILE, timeout_s=FILE_S)
        if answer.status != 200:
            raise _refusal(answer)
        return answer.body, answer.media_type

    def close(self) -> None:
        self._closed.set()

    def _person(self, recipient: str) -> Party:
        """By the actor's address, or by a handle that somebody typed."""
        if recipient.startswith("@"):
            recipient = webfinger.find(self.fetcher, recipient)
        return self.fetcher.party(recipient)

    def _anew(self, person: Party) -> Party:
        try:
            return self.fetcher.actor(person.id).party
        except DeliveryError as error:
            if error.permanent:
                raise DeliveryError(WORDS[410], permanent=True, provider_code="410") from error
            raise

    def _keep(self, note: dict[str, object], activity: dict[str, object]) -> None:
        """Before it leaves: their server may look it up at once."""
        with self.transport.database.write() as unit:
            if delivering.note_of(unit, str(note["id"])) is None:
                kept = Post(
                    id=str(note["id"]),
                    inbox_id=self.inbox.id,
                    doc=note,
                    activity=activity,
                    is_gone=False,
                    place=new_id(),
                    published_at=unit.now,
                )
                store.put_post(unit, kept)

    def _check_address(self) -> Check:
        url = self.inbox.public_url
        if url.startswith("https://") and "localhost" not in url:
            return Check(name="Address", ok=True, text=f"Others reach us at {url}.")
        return Check(
            name="Address",
            ok=False,
            text=f"Others must reach us at an https address, and ours is {url}. Set base_url.",
        )

    def _check_name(self) -> Check:
        name, *others = webfinger.handles(self.inbox)
        if not places.username(self.inbox):
            text = f"Give the account a name, as in support@{places.host(self.inbox)}."
            return Check(name="Name", ok=False, text=text)
        if not others:
            return Check(name="Name", ok=True, text=f"People find it as {name}.")
        host = name.rpartition("@")[2]
        try:
            leads_here = webfinger.find(self.fetcher, name) == places.actor_id(self.inbox)
            why = f"{host} does not lead to us"
        except DeliveryError as error:
            leads_here, why = False, error.text.rstrip(".")
        if leads_here:
            return Check(name="Name", ok=True, text=f"People find it as {name}.")
        text = (
            f"{why}. Let https://{host}/.well-known/webfinger redirect to "
            f"{self.inbox.public_url}/.well-known/webfinger, or call the account {others[0]}."
        )
        return Check(name="Name", ok=False, text=text)

    def _check_key(self) -> Check:
        try:
            with self.transport.database.read() as unit:
                has_key = store.newest_key(unit, self.inbox.id) is not None
        except FairlineError as error:
            return Check(name="Key", ok=False, text=error.text)
        text = "It has a key." if has_key else "Its key is made when it is first used."
        return Check(name="Key", ok=True, text=text)

    def _check_servers(self) -> Check:
        """Whoever does not answer is tried again by itself: told, but no fault of ours."""
        try:
            with self.transport.database.read() as unit:
                failing = store_outgoing.failing(unit)
        except FairlineError as error:
            return Check(name="Servers", ok=False, text=error.text)
        if not failing:
            return Check(name="Servers", ok=True, text="Every server takes what we send.")
        named = "; ".join(f"{host.host} ({host.error.rstrip('.')})" for host in failing[:5])
        text = f"{len(failing)} do not take anything just now and are tried again: {named}."
        return Check(name="Servers", ok=True, text=text)


def _refusal(answer: Fetched) -> DeliveryError:
    passing = answer.status in {408, 423, 425, 429} or answer.status >= 500
    return DeliveryError(
        WORDS.get(answer.status, f"Their server answered {answer.status}."),
        permanent=not passing,
        retry_after_s=retry_after_s(answer.headers, at=now()),
        provider_code=str(answer.status),
        detail=answer.body[:1000].decode(errors="replace"),
    )
