"""Fetch documents of other servers: people, their keys, posts that were only named.

A document counts only when it comes from the address that it says it has, and as what it should be:
otherwise anybody could put words into anybody's mouth by way of an upload. Source: ActivityPub,
3.2; FEP-fffd; Mastodon's advisory GHSA-jhrq-qvrm-qr36 (media type of what is fetched).
"""

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fairline.channels.activitypub import actors, store
from fairline.channels.activitypub.places import Party, same_host
from fairline.channels.activitypub.rows import Actor
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.tables import MOST_URI
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import InboxInfo
from fairline.channels.outside import Fetched
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, Invalid

MOST_BYTES = 524_288
MOST_PROFILE_BYTES = 131_072
TIMEOUT_S = 8.0
# A profile that does not fit a signature is asked for again, but not more often than this.
ASK_AGAIN = timedelta(seconds=30)
_PROFILE = re.compile(
    r'application/ld\+json\s*;(.*;)?\s*profile\s*=\s*"?[^"]*https://www\.w3\.org/ns/activitystreams',
    re.IGNORECASE,
)


class Fetcher:
    """Fetches in the name of one of our accounts; with `within_s` all of it takes no longer."""

    def __init__(
        self, transport: Transport, inbox: InboxInfo, *, within_s: float | None = None
    ) -> None:
        self.transport = transport
        self.inbox = inbox
        self._until = None if within_s is None else now() + timedelta(seconds=within_s)

    def document(self, url: str, *, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
        """The document at an address, told by its own server. Raises DeliveryError."""
        fetched = self._get(url, most_bytes)
        doc = _read(fetched)
        own = as2.address(doc)
        # A redirect that leads away is no word of the server's: many redirect to any address.
        is_there = own == url and same_host(fetched.url, url)
        if own and (is_there or own == fetched.url):
            return doc
        if not own or not same_host(own, fetched.url):
            raise _wrong("The document says that it lives on another server.")
        again = self._get(own, most_bytes)
        doc = _read(again)
        if as2.address(doc) != own or not same_host(again.url, own):
            raise _wrong("The document does not know its own address.")
        return doc

    def actor(self, actor_id: str) -> Actor:
        """Somebody by their address, fetched anew and kept. Raises DeliveryError."""
        doc = self.document(actor_id, most_bytes=MOST_PROFILE_BYTES)
        return self._keep(doc)

    def holder(self, key_id: str) -> Actor:
        """Whose key that is, fetched anew and kept. The key's own document may be the profile, or
        name its owner, whose profile must then know it. Raises DeliveryError.
        """
        fetched = self._get(key_id.partition("#")[0], MOST_PROFILE_BYTES)
        doc = _read(fetched)
        owner = as2.only(doc, "owner") or as2.only(as2.inner(doc, "publicKey") or {}, "owner")
        own = as2.address(doc)
        if own == fetched.url and as2.only(doc, "inbox"):
            return self._keep(doc, key_id)
        if not owner or not same_host(owner, key_id):
            raise _wrong("The key does not say whose it is.")
        profile = self.document(owner, most_bytes=MOST_PROFILE_BYTES)
        return self._keep(profile, key_id)

    def party(self, actor_id: str) -> Party:
        """Somebody to write to: as known, else fetched. Raises DeliveryError."""
        with self.transport.database.read() as unit:
            known = store.actor_by_id(unit, actor_id)
        return (known or self.actor(actor_id)).party

    def followers_of(self, actor: Actor) -> int | None:
        """How many follow somebody, where their server says so."""
        url = as2.only(actor.doc, "followers")
        if not same_host(url, actor.id):
            return None
        try:
            return as2.number(_read(self._get(url, MOST_PROFILE_BYTES)), "totalItems")
        except DeliveryError:
            return None

    def _keep(self, doc: dict[str, Any], key_id: str = "") -> Actor:
        try:
            actor = actors.read_actor(doc, now(), key_id=key_id)
        except Invalid as error:
            raise _wrong(error.text) from error
        with self.transport.database.write() as unit:
            store.put_actor(unit, actor)
        return actor

    def _get(self, url: str, most_bytes: int) -> Fetched:
        if len(url) > MOST_URI or not as2.is_web(url):
            raise _wrong("That is no address of a document.")
        if same_host(url, self.inbox.public_url):
            raise _wrong("That is our own address.")
        left_s = (self._until - now()).total_seconds() if self._until else TIMEOUT_S
        if left_s <= 0:
            raise DeliveryError("Their server takes too long.", permanent=False)
        return self.transport.get(
            self.inbox, url, most_bytes=most_bytes, timeout_s=min(left_s, TIMEOUT_S), at=now()
        )


def may_ask_again(actor: Actor, at: datetime) -> bool:
    return at - actor.fetched_at >= ASK_AGAIN


def _read(fetched: Fetched) -> dict[str, Any]:
    if fetched.status in {404, 410}:
        raise DeliveryError(
            "That is not there any more.", permanent=True, provider_code=str(fetched.status)
        )
    if fetched.status != 200:
        passing = fetched.status == 429 or fetched.status >= 500
        raise DeliveryError(
            f"Their server answered {fetched.status}.",
            permanent=not passing,
            provider_code=str(fetched.status),
        )
    kind = fetched.headers.get("content-type", "")
    if fetched.media_type != "application/activity+json" and not _PROFILE.match(kind):
        raise _wrong("That is no document of the fediverse.")
    try:
        return as2.load(fetched.body)
    except Invalid as error:
        raise _wrong(error.text) from error


def _wrong(text: str) -> DeliveryError:
    return DeliveryError(text, permanent=True, provider_code="bad_document")


def with_count(actor: Actor, count: int | None) -> Actor:
    """The profile with the number of followers beside it (None: their server does not say)."""
    return msgspec.structs.replace(actor, doc={**actor.doc, "followersCount": count})
