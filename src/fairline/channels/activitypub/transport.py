"""What our accounts need to talk with other servers: the record, the keys, the way out.

Made once by the wiring. Every request that leaves is signed by one of our accounts; a server that
does not take one kind of signature is given the other, and remembered (double knocking).
"""

import threading
from datetime import datetime, timedelta

from fairline.channels.activitypub import blocks, keys, store_outgoing
from fairline.channels.activitypub.followers import host_of
from fairline.channels.activitypub.places import MEDIA_TYPE
from fairline.channels.activitypub.rows import KeyPair
from fairline.channels.activitypub.signing import other_scheme, signed_headers
from fairline.channels.contract import InboxInfo
from fairline.channels.outside import Fetched, Outside
from fairline.core.clock import now
from fairline.core.errors import DeliveryError
from fairline.core.secrets import Keyring
from fairline.db.engine import Database

ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
NOT_SIGNED_SO = frozenset({400, 401, 403})
DELIVERY_S = 15.0
# So many strangers are looked up at the same time, and no more: each holds a thread.
AT_ONCE = 4
# A key that could not be had is not asked for again by everybody who names it.
FAILED_FOR = timedelta(minutes=1)
MOST_FAILED = 1000


class Transport:
    """Safe to share by threads."""

    def __init__(self, database: Database, keyring: Keyring, outside: Outside) -> None:
        self.database = database
        self.keyring = keyring
        self.outside = outside
        self.looking_up = threading.BoundedSemaphore(AT_ONCE)
        self.gathering = threading.BoundedSemaphore(AT_ONCE)
        self._failed: dict[str, datetime] = {}

    def key(self, inbox: InboxInfo) -> KeyPair:
        """The present key of an account."""
        return keys.key_of(self.database, self.keyring, inbox)

    def has_failed(self, key_id: str, at: datetime) -> bool:
        """Whether a key could not be had a moment ago, for good."""
        failed_at = self._failed.get(key_id)
        return failed_at is not None and at - failed_at < FAILED_FOR

    def note_failure(self, key_id: str, at: datetime) -> None:
        if len(self._failed) >= MOST_FAILED:
            self._failed.clear()
        self._failed[key_id] = at

    def get(
        self, inbox: InboxInfo, url: str, *, most_bytes: int, timeout_s: float, at: datetime
    ) -> Fetched:
        """Fetch a document in the name of one of our accounts. Raises DeliveryError."""
        if blocks.is_shut_out(inbox, url):
            raise DeliveryError("That server is kept out.", permanent=True, provider_code="blocked")
        key, first = self.key(inbox), self._scheme(inbox, host_of(url))

        def ask(scheme: str) -> Fetched:
            return self.outside.get(
                url,
                accept=ACCEPT,
                signed=lambda address: signed_headers(key, "GET", address, b"", at, scheme=scheme),
                most_bytes=most_bytes,
                timeout_s=timeout_s,
            )

        answer = ask(first)
        return ask(other_scheme(first)) if answer.status == 401 else answer

    def post(self, inbox: InboxInfo, url: str, body: bytes) -> Fetched:
        """Hand an activity to another server. The answer is theirs, whatever its status. Raises
        DeliveryError when there is none.
        """
        if blocks.is_shut_out(inbox, url):
            raise DeliveryError("That server is kept out.", permanent=True, provider_code="blocked")
        key, host = self.key(inbox), host_of(url)
        first = self._scheme(inbox, host)
        answer = self._post(key, url, body, first)
        if answer.status in NOT_SIGNED_SO:
            second = self._post(key, url, body, other_scheme(first))
            if second.status < 300:
                with self.database.write() as unit:
                    store_outgoing.remember_scheme(unit, host, other_scheme(first))
                return second
        return answer

    def _post(self, key: KeyPair, url: str, body: bytes, scheme: str) -> Fetched:
        headers = signed_headers(key, "POST", url, body, now(), scheme=scheme)
        headers |= {"content-type": MEDIA_TYPE, "accept": ACCEPT}
        return self.outside.post(
            url, body, headers=headers, most_bytes=65_536, timeout_s=DELIVERY_S
        )

    def _scheme(self, inbox: InboxInfo, host: str) -> str:
        with self.database.read() as unit:
            known = store_outgoing.host_by_name(unit, host)
        chosen = inbox.options.get("signatures", "")
        return (known.scheme if known else "") or (chosen if chosen == "rfc9421" else "cavage")
